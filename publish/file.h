#pragma once

#include <filesystem>
#include <string_view>

namespace tributary::publish {

/// Replaces a file whole: written beside, fsync, rename, fsync of the folder. Untouched if it holds
/// these bytes already. Throws std::system_error with the path.
void replace_file(const std::filesystem::path& path, std::string_view bytes);

}  // namespace tributary::publish
