#pragma once
// The members of one TOML table into the struct that its options belong to.

#include <algorithm>
#include <string_view>

#include "config/documents.h"
#include "config/options.h"
#include "config/read_option.h"

namespace tributary::config {

template <typename Owner>
const Option<Owner>* find_option(std::string_view table, std::string_view name) {
    const auto rows = options<Owner>();
    const auto found = std::ranges::find_if(rows, [&](const Option<Owner>& option) {
        return option.table == table && option.name == name;
    });
    return found == rows.end() ? nullptr : &*found;
}

/// The names of a table's options.
template <typename Owner>
std::vector<std::string_view> option_names(std::string_view table) {
    std::vector<std::string_view> names;
    for (const auto& option : options<Owner>()) {
        if (option.table == table) names.push_back(option.name);
    }
    return names;
}

/// Reports a key that no option of `table` has, with what was probably meant.
void report_unknown_key(const Member& member, std::string_view table,
                        std::span<const std::string_view> names, const Reading& reading);

/// Sets the option that `member` names. Says whether it was set; all else has been reported.
template <typename Owner>
bool apply_member(const Member& member, std::string_view table, Owner& owner,
                  const Reading& reading) {
    const auto* option = find_option<Owner>(table, member.key);
    if (option == nullptr) {
        report_unknown_key(member, table, option_names<Owner>(table), reading);
        return false;
    }
    const Slot slot = option->slot(owner);
    if (!read_option(member.value, label(table, member.key), slot, option->rule, reading)) {
        return false;
    }
    if (auto* const* path = std::get_if<std::string*>(&slot);
        path && option->rule.text == &file_path) {
        **path = beside(reading.file, **path);
    }
    return true;
}

}  // namespace tributary::config
