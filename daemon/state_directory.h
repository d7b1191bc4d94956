#pragma once
// Where the daemon keeps its database, and the lock that makes it the only one there.

#include <filesystem>
#include <stdexcept>
#include <string>

#include "base/descriptor.h"
#include "config/config.h"

namespace tributary::daemon {

/// [store] path; else $STATE_DIRECTORY (systemd); else /var/lib/tributary for the configuration in
/// /etc/tributary; else $XDG_STATE_HOME/tributary, else ~/.local/state/tributary.
std::filesystem::path state_directory(const config::Config& config);

/// The database file in it.
std::filesystem::path database_file(const config::Config& config);

/// A condition that ends the program: one sentence and a sysexits code.
struct Fatal : std::runtime_error {
    int exit_code;
    Fatal(int code, const std::string& message) : std::runtime_error(message), exit_code(code) {}
};

/// Holds the state directory for this process until it ends, however it ends. The directory is
/// made if absent. Throws Fatal: 75 naming the holder's pid, 73 or 77 where it cannot be
/// written.
class StateLock {
  public:
    explicit StateLock(const std::filesystem::path& directory);

  private:
    Descriptor descriptor_;
};

/// The pid of the daemon that holds the directory; 0 if none does. Only looks: a daemon that starts
/// at the same moment is not disturbed.
int lock_holder(const std::filesystem::path& directory);

}  // namespace tributary::daemon
