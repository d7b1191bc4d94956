#include "daemon/output_directory.h"

#include <filesystem>

#include "publish/file.h"
#include "publish/writer.h"

namespace tributary::daemon {

namespace {

/// Where a web server looks for the feed: it decodes the address before it asks for a file.
std::filesystem::path file_of(const serve::FeedAddress& address, const publish::Writer& writer) {
    std::filesystem::path file = address.path().substr(1);
    const bool is_file_name =
        !address.name.empty() && !address.name.contains('/') && !address.name.contains('\0');
    if (is_file_name) file.replace_filename(address.name);
    file += writer.extension;
    return file;
}

void write_file(const std::filesystem::path& file, std::string_view bytes) {
    std::filesystem::create_directories(file.parent_path());
    publish::replace_file(file, bytes);
}

}  // namespace

std::string write_files(const Site& site, const serve::FeedAddress& address,
                        std::span<const publish::SnapshotPtr> snapshots) {
    const std::filesystem::path directory = site.config.output.directory;
    std::string failure;
    if (directory.empty()) return failure;
    for (std::size_t i = 0; i < snapshots.size(); ++i) {
        try {
            write_file(directory / file_of(address, *publish::writers()[i]),
                       snapshots[i]->identity.body);
        } catch (const std::exception& error) {
            failure = error.what();
        }
    }
    return failure;
}

}  // namespace tributary::daemon
