#pragma once
// A page rendered once, in every form in which it is sent: immutable, shared by all who read it.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace tributary::publish {

struct Representation {
    std::string body;
    std::string etag;  // strong, with quotes; differs per content coding
};

struct Snapshot {
    std::string media_type;
    Timestamp last_modified{};  // of the content, never of the rendering
    Representation identity;
    Representation gzip;  // empty body: not worth it
    Representation br;    // empty body: not made
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

/// Hashes and compresses (libdeflate level 6; brotli quality 5 if `with_br`). CPU work.
SnapshotPtr make_snapshot(std::string body, std::string media_type, Timestamp last_modified,
                          bool with_br = false);

}  // namespace tributary::publish
