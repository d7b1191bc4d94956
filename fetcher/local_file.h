#pragma once
// file: sources. A regular file is read whole, on the loop: it is bounded and on a local disk.

#include "base/url.h"
#include "fetcher/request.h"

namespace tributary::fetcher {

/// The file as if it had been fetched: 200 with an ETag made of its time, size and inode, or 304 if
/// the request carries that ETag. Failure::file for what is missing, unreadable or no regular file.
Outcome read_local_file(const Url& url, const Request& request);

}  // namespace tributary::fetcher
