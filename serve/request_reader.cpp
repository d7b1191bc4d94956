#include "serve/request_reader.h"

#include "base/percent.h"
#include "base/text.h"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>

namespace tributary::serve {
namespace {

namespace http = boost::beast::http;
using Text = boost::beast::string_view;
using boost::beast::error_code;

constexpr std::size_t body_space = 4096;  // always free behind a header, to receive a body

std::string_view view(Text text) {
    return {text.data(), text.size()};
}

/// What decides how long a message is, and who is asked: each may stand there once at most.
struct Framing {
    int hosts = 0, lengths = 0, encodings = 0;
    bool bad = false;  // a coding other than chunked, a list of lengths
    bool expects = false;
    int version = 11;
};

/// Beast's events, kept as views of the receive buffer. Without the field container of
/// http::request_parser there is nothing to allocate.
class Parser final : public http::basic_parser<true> {
  public:
    Parser(Request& request, std::string& body) : request_(request), body_(body) {}

    Framing framing;
    std::string_view target;
    bool header_read = false;

  private:
    void on_request_impl(http::verb, Text method, Text request_target, int version,
                         error_code&) override {
        request_.method = view(method);
        target = view(request_target);
        framing.version = version;
    }

    void on_field_impl(http::field name, Text name_text, Text text, error_code&) override {
        if (header_read) return;  // a trailer field decides nothing
        const std::string_view value = view(text);
        switch (name) {
            case http::field::accept:
                request_.accept = value;
                break;
            case http::field::accept_encoding:
                request_.accept_encoding = value;
                break;
            case http::field::if_none_match:
                request_.if_none_match = value;
                break;
            case http::field::if_modified_since:
                request_.if_modified_since = value;
                break;
            case http::field::host:
                ++framing.hosts;
                break;
            case http::field::expect:
                framing.expects = true;
                break;
            case http::field::content_length:
                ++framing.lengths;
                framing.bad |= value.find(',') != std::string_view::npos;
                break;
            case http::field::transfer_encoding:
                ++framing.encodings;
                framing.bad |= !equals_ignoring_case(value, "chunked");
                break;
            case http::field::content_type:
                request_.content_type = value;
                break;
            default:
                if (equals_ignoring_case(view(name_text), "Sec-Fetch-Dest")) {
                    request_.sec_fetch_dest = value;
                } else if (equals_ignoring_case(view(name_text), "X-Hub-Signature")) {
                    request_.hub_signature = value;
                }
        }
    }

    void on_header_impl(error_code&) override { header_read = true; }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    std::size_t on_body_impl(Text bytes, error_code&) override {
        body_.append(bytes.data(), bytes.size());
        return bytes.size();
    }
    void on_chunk_header_impl(std::uint64_t, Text extension, error_code& error) override {
        // No client needs them, and proxies differ in how they read them.
        if (!extension.empty()) error = http::error::bad_chunk_extension;
    }
    std::size_t on_chunk_body_impl(std::uint64_t, Text bytes, error_code& error) override {
        return on_body_impl(bytes, error);
    }
    void on_finish_impl(error_code&) override { request_.body = body_; }
    void on_response_impl(int, Text, int, error_code&) override {}

    Request& request_;
    std::string& body_;
};

/// Lines end with CRLF, and a field does not go on in the next line (RFC 9112 2.2, 5.2). Beast
/// joins folded lines, and once it has seen half a header it waits for an empty line, come what
/// may.
bool is_bad_line_end(char previous, char c) {
    if ((previous == '\r') != (c == '\n')) return true;
    return previous == '\n' && (c == ' ' || c == '\t');
}

/// What is wrong with a header that Beast has accepted; nothing: it is sound.
const char* fault_of(const Framing& framing) {
    if (framing.hosts > 1) return "more than one Host";
    if (framing.hosts == 0 && framing.version >= 11) return "Host is missing";
    if (framing.lengths > 1) return "more than one Content-Length";
    if (framing.encodings > 0 && framing.lengths > 0) {
        return "both Content-Length and Transfer-Encoding";
    }
    if (framing.encodings > 0 && framing.version < 11) return "Transfer-Encoding in HTTP/1.0";
    if (framing.encodings > 1 || framing.bad) return "the length of the body is not clear";
    return nullptr;
}

bool has_dot_segment(std::string_view path) {
    for (std::size_t at = path.find("/."); at != std::string_view::npos;
         at = path.find("/.", at + 1)) {
        std::string_view rest = path.substr(at + 2);
        if (rest.starts_with('.')) rest.remove_prefix(1);
        if (rest.empty() || rest.front() == '/') return true;
    }
    return false;
}

bool is_plain_path(std::string_view path) {
    for (const char c : path) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\') return false;
    }
    return path.starts_with('/') && !has_dot_segment(path) && is_utf8(path);
}

}  // namespace

/// What a body takes of the room that all large ones share.
class Share {
  public:
    ~Share() { give_back(); }
    Share() = default;
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    bool take(const std::shared_ptr<LargeBodies>& from, std::size_t bytes) {
        if (from->room < bytes) return false;
        from->room -= bytes;
        from_ = from;
        bytes_ = bytes;
        return true;
    }
    void give_back() {
        if (from_) from_->room += bytes_;
        from_.reset();
    }

  private:
    std::shared_ptr<LargeBodies> from_;
    std::size_t bytes_ = 0;
};

struct RequestReader::Impl {
    explicit Impl(const ReaderLimits& given)
        : limits(given),
          capacity(given.max_header + body_space),
          // Not initialised: pages that no request touches are never real memory.
          buffer(std::make_unique_for_overwrite<char[]>(capacity)) {
        begin();
    }

