#include "fetcher/decode.h"

#include "base/text.h"

#include <brotli/decode.h>
#include <libdeflate.h>
#include <zstd.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

namespace tributary::fetcher {
namespace {

using Decoded = std::expected<std::string, std::string>;

constexpr std::size_t first_allocation = 64 * 1024;
constexpr std::size_t most_codings = 3;          // "gzip, br" is met; more is an attack
constexpr std::size_t most_gzip_members = 4096;  // each costs a Huffman table, however small
constexpr int largest_zstd_window_log = 23;      // 8 MiB (RFC 9659 3)

std::unexpected<std::string> over_limit(std::string_view coding, std::size_t max_bytes) {
    return std::unexpected(std::string(coding) + " body decodes to more than " +
                           std::to_string(max_bytes) + " bytes");
}

std::unexpected<std::string> damaged(std::string_view coding, std::string_view how) {
    return std::unexpected(std::string(coding) + " body is " + std::string(how));
}

const std::uint8_t* bytes_of(std::string_view text) {
    return reinterpret_cast<const std::uint8_t*>(text.data());
}

bool is_gzip(std::string_view body) {
    return body.starts_with("\x1f\x8b\x08");
}

struct FreeDecompressor {
    void operator()(libdeflate_decompressor* it) const { libdeflate_free_decompressor(it); }
};
using Decompressor = std::unique_ptr<libdeflate_decompressor, FreeDecompressor>;

using Inflate = libdeflate_result(libdeflate_decompressor*, const void*, std::size_t, void*,
                                  std::size_t, std::size_t*, std::size_t*);

/// The length that the gzip trailer claims (ISIZE, RFC 1952 2.3.1), or a guess where the claim is
/// more than deflate can reach (1032:1) or than is allowed.
std::size_t claimed_size(std::string_view body, std::size_t max_bytes) {
    const auto byte = [&](std::size_t from_end) {
        return static_cast<std::size_t>(bytes_of(body)[body.size() - from_end]);
    };
    const std::size_t guess = std::min(max_bytes, std::max(first_allocation, 4 * body.size()));
    if (body.size() < 18) return std::min(max_bytes, first_allocation);
    const std::size_t claim = byte(4) | byte(3) << 8 | byte(2) << 16 | byte(1) << 24;
    return claim <= std::min(max_bytes, 1032 * body.size()) ? claim : guess;
}

/// One deflate stream after another into one growing string. libdeflate wants the whole output in
/// one piece, so what did not fit is tried again in twice the room: at most twice the work.
class Inflater {
  public:
    Inflater(std::string_view coding, std::size_t first_size, std::size_t max_bytes)
        : coding_(coding), max_bytes_(max_bytes), decompressor_(libdeflate_alloc_decompressor()) {
        out_.resize(std::min(first_size, max_bytes));
    }

    /// Takes one stream off the front of `input`. Empty: done; else the error.
    std::string take(std::string_view& input, Inflate* inflate) {
        while (true) {
            std::size_t read = 0;
            std::size_t written = 0;
            const libdeflate_result result =
                inflate(decompressor_.get(), input.data(), input.size(), out_.data() + size_,
                        out_.size() - size_, &read, &written);
            if (result == LIBDEFLATE_SUCCESS) {
                input.remove_prefix(read);
                size_ += written;
                return {};
            }
            if (result != LIBDEFLATE_INSUFFICIENT_SPACE) {
                return damaged(coding_, "cut short or corrupt").error();
            }
            if (out_.size() >= max_bytes_) return over_limit(coding_, max_bytes_).error();
            grow();
        }
    }

    std::string finish() && {
        out_.resize(size_);
        return std::move(out_);
    }

  private:
    void grow() {
        const std::size_t room = std::max(first_allocation, 2 * out_.size());
        if (size_ == 0) out_ = std::string();  // nothing to keep: never hold old and new at once
        out_.resize(std::min(max_bytes_, room));
    }

    std::string_view coding_;
    std::size_t max_bytes_;
    Decompressor decompressor_;
    std::string out_;
    std::size_t size_ = 0;
};

/// All members (RFC 1952 2.2). What follows the last one and is no member is ignored: servers
/// append zeros and stray line breaks.
Decoded decode_gzip(std::string_view body, std::size_t max_bytes) {
    Inflater inflater("gzip", claimed_size(body, max_bytes), max_bytes);
    std::string_view rest = body;
    for (std::size_t member = 0; member == 0 || is_gzip(rest); ++member) {
        if (member == most_gzip_members) return damaged("gzip", "split into too many members");
        std::string error = inflater.take(rest, libdeflate_gzip_decompress_ex);
        if (!error.empty()) return std::unexpected(std::move(error));
    }
    return std::move(inflater).finish();
}

/// "deflate" means zlib (RFC 9110 8.4.1.2), but some servers send the bare stream.
Decoded decode_deflate(std::string_view body, std::size_t max_bytes) {
    const std::size_t guess = std::max(first_allocation, 4 * body.size());
    const std::uint8_t* head = bytes_of(body);
    const bool zlib =
        body.size() >= 2 && (head[0] & 0x0f) == 8 && (head[0] * 256 + head[1]) % 31 == 0;
    if (zlib) {
        Inflater inflater("deflate", guess, max_bytes);
        std::string_view rest = body;
        std::string error = inflater.take(rest, libdeflate_zlib_decompress_ex);
        if (error.empty()) return std::move(inflater).finish();
        if (error == over_limit("deflate", max_bytes).error()) return std::unexpected(error);
    }
    Inflater inflater("deflate", guess, max_bytes);
    std::string_view rest = body;
    std::string error = inflater.take(rest, libdeflate_deflate_decompress_ex);
    if (!error.empty()) return std::unexpected(std::move(error));
    return std::move(inflater).finish();
}

/// Room for a streaming decoder: one byte more than allowed, so that the limit is seen passed.
class Output {
  public:
    explicit Output(std::size_t max_bytes) : max_bytes_(max_bytes) {}

