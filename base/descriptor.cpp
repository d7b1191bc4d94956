#include "base/descriptor.h"

#include <unistd.h>

#include <cerrno>
#include <utility>

namespace tributary {

int Descriptor::close() {
    return ::close(std::exchange(number_, -1));
}

bool write_all(const Descriptor& descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor.number(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace tributary
