// The floor: what it costs at least to poll many feeds once with the parts that Tributary is made
// of. One thread: libcurl, libdeflate, pugixml (Boost.JSON for JSON feeds) and five copied fields
// an item, SQLite with one commit for 64 feeds. It knows no dates, no charsets, no repair, no
// identity, no politeness but a limit per host, and it publishes nothing.
//     bench-floor DATABASE URLS-FILE IN-FLIGHT IN-FLIGHT-PER-HOST
// Prints one line: "polled 2000, 304 0, failed 0, items 60123".

#include "bench/floor/extract.h"
#include "bench/floor/fetch.h"
#include "bench/floor/items.h"

#include <libdeflate.h>

#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace tributary::bench {
namespace {

constexpr int feeds_a_commit = 64;

std::vector<std::string> read_lines(const std::string& file) {
    std::ifstream in(file);
    if (!in) throw std::runtime_error(file + " cannot be read");
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

class Inflate {
  public:
    /// The last four bytes of a gzip body are its length; the origin is our own.
    std::string operator()(const std::string& body) {
        if (body.size() < 18) throw std::runtime_error("not gzip");
        std::uint32_t size = 0;
        std::memcpy(&size, body.data() + body.size() - sizeof size, sizeof size);
        std::string out(size, '\0');
        const auto result = libdeflate_gzip_decompress(
            decompressor_.get(), body.data(), body.size(), out.data(), out.size(), nullptr);
        if (result != LIBDEFLATE_SUCCESS) throw std::runtime_error("broken gzip");
        return out;
    }

  private:
    struct Free {
        void operator()(libdeflate_decompressor* one) const { libdeflate_free_decompressor(one); }
    };
    std::unique_ptr<libdeflate_decompressor, Free> decompressor_{libdeflate_alloc_decompressor()};
};

struct Totals {
    int polled = 0, not_modified = 0, failed = 0, items = 0;
};

/// What is done with the answers, in the order in which they come.
class Reader {
  public:
    explicit Reader(ItemTable& table) : table_(table) {}

    void take(std::size_t url, Answer& answer) {
        ++totals_.polled;
        if (answer.status == 304) {
            ++totals_.not_modified;
        } else if (answer.status == 200) {
            store(static_cast<std::int64_t>(url), answer);
        } else {
            ++totals_.failed;
        }
    }

    void finish() {
        if (in_transaction_ > 0) table_.commit();
        in_transaction_ = 0;
        table_.checkpoint();
    }

    const Totals& totals() const { return totals_; }

  private:
    void store(std::int64_t feed, Answer& answer) {
        std::string document = answer.is_gzip ? inflate_(answer.body) : answer.body;
        const auto items = extract(document);
        if (in_transaction_ == 0) table_.begin();
        totals_.items += table_.insert(feed, items);
        table_.save_validators(feed, answer.validators.etag, answer.validators.last_modified);
        if (++in_transaction_ < feeds_a_commit) return;
        table_.commit();
        in_transaction_ = 0;
    }

    ItemTable& table_;
    Inflate inflate_;
    Totals totals_;
    int in_transaction_ = 0;  // feeds
};

void poll(const std::string& database, const std::string& urls_file, const FetchOptions& options) {
    const auto urls = read_lines(urls_file);
    ItemTable table(database);
    std::vector<Validators> validators(urls.size());
    table.load_validators([&](std::int64_t feed, std::string etag, std::string last_modified) {
        validators.at(static_cast<std::size_t>(feed)) = {std::move(etag), std::move(last_modified)};
    });
    Reader reader(table);
    fetch_all(urls, validators, options,
              [&](std::size_t url, Answer& answer) { reader.take(url, answer); });
    reader.finish();
    const Totals& totals = reader.totals();
    std::cout << "polled " << totals.polled << ", 304 " << totals.not_modified << ", failed "
              << totals.failed << ", items " << totals.items << '\n';
}

}  // namespace
}  // namespace tributary::bench

int main(int argc, char** argv) {
    if (argc != 5) {
        std::cerr << "usage: bench-floor DATABASE URLS-FILE IN-FLIGHT IN-FLIGHT-PER-HOST\n";
        return 64;
    }
    try {
        tributary::bench::poll(
            argv[1], argv[2],
            {.in_flight = std::stoi(argv[3]), .in_flight_per_host = std::stoi(argv[4])});
    } catch (const std::exception& error) {
        std::cerr << "bench-floor: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