    void make_room() {
        if (size_ < out_.size()) return;
        out_.resize(std::min(max_bytes_ + 1, std::max(first_allocation, 2 * out_.size())));
    }
    char* end() { return out_.data() + size_; }
    std::size_t room() const { return out_.size() - size_; }
    void wrote(std::size_t count) { size_ += count; }
    bool over() const { return size_ > max_bytes_; }
    std::string finish() && {
        out_.resize(size_);
        return std::move(out_);
    }

  private:
    std::size_t max_bytes_;
    std::string out_;
    std::size_t size_ = 0;
};

struct FreeBrotli {
    void operator()(BrotliDecoderState* it) const { BrotliDecoderDestroyInstance(it); }
};

Decoded decode_brotli(std::string_view body, std::size_t max_bytes) {
    const std::unique_ptr<BrotliDecoderState, FreeBrotli> decoder(
        BrotliDecoderCreateInstance(nullptr, nullptr, nullptr));
    Output output(max_bytes);
    std::size_t left = body.size();
    const std::uint8_t* next = bytes_of(body);
    while (true) {
        output.make_room();
        std::size_t room = output.room();
        auto* end = reinterpret_cast<std::uint8_t*>(output.end());
        const BrotliDecoderResult result =
            BrotliDecoderDecompressStream(decoder.get(), &left, &next, &room, &end, nullptr);
        output.wrote(output.room() - room);
        if (output.over()) return over_limit("br", max_bytes);
        if (result == BROTLI_DECODER_RESULT_SUCCESS) return std::move(output).finish();
        if (result == BROTLI_DECODER_RESULT_ERROR) return damaged("br", "corrupt");
        if (result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT) return damaged("br", "cut short");
    }
}

struct FreeZstd {
    void operator()(ZSTD_DCtx* it) const { ZSTD_freeDCtx(it); }
};

/// All frames (RFC 8878 3.1).
Decoded decode_zstd(std::string_view body, std::size_t max_bytes) {
    const std::unique_ptr<ZSTD_DCtx, FreeZstd> decoder(ZSTD_createDCtx());
    ZSTD_DCtx_setParameter(decoder.get(), ZSTD_d_windowLogMax, largest_zstd_window_log);
    Output output(max_bytes);
    ZSTD_inBuffer input{body.data(), body.size(), 0};
    while (true) {
        output.make_room();
        ZSTD_outBuffer buffer{output.end(), output.room(), 0};
        const std::size_t wanted = ZSTD_decompressStream(decoder.get(), &buffer, &input);
        if (ZSTD_isError(wanted)) return damaged("zstd", "corrupt");
        output.wrote(buffer.pos);
        if (output.over()) return over_limit("zstd", max_bytes);
        if (input.pos < input.size || buffer.pos == buffer.size) {
            if (wanted == 0 && input.pos == input.size) return std::move(output).finish();
            continue;
        }
        if (wanted != 0) return damaged("zstd", "cut short");
        return std::move(output).finish();
    }
}

Decoded undo(std::string_view coding, std::string body, std::size_t max_bytes) {
    if (equals_ignoring_case(coding, "identity")) return body;
    if (equals_ignoring_case(coding, "gzip") || equals_ignoring_case(coding, "x-gzip")) {
        return decode_gzip(body, max_bytes);
    }
    if (equals_ignoring_case(coding, "deflate")) return decode_deflate(body, max_bytes);
    if (equals_ignoring_case(coding, "br")) return decode_brotli(body, max_bytes);
    if (equals_ignoring_case(coding, "zstd")) return decode_zstd(body, max_bytes);
    const std::string_view shown = truncate_utf8(coding, 40);
    return std::unexpected("unknown content coding '" + printable(shown) + "'");
}

}  // namespace

std::expected<std::string, std::string> decode(std::string body, std::string_view content_encoding,
                                               std::size_t max_bytes) {
    std::vector<std::string_view> codings = split(content_encoding, ',');
    if (codings.size() > most_codings) return std::unexpected("too many content codings");
    std::ranges::reverse(codings);  // the last one applied is listed last (RFC 9110 8.4)
    for (const std::string_view coding : codings) {
        if (body.empty()) break;  // an empty answer is labelled like any other, but holds no stream
        auto undone = undo(coding, std::move(body), max_bytes);
        if (!undone) return undone;
        body = std::move(*undone);
    }
    if (is_gzip(body)) return decode_gzip(body, max_bytes);
    if (body.size() > max_bytes) return over_limit("plain", max_bytes);
    return body;
}

}  // namespace tributary::fetcher
