#include "daemon/state_directory.h"

#include <fcntl.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace tributary::daemon {

namespace {

constexpr std::string_view system_config = "/etc/tributary/tributary.toml";
constexpr const char* system_state = "/var/lib/tributary";

std::string lock_path(const std::filesystem::path& directory) {
    return directory / "lock";
}

Fatal not_writable(const std::filesystem::path& path, int error) {
    const bool permission = error == EACCES || error == EPERM || error == EROFS;
    return Fatal(permission ? EX_NOPERM : EX_CANTCREAT,
                 "cannot write the state directory " + path.string() + ": " + std::strerror(error));
}

/// The whole file, exclusively. A lock of the open file (fcntl(2), F_OFD_*), because whoever looks
/// for one need not take one: a look at the wrong moment would keep a daemon from starting.
struct flock whole_file() {
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return lock;
}

/// The lock file, open, in a directory that is made if absent.
int open_lock(const std::filesystem::path& directory) {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error) throw not_writable(directory, error.value());
    const int descriptor = open(lock_path(directory).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (descriptor < 0) throw not_writable(directory, errno);
    return descriptor;
}

int read_pid(const std::filesystem::path& directory) {
    std::ifstream file(lock_path(directory));
    int pid = 0;
    file >> pid;
    return file ? pid : 0;
}

}  // namespace

std::filesystem::path state_directory(const config::Config& config) {
    if (!config.store.path.empty()) return config.store.path;
    if (const char* systemd = std::getenv("STATE_DIRECTORY")) return systemd;
    // The service's, also for the commands beside it, which systemd does not start.
    if (!config.files.empty() && config.files.front() == system_config) return system_state;
    if (const char* xdg = std::getenv("XDG_STATE_HOME"))
        return std::filesystem::path(xdg) / "tributary";
    const char* home = std::getenv("HOME");
    return std::filesystem::path(home ? home : "/") / ".local/state/tributary";
}

std::filesystem::path database_file(const config::Config& config) {
    return state_directory(config) / "tributary.db";
}

StateLock::StateLock(const std::filesystem::path& directory) : descriptor_(open_lock(directory)) {
    struct flock lock = whole_file();
    if (fcntl(descriptor_.number(), F_OFD_SETLK, &lock) != 0) {
        if (errno != EAGAIN && errno != EACCES) throw not_writable(directory, errno);
        throw Fatal(EX_TEMPFAIL, "another tributary (pid " + std::to_string(read_pid(directory)) +
                                     ") runs on " + directory.string());
    }
    const std::string pid = std::to_string(getpid()) + "\n";
    if (ftruncate(descriptor_.number(), 0) != 0 || !write_all(descriptor_, pid))
        throw not_writable(directory, errno);
}

int lock_holder(const std::filesystem::path& directory) {
    const Descriptor descriptor(open(lock_path(directory).c_str(), O_RDONLY | O_CLOEXEC));
    if (!descriptor.is_open()) return 0;
    struct flock lock = whole_file();
    const bool fails = fcntl(descriptor.number(), F_OFD_GETLK, &lock) != 0;
    return fails || lock.l_type == F_UNLCK ? 0 : read_pid(directory);
}

}  // namespace tributary::daemon
