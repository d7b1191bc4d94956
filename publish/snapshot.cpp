#include "publish/snapshot.h"

#include "base/text.h"

#include <brotli/encode.h>
#include <libdeflate.h>

#include <array>
#include <charconv>
#include <new>
#include <utility>

namespace tributary::publish {
namespace {

constexpr int gzip_level = 6;
constexpr int brotli_quality = 5;
/// Below this a coding saves no packet.
constexpr std::size_t smallest_worth_coding = 512;

void append_hexadecimal(std::string& out, std::uint64_t value) {
    std::array<char, 16> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16).ptr;
    out.append(digits.size() - static_cast<std::size_t>(end - digits.data()), '0');
    out.append(digits.data(), end);
}

/// A strong validator (RFC 9110 8.8.1): 128 bits of the bytes as they are sent, and the coding.
std::string etag_of(std::string_view body, std::string_view coding) {
    constexpr std::uint64_t second_seed = 1;
    std::string etag = "\"";
    append_hexadecimal(etag, hash64(body));
    append_hexadecimal(etag, hash64(body, second_seed));
    return etag.append(coding).append("\"");
}

Representation representation(std::string body, std::string_view coding) {
    if (body.empty()) return {};
    std::string etag = etag_of(body, coding);
    return {std::move(body), std::move(etag)};
}

struct CompressorDeleter {
    void operator()(libdeflate_compressor* compressor) const {
        libdeflate_free_compressor(compressor);
    }
};

/// Empty if the result would not be smaller.
std::string gzip(std::string_view body) {
    const std::unique_ptr<libdeflate_compressor, CompressorDeleter> compressor(
        libdeflate_alloc_compressor(gzip_level));
    if (!compressor) throw std::bad_alloc();
    std::string out(body.size(), '\0');
    out.resize(libdeflate_gzip_compress(compressor.get(), body.data(), body.size(), out.data(),
                                        out.size()));
    out.shrink_to_fit();
    return out;
}

/// Empty if the result would not be smaller.
std::string brotli(std::string_view body) {
    std::string out(body.size(), '\0');
    std::size_t size = out.size();
    const bool fits =
        BrotliEncoderCompress(brotli_quality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, body.size(),
                              reinterpret_cast<const std::uint8_t*>(body.data()), &size,
                              reinterpret_cast<std::uint8_t*>(out.data()));
    out.resize(fits ? size : 0);
    out.shrink_to_fit();
    return out;
}

}  // namespace

SnapshotPtr make_snapshot(std::string body, std::string media_type, Timestamp last_modified,
                          bool with_br) {
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->media_type = std::move(media_type);
    snapshot->last_modified = last_modified;
    if (body.size() >= smallest_worth_coding) {
        snapshot->gzip = representation(gzip(body), "-gzip");
        if (with_br) snapshot->br = representation(brotli(body), "-br");
    }
    std::string etag = etag_of(body, "");
    snapshot->identity = {std::move(body), std::move(etag)};
    return snapshot;
}

}  // namespace tributary::publish
