#include "serve/http.h"

#include "client.h"

#include <doctest/doctest.h>

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <vector>

namespace tributary::serve {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

ServerOptions quick() {
    ServerOptions options;
    options.request_timeout = 200ms;
    options.idle_timeout = 200ms;
    return options;
}

std::string get(const std::string& path) {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

/// Answers everything with `body`.
Handler answer_with(std::shared_ptr<const std::string> body) {
    return [body = std::move(body)](const Request&, Respond respond) {
        Response response;
        response.head =
            "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body->size()) + "\r\n";
        response.body = *body;
        response.owner = body;
        respond(std::move(response));
    };
}

/// Keeps the answers back until the test gives them, on the loop's thread.
struct Later {
    std::vector<std::pair<std::string_view, Respond>> waiting;
    std::promise<void> asked;
    Handler handler() {
        return [this](const Request& request, Respond respond) {
            waiting.emplace_back(request.path, std::move(respond));
            asked.set_value();
        };
    }
    void answer_all() {
        for (auto& [path, respond] : waiting) {
            Request request;
            request.path = path;
            echo_path(request, std::move(respond));
        }
        waiting.clear();
    }
};

TEST_CASE("a connection serves one request after another") {
    TestServer server;
    Client client(server.address());
    for (int i = 0; i < 3; ++i) {
        const Answer answer = client.get("/feed.atom");
        CHECK(answer.status() == 200);
        CHECK(answer.body == "/feed.atom");
        CHECK(answer.field("Date").ends_with(" GMT"));
        CHECK(answer.field("Connection").empty());
    }
    CHECK(server.connections() == 1);
}

TEST_CASE("requests sent at once are answered in order") {
    TestServer server;
    Client client(server.address());
    std::string requests;
    for (int i = 0; i < 2'000; ++i) requests += get("/" + std::to_string(i));
    std::jthread writer([&] { client.send(requests); });
    for (int i = 0; i < 2'000; ++i) REQUIRE(client.receive().body == "/" + std::to_string(i));
}

TEST_CASE("a request may come in single bytes") {
    TestServer server;
    Client client(server.address());
    for (const char c : get("/slow")) client.send({&c, 1});
    CHECK(client.receive().body == "/slow");
}

TEST_CASE("an answer to HEAD has the header of the answer to GET and no body") {
    TestServer server;
    Client client(server.address());
    client.send("HEAD /abc HTTP/1.1\r\nHost: x\r\n\r\n" + get("/next"));
    const Answer head = client.receive(false);
    CHECK(head.status() == 200);
    CHECK(head.field("Content-Length") == "4");
    CHECK(client.receive().body == "/next");
}

TEST_CASE("HTTP/1.0 clients are served") {
    TestServer server;
    Client once(server.address());
    once.send("GET /a HTTP/1.0\r\n\r\n");
    const Answer last = once.receive();
    CHECK(last.body == "/a");
    CHECK(last.field("Connection") == "close");
    CHECK(once.is_closed_by_server());

    Client again(server.address());
    again.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK(again.receive().field("Connection") == "keep-alive");
    again.send("GET /b HTTP/1.0\r\n\r\n");
    CHECK(again.receive().body == "/b");
}

TEST_CASE("a client that asks for it is the last one served on its connection") {
    TestServer server;
    Client client(server.address());
    client.send("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    CHECK(client.receive().field("Connection") == "close");
    CHECK(client.is_closed_by_server());
}

TEST_CASE("a client that has finished sending still gets its answers") {
    TestServer server;
    Client client(server.address());
    client.send(get("/1") + get("/2"));
    client.finish_sending();
    CHECK(client.receive().body == "/1");
    CHECK(client.receive().body == "/2");
    CHECK(client.is_closed_by_server());
}

TEST_CASE("a malformed request is answered once, and its connection closed") {
    TestServer server;
    for (const auto& [bytes, status] : std::vector<std::pair<std::string, std::string>>{
             {"GET / HTTP/1.1\r\n\r\n", "400"},
             {"GET /../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
             {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", "413"},
             {"GET / HTTP/1.1\r\nA: " + std::string(30'000, 'a') + "\r\n\r\n", "431"}}) {
        CAPTURE(status);
        Client client(server.address());
        client.send(bytes + get("/smuggled"));
        const std::string answers = client.receive_rest();
        CHECK(answers.starts_with("HTTP/1.1 " + status + " "));
        CHECK(answers.find("Connection: close\r\n") != std::string::npos);
        CHECK(answers.find("Cache-Control: no-store\r\n") != std::string::npos);
        CHECK(answers.find("X-Content-Type-Options: nosniff\r\n") != std::string::npos);
        CHECK(answers.find("smuggled") == std::string::npos);
        CHECK(answers.find("HTTP/1.1", 1) == std::string::npos);
    }
}

TEST_CASE("a refusal reaches a client that goes on sending its body") {
    TestServer server;
    Client client(server.address());
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n");
    client.send(std::string(4'000'000, 'b'));
    CHECK(client.receive().status() == 413);
}

TEST_CASE("a header without end is refused after its limit, however much is sent") {
    TestServer server;
    Client client(server.address());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n");
    bool open = true;
    for (int i = 0; i < 10'000 && open; ++i)
        open = client.send("A" + std::to_string(i) + ": b\r\n");
    CHECK(client.receive().status() == 431);
}

TEST_CASE("a body is read whole and then handed over") {
    std::string seen;
    TestServer server({}, [&seen](const Request& request, Respond respond) {
        seen += request.body;
        echo_path(request, std::move(respond));
    });
    Client client(server.address());
    client.send("POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n" +
                std::string(60'000, 'b') + get("/next"));
    CHECK(client.receive().body == "/in");
    CHECK(client.receive().body == "/next");
    CHECK(seen == std::string(60'000, 'b'));
}

TEST_CASE("a request that drips is cut off when its time is over, others are served meanwhile") {
    TestServer server(quick());
    Client slow(server.address());
    const auto start = steady_clock::now();
    slow.send("GET / HTTP/1.1\r\n");
    pollfd waiting{slow.descriptor(), POLLIN, 0};
    // A byte every 20 ms: each is progress, but the deadline is for the whole request.
    while (::poll(&waiting, 1, 20) == 0 && steady_clock::now() < start + 10s) slow.send("A");
    CHECK(slow.is_closed_by_server());
    CHECK(steady_clock::now() - start >= 200ms);
    CHECK(steady_clock::now() - start < 5s);
    CHECK(Client(server.address()).get("/ok").body == "/ok");
}

TEST_CASE("a body that drips is cut off, too") {
    TestServer server(quick());
    Client slow(server.address());
    const auto start = steady_clock::now();
    slow.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n");
    pollfd waiting{slow.descriptor(), POLLIN, 0};
    while (::poll(&waiting, 1, 20) == 0 && steady_clock::now() < start + 10s) slow.send("b");
    CHECK(slow.is_closed_by_server());
    CHECK(steady_clock::now() - start < 5s);
}

TEST_CASE("a connection that says nothing is closed, before and after a request") {
    TestServer server(quick());
    Client silent(server.address());
    Client served(server.address());
    CHECK(served.get("/a").status() == 200);
    CHECK(silent.is_closed_by_server());
    CHECK(served.is_closed_by_server());
    CHECK(server.connections() == 0);
}

TEST_CASE("a client that does not take its answer is given up") {
    const auto large = std::make_shared<const std::string>(64u << 20, 'x');
    TestServer server(quick(), answer_with(large));
    Client client(server.address());
    client.send(get("/large"));
    pollfd answered{client.descriptor(), POLLIN, 0};
    REQUIRE(::poll(&answered, 1, 10'000) == 1);
    while (server.connections() > 0) std::this_thread::yield();
    const std::string received = client.receive_rest();
    CHECK(received.size() < large->size());
}

TEST_CASE("a large answer arrives whole, and its bytes are kept for it") {
    std::string bytes;
    for (int i = 0; bytes.size() < (8u << 20); ++i) bytes += std::to_string(i) + ",";
    const auto body = std::make_shared<const std::string>(bytes);
    const std::weak_ptr<const std::string> watched = body;
    TestServer server({}, answer_with(body));
    Client client(server.address());
    CHECK(client.get("/large").body == bytes);
    client.send(get("/again") + get("/again"));
    CHECK(client.receive().body == bytes);
    CHECK(client.receive().body == bytes);
}

TEST_CASE("a handler may answer later; what follows waits its turn") {
    Later later;
    TestServer server({}, later.handler());
    Client client(server.address());
    client.send(get("/late"));
    later.asked.get_future().wait();
    later.asked = {};
    client.send(get("/later"));
    server.on_loop([&] { later.answer_all(); });
    CHECK(client.receive().body == "/late");
    later.asked.get_future().wait();
    server.on_loop([&] { later.answer_all(); });
    CHECK(client.receive().body == "/later");
}

TEST_CASE("an answer for a client that has gone is dropped") {
    Later later;
    TestServer server(quick(), later.handler());
    {
        Client client(server.address());
        client.send(get("/gone"));
        later.asked.get_future().wait();
    }
    server.on_loop([&] { later.answer_all(); });
    later.asked = {};
    Client client(server.address());
    client.send(get("/here"));
    later.asked.get_future().wait();
    server.on_loop([&] { later.answer_all(); });
    CHECK(client.receive().body == "/here");
}

TEST_CASE("an answer may outlive the server") {
    Later later;
    auto server = std::make_unique<TestServer>(ServerOptions{}, later.handler());
    Client client(server->address());
    client.send(get("/late"));
    later.asked.get_future().wait();
    server.reset();
    CHECK(later.waiting.front().first == "/late");
    later.answer_all();
    CHECK(client.is_closed_by_server());
}

TEST_CASE("when there are too many connections the one idle longest makes room") {
    ServerOptions options;
    options.max_connections = 16;
    TestServer server(options);
    std::vector<Client> clients;
    for (int i = 0; i < 16; ++i) {
        clients.emplace_back(server.address());
        CHECK(clients.back().get("/a").status() == 200);
    }
    CHECK(clients[0].get("/again").status() == 200);  // now clients[1] is idle longest
    Client fresh(server.address());
    CHECK(fresh.get("/new").body == "/new");
    CHECK(clients[1].is_closed_by_server());
    CHECK(clients[0].get("/still").body == "/still");
    CHECK(server.connections() == 16);
}

TEST_CASE("a server full of unfinished requests still serves") {
    ServerOptions options;
    options.max_connections = 16;
    TestServer server(options);
    std::vector<Client> slow;
    for (int i = 0; i < 40; ++i) {
        slow.emplace_back(server.address());
        slow.back().send("GET / HTTP/1.1\r\n");
    }
    for (int i = 0; i < 20; ++i) CHECK(Client(server.address()).get("/ok").body == "/ok");
    CHECK(server.connections() <= 16);
}

TEST_CASE("a thousand idle connections are all kept and answered") {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 4096);
    ::setrlimit(RLIMIT_NOFILE, &limit);
    REQUIRE(limit.rlim_cur >= 2100);
    ServerOptions options;
    options.max_connections = 1100;
    TestServer server(options);
    std::vector<Client> clients;
    for (int i = 0; i < 1000; ++i) clients.emplace_back(server.address());
    Client(server.address()).get("/among-them");
    for (Client& client : clients) REQUIRE(client.get("/idle").body == "/idle");
    for (Client& client : clients) REQUIRE(client.get("/again").body == "/again");
    CHECK(server.connections() >= 1000);
}

TEST_CASE("without descriptors the server takes them from idle clients and goes on") {
    TestServer server;
    Client idle(server.address());
    idle.get("/a");
    Client waiting(server.address());
    waiting.get("/a");
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    const rlimit before = limit;
    // A client of which the server does not know yet is the last that may have a descriptor.
    Client late(server.address());
    late.get("/a");
    const int next = ::dup(0);
    ::close(next);
    limit.rlim_cur = static_cast<rlim_t>(next) + 1;
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
    Client last(server.address());  // takes the last one, the server has none for it
    last.send(get("/b"));
    CHECK(last.receive().body == "/b");
    CHECK(idle.is_closed_by_server());
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
    CHECK(waiting.get("/c").body == "/c");
}

TEST_CASE("stopping ends idle connections at once and busy ones after their answer") {
    Later later;
    TestServer server({}, later.handler());
    Client busy(server.address());
    busy.send(get("/last"));
    later.asked.get_future().wait();
    Client idle(server.address());
    while (server.connections() < 2) std::this_thread::yield();
    server.on_loop([&] { server.server().stop(10s); });
    CHECK(idle.is_closed_by_server());
    server.on_loop([&] { later.answer_all(); });
    const Answer answer = busy.receive();
    CHECK(answer.body == "/last");
    CHECK(answer.field("Connection") == "close");
    CHECK(busy.is_closed_by_server());
    CHECK(server.connections() == 0);
}

TEST_CASE("a request that came just before the stop is answered") {
    TestServer server;
    Client known(server.address());
    known.get("/a");
    server.on_loop([&] {
        known.send(get("/b"));  // the server has not read it yet
        server.server().stop(10s);
    });
    CHECK(known.receive().body == "/b");
    CHECK(known.is_closed_by_server());
}

TEST_CASE("stopping waits no longer than it was told to") {
    Later later;
    TestServer server({}, later.handler());
    Client busy(server.address());
    busy.send(get("/never"));
    later.asked.get_future().wait();
    server.on_loop([&] { server.server().stop(50ms); });
    CHECK(busy.is_closed_by_server());
    CHECK(server.connections() == 0);
}

TEST_CASE("a loop has nothing left to do once its server has stopped") {
    boost::asio::io_context loop{1};
    ServerOptions options;
    options.listen = {"127.0.0.1:0"};
    Server server(loop, options, echo_path);
    server.start();
    const std::string address = server.addresses().front();
    std::jthread thread([&loop] { loop.run(); });
    Client client(address);
    CHECK(client.get("/a").status() == 200);
    boost::asio::post(loop, [&server] { server.stop(10s); });
    thread.join();
    CHECK(client.is_closed_by_server());
}

}  // namespace
}  // namespace tributary::serve
