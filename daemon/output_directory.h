#pragma once
// The published feeds as files, for those who serve them with a web server of their own.

#include <span>
#include <string>

#include "daemon/site.h"
#include "publish/snapshot.h"
#include "serve/routes.h"

namespace tributary::daemon {

/// The feed at `address` in every format (`snapshots` in the order of publish::writers()), below
/// the configured [output] directory, each file replaced whole; nothing happens if none is
/// configured. A file that cannot be written harms no other: answers the last reason, or nothing.
std::string write_files(const Site& site, const serve::FeedAddress& address,
                        std::span<const publish::SnapshotPtr> snapshots);

}  // namespace tributary::daemon
