#include "publish/snapshot.h"

#include <brotli/decode.h>
#include <doctest/doctest.h>
#include <libdeflate.h>

#include <cstdint>
#include <memory>
#include <set>

using namespace tributary;
using namespace tributary::publish;

namespace {

std::string document() {
    std::string out;
    for (int i = 0; i < 500; ++i) out += "<entry>water " + std::to_string(i * i) + "</entry>\n";
    return out;
}

std::string gunzip(std::string_view coded, std::size_t size) {
    const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)>
        decompressor(libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
    std::string out(size, '\0');
    const auto result = libdeflate_gzip_decompress(decompressor.get(), coded.data(), coded.size(),
                                                   out.data(), out.size(), nullptr);
    return result == LIBDEFLATE_SUCCESS ? out : std::string();
}

std::string unbrotli(std::string_view coded, std::size_t size) {
    std::string out(size, '\0');
    const auto result =
        BrotliDecoderDecompress(coded.size(), reinterpret_cast<const std::uint8_t*>(coded.data()),
                                &size, reinterpret_cast<std::uint8_t*>(out.data()));
    return result == BROTLI_DECODER_RESULT_SUCCESS ? out : std::string();
}

}  // namespace

TEST_CASE("every coding of a snapshot is the same document, and smaller") {
    const std::string body = document();
    const auto snapshot = make_snapshot(body, "text/xml", Timestamp{}, true);
    CHECK(snapshot->identity.body == body);
    CHECK(gunzip(snapshot->gzip.body, body.size()) == body);
    CHECK(unbrotli(snapshot->br.body, body.size()) == body);
    CHECK(snapshot->gzip.body.size() < body.size() / 2);
    CHECK(snapshot->br.body.size() < body.size() / 2);
}

TEST_CASE("each coding has its own tag, quoted and strong") {
    const auto snapshot = make_snapshot(document(), "text/xml", Timestamp{}, true);
    std::set<std::string> tags;
    for (const auto* form : {&snapshot->identity, &snapshot->gzip, &snapshot->br}) {
        CHECK(form->etag.size() >= 34);
        CHECK(form->etag.starts_with('"'));
        CHECK(form->etag.ends_with('"'));
        tags.insert(form->etag);
    }
    CHECK(tags.size() == 3);
}

TEST_CASE("a tag depends on the bytes and on nothing else") {
    const std::string body = document();
    const auto one = make_snapshot(body, "text/xml", Timestamp{}, true);
    const auto same = make_snapshot(body, "text/html", Timestamp(std::chrono::hours(1)), true);
    CHECK(one->identity.etag == same->identity.etag);
    CHECK(one->gzip.etag == same->gzip.etag);
    CHECK(one->br.etag == same->br.etag);
    CHECK(same->last_modified == Timestamp(std::chrono::hours(1)));
    CHECK(same->media_type == "text/html");

    std::string changed = body;
    changed[changed.size() / 2] ^= 1;
    const auto other = make_snapshot(changed, "text/xml", Timestamp{}, true);
    CHECK(one->identity.etag != other->identity.etag);
    CHECK(one->gzip.etag != other->gzip.etag);
    CHECK(one->br.etag != other->br.etag);
}

TEST_CASE("what would not shrink is not coded, and brotli only where it is asked for") {
    const auto tiny = make_snapshot("ok\n", "text/plain", Timestamp{}, true);
    CHECK(tiny->gzip.body.empty());
    CHECK(tiny->gzip.etag.empty());
    CHECK(tiny->br.body.empty());
    CHECK_FALSE(tiny->identity.etag.empty());

    std::string noise;
    for (std::uint32_t state = 1; noise.size() < 4096; state = state * 1664525 + 1013904223)
        noise += static_cast<char>(state >> 24);
    const auto dense = make_snapshot(noise, "application/octet-stream", Timestamp{}, true);
    CHECK(dense->gzip.body.empty());
    CHECK(dense->br.body.empty());

    CHECK(make_snapshot(document(), "text/xml", Timestamp{})->br.body.empty());
    CHECK_FALSE(make_snapshot("", "text/plain", Timestamp{})->identity.etag.empty());
}
