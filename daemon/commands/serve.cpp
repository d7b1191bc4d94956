#include "daemon/commands/commands.h"
#include "daemon/daemon.h"
#include "daemon/log.h"

namespace tributary::daemon {

int serve_command(const std::filesystem::path& file, bool once) {
    auto config = config::load(file);
    start_log(config.log.level, config.log.format);
    for (const auto& warning : config.warnings) log(Level::warning, warning);
    Daemon daemon(file, std::move(config));
    return once ? daemon.serve_once() : daemon.serve();
}

}  // namespace tributary::daemon
