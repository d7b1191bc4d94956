#pragma once
// A folder of a test's own, gone afterwards.

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <system_error>

namespace tributary::testing {

class Folder {
  public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "tributary-XXXXXX").string();
        if (!::mkdtemp(name.data())) throw std::system_error(errno, std::generic_category(), name);
        path_ = name;
    }
    ~Folder() {
        std::error_code error;
        std::filesystem::remove_all(path_, error);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

    /// Answers the path of the file, whose folders are made.
    std::filesystem::path write(std::string_view name, std::string_view text) const {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name, std::ios::binary) << text;
        return path_ / name;
    }

    /// Empty if it is not there.
    std::string read(std::string_view name) const {
        std::ifstream file(path_ / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    /// Every file in it and below: its name, with the folders on the way, and its bytes.
    std::map<std::string, std::string> files() const {
        std::map<std::string, std::string> files;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(path_)) {
            if (!entry.is_regular_file()) continue;
            const std::string name = std::filesystem::relative(entry.path(), path_).string();
            files.emplace(name, read(name));
        }
        return files;
    }

    /// `text` with the folder's path and its slash left out.
    std::string shortened(std::string text) const {
        const std::string prefix = path_.string() + "/";
        for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
            text.erase(at, prefix.size());
        }
        return text;
    }

  private:
    std::filesystem::path path_;
};

}  // namespace tributary::testing
