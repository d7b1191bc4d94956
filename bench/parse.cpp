// Reading a document, against what the XML parser below alone costs: the same bytes, in one
// process, pass after pass in turn.
//     bench-parse FOLDER LIMIT PASSES [WHICH]
// A line a pass and kind: "dom CPU-SECONDS WALL-SECONDS BYTES ENTRIES ALLOCATIONS". Kinds: dom
// (pugixml, in place), parse (feed::parse), clean (feed::parse and every entry sanitized); WHICH
// leaves only one. Allocations are those by operator new: pugixml takes its memory elsewhere.

#include "feed/parse.h"
#include "base/heap.h"
#include "bench/allocations.h"
#include "bench/clock.h"
#include "bench/corpus.h"
#include "feed/sanitize.h"

#include <pugixml.hpp>

#include <array>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tributary::bench {
namespace {

struct Pass {
    Cost cost;
    std::size_t bytes = 0, entries = 0, allocations = 0;
    std::size_t cleaned = 0;  // bytes of HTML that are left
};

void read_dom(const File& file, Pass& pass, Stopwatch& watch) {
    std::string bytes = file.bytes;
    watch.start();
    {
        pugi::xml_document tree;
        if (!tree.load_buffer_inplace(bytes.data(), bytes.size(), pugi::parse_default,
                                      pugi::encoding_utf8))
            throw std::runtime_error(file.path + " is not XML");
    }
    watch.stop(pass.cost);
}

std::size_t sanitize_all(const feed::Feed& feed) {
    std::size_t bytes = 0;
    for (const feed::Entry& entry : feed.entries) {
        bytes += feed::sanitize(entry.content.text.value, entry.content.text.base).size();
        if (entry.summary.type != feed::TextType::text)
            bytes += feed::sanitize(entry.summary.value, entry.summary.base).size();
    }
    return bytes;
}

void read_feed(const File& file, bool clean, Pass& pass, Stopwatch& watch) {
    feed::Document document{.bytes = file.bytes,
                            .url = "https://origin.example/feed",
                            .content_type = "application/xml"};
    const std::size_t already = allocations();
    watch.start();
    {
        const auto parsed = feed::parse(std::move(document));
        if (!parsed) throw std::runtime_error(file.path + ": " + parsed.error().message);
        if (clean) pass.cleaned += sanitize_all(parsed->feed);
        pass.entries += parsed->feed.entries.size();
    }
    watch.stop(pass.cost);
    pass.allocations += allocations() - already;
}

Pass run(std::string_view kind, const std::vector<File>& files) {
    Pass pass;
    Stopwatch watch;
    for (const File& file : files) {
        pass.bytes += file.bytes.size();
        if (kind == "dom")
            read_dom(file, pass, watch);
        else
            read_feed(file, kind == "clean", pass, watch);
    }
    if (kind == "clean" && pass.cleaned == 0) throw std::runtime_error("no content is left");
    return pass;
}

void measure(const std::string& folder, std::size_t limit, int passes, std::string_view which) {
    constexpr std::array<std::string_view, 3> kinds = {"dom", "parse", "clean"};
    const auto files = read_corpus(folder, limit, false);
    for (int i = 0; i < passes; ++i) {
        for (const auto kind : kinds) {
            if (!which.empty() && which != kind) continue;
            const Pass pass = run(kind, files);
            std::cout << kind << ' ' << pass.cost.cpu << ' ' << pass.cost.wall << ' ' << pass.bytes
                      << ' ' << pass.entries << ' ' << pass.allocations << std::endl;
        }
    }
}

}  // namespace
}  // namespace tributary::bench

int main(int argc, char** argv) {
    tributary::keep_small_change();  // as in the daemon
    if (argc != 4 && argc != 5) {
        std::cerr << "usage: bench-parse FOLDER LIMIT PASSES [dom|parse|clean]\n";
        return 64;
    }
    try {
        tributary::bench::measure(argv[1], std::stoul(argv[2]), std::stoi(argv[3]),
                                  argc == 5 ? argv[4] : "");
    } catch (const std::exception& error) {
        std::cerr << "bench-parse: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
