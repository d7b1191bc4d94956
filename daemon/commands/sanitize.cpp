#include "feed/sanitize.h"
#include "daemon/commands/commands.h"

#include <sysexits.h>

#include <iostream>
#include <iterator>
#include <string_view>

namespace tributary::daemon {

int sanitize_command(const std::string& base_url, bool null_separated) {
    const std::string input{std::istreambuf_iterator<char>(std::cin), {}};
    std::string_view rest = input;
    while (null_separated && rest.contains('\0')) {
        const std::string_view text = rest.substr(0, rest.find('\0'));
        std::cout << feed::sanitize(text, base_url) << '\0';
        rest.remove_prefix(text.size() + 1);
    }
    std::cout << feed::sanitize(rest, base_url) << std::flush;
    return std::cout ? EX_OK : EX_IOERR;
}

}  // namespace tributary::daemon
