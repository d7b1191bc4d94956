#include "schedule/host.h"

#include <libpsl.h>

namespace tributary::schedule {

std::string host_key(std::string_view host) {
    const std::string name(host);
    const bool is_address =
        name.empty() || name.front() == '[' || name.find_first_not_of("0123456789.") == name.npos;
    if (is_address) return name;
    const char* domain = psl_registrable_domain(psl_builtin(), name.c_str());
    return domain ? domain : name;
}

}  // namespace tributary::schedule