    ReaderLimits limits;
    std::size_t capacity;
    std::unique_ptr<char[]> buffer;    // never moves, so views of the header stay good
    std::size_t parsed = 0, size = 0;  // of the bytes in the buffer
    std::size_t header_size = 0;       // 0: not complete yet
    std::size_t checked = 0;           // of the header: its line ends
    Request request;
    std::string body, path;
    Share share;
    std::optional<Parser> parser;
    int status = 0;
    std::string_view reason;

    void begin() {
        request = {};
        body.clear();
        if (body.capacity() > limits.max_body) body.shrink_to_fit();
        share.give_back();
        header_size = checked = 0;
        parser.emplace(request, body);
        parser->header_limit(static_cast<std::uint32_t>(limits.max_header));
        parser->body_limit(boost::none);  // accept_body() sets it, once the path is known
    }

    State refuse(int with_status, std::string_view why) {
        status = with_status;
        reason = why;
        return State::refused;
    }

    State refuse(const error_code& error) {
        if (error == http::error::header_limit) return refuse(431, "the header is too large");
        if (error == http::error::body_limit) {
            if (limits.large_bodies) limits.large_bodies->refused(request.path);
            return refuse(413, "the body is too large");
        }
        return refuse(400, "this is no HTTP request");
    }

    /// The header is complete: everything that can be refused before the body is read.
    State accept_header() {
        header_size = parsed;
        if (const char* fault = fault_of(parser->framing)) return refuse(400, fault);
        if (parser->framing.expects) return refuse(417, "no expectation can be met");
        const std::size_t mark = parser->target.find('?');
        request.path = decode_path(parser->target.substr(0, mark), path);
        if (request.path.empty()) return refuse(400, "the path is not valid");
        if (mark != std::string_view::npos) request.query = parser->target.substr(mark + 1);
        return accept_body();
    }

    /// How large the body may be, and whether there is room for it.
    State accept_body() {
        const auto& large = limits.large_bodies;
        const std::size_t most =
            std::max(limits.max_body, large ? large->limit(request.path) : std::size_t{0});
        const auto length = parser->content_length();
        // What does not say how long it is may be as long as it is allowed to be.
        const auto bytes = length ? *length : parser->framing.encodings > 0 ? most : 0;
        parser->body_limit(most);
        if (bytes > most) return refuse(http::error::body_limit);
        if (bytes <= limits.max_body || share.take(large, bytes)) return State::needs_more;
        large->refused(request.path);
        return refuse(503, "there is no room for this body now");
    }

    /// What Beast has not refused of the header so far.
    State check_header() {
        const std::size_t end = parser->header_read ? parsed : size;
        if (end > limits.max_header) return refuse(http::error::header_limit);
        for (; checked < end; ++checked) {
            const char previous = checked == 0 ? '\0' : buffer[checked - 1];
            if (is_bad_line_end(previous, buffer[checked])) return refuse(400, "a bad line end");
        }
        return parser->header_read ? accept_header() : State::needs_more;
    }

    /// The header stays where its views are; behind it there is room for what comes.
    void drop_consumed_body() {
        if (header_size == 0) return;
        std::memmove(buffer.get() + header_size, buffer.get() + parsed, size - parsed);
        size -= parsed - header_size;
        parsed = header_size;
    }

    State parse() {
        while (!parser->is_done() && parsed < size) {
            const bool in_header = header_size == 0;
            error_code error;
            parsed += parser->put({buffer.get() + parsed, size - parsed}, error);
            if (error && error != http::error::need_more) return refuse(error);
            if (in_header && check_header() == State::refused) return State::refused;
            if (error) break;
        }
        if (parser->is_done()) return State::complete;
        drop_consumed_body();
        return size < capacity ? State::needs_more : refuse(400, "a chunk header is too large");
    }

    void forget_request() {
        const std::size_t rest = size - parsed;
        std::memmove(buffer.get(), buffer.get() + parsed, rest);
        size = rest;
        parsed = 0;
        begin();
    }
};

RequestReader::RequestReader(const ReaderLimits& limits) : impl_(std::make_unique<Impl>(limits)) {}
RequestReader::~RequestReader() = default;
RequestReader::RequestReader(RequestReader&&) noexcept = default;
RequestReader& RequestReader::operator=(RequestReader&&) noexcept = default;

std::span<char> RequestReader::space() {
    return {impl_->buffer.get() + impl_->size, impl_->capacity - impl_->size};
}

void RequestReader::received(std::size_t count) {
    impl_->size += count;
}

RequestReader::State RequestReader::parse() {
    return impl_->parse();
}

const Request& RequestReader::request() const {
    return impl_->request;
}

bool RequestReader::keep_alive() const {
    return impl_->parser->keep_alive();
}

bool RequestReader::is_http_1_0() const {
    return impl_->parser->framing.version < 11;
}

int RequestReader::status() const {
    return impl_->status;
}

std::string_view RequestReader::reason() const {
    return impl_->reason;
}

void RequestReader::next() {
    impl_->forget_request();
}

void RequestReader::clear() {
    impl_->parsed = impl_->size;
    impl_->forget_request();
}

bool RequestReader::empty() const {
    return impl_->size == 0;
}

std::string_view decode_path(std::string_view target, std::string& decoded) {
    std::string_view path = target;
    if (target.find('%') != std::string_view::npos) {
        decoded.clear();
        if (!percent_decode(target, decoded)) return {};
        path = decoded;
        // A decoded slash or a doubly encoded character would mean another path to the next reader.
        if (std::count(path.begin(), path.end(), '/') !=
            std::count(target.begin(), target.end(), '/'))
            return {};
    }
    return is_plain_path(path) ? path : std::string_view{};
}

}  // namespace tributary::serve
