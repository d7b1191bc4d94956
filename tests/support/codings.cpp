#include "support/codings.h"

#include <brotli/encode.h>
#include <libdeflate.h>
#include <zstd.h>

#include <cstdint>
#include <memory>
#include <stdexcept>

namespace tributary::test {
namespace {

struct FreeCompressor {
    void operator()(libdeflate_compressor* it) const { libdeflate_free_compressor(it); }
};

template <typename Bound, typename Compress>
std::string deflated(std::string_view text, Bound bound, Compress compress) {
    const std::unique_ptr<libdeflate_compressor, FreeCompressor> compressor(
        libdeflate_alloc_compressor(6));
    std::string out(bound(compressor.get(), text.size()), '\0');
    out.resize(compress(compressor.get(), text.data(), text.size(), out.data(), out.size()));
    return out;
}

}  // namespace

std::string gzip(std::string_view text) {
    return deflated(text, libdeflate_gzip_compress_bound, libdeflate_gzip_compress);
}

std::string zlib(std::string_view text) {
    return deflated(text, libdeflate_zlib_compress_bound, libdeflate_zlib_compress);
}

std::string raw_deflate(std::string_view text) {
    return deflated(text, libdeflate_deflate_compress_bound, libdeflate_deflate_compress);
}

std::string brotli(std::string_view text) {
    std::string out(BrotliEncoderMaxCompressedSize(text.size()), '\0');
    std::size_t size = out.size();
    const bool done = BrotliEncoderCompress(5, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, text.size(),
                                            reinterpret_cast<const std::uint8_t*>(text.data()),
                                            &size, reinterpret_cast<std::uint8_t*>(out.data()));
    if (!done) throw std::runtime_error("brotli");
    out.resize(size);
    return out;
}

std::string zstd(std::string_view text) {
    std::string out(ZSTD_compressBound(text.size()), '\0');
    const std::size_t size = ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3);
    if (ZSTD_isError(size)) throw std::runtime_error("zstd");
    out.resize(size);
    return out;
}

std::string gzip_bomb(std::size_t bytes) {
    return gzip(std::string(bytes, ' '));
}

}  // namespace tributary::test
