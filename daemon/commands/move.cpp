#include <iostream>

#include "base/text.h"
#include "base/url.h"
#include "daemon/commands/commands.h"
#include "daemon/commands/lessons_in_words.h"
#include "daemon/commands/sources.h"
#include "daemon/lessons.h"

namespace tributary::daemon {

int move_command(const std::filesystem::path& file, const std::string& name) {
    const auto config = config::load(file);
    auto reader = open_reader(config);
    const auto sources = known_sources(config, reader);
    const KnownSource& source = find_source(sources, name);
    const auto moves = source.record ? moves_of(source.record->state) : schedule::Moves{};
    if (moves.address.empty() && moves.seen.empty()) {
        std::cerr << printable(source.slug()) << " has not moved, as far as is known\n";
        return 1;
    }
    // The operator's files are the operator's: what to change is told, not done.
    std::cout << printable(source.slug()) << " has moved "
              << printable(move_in_words(source.record->state)) << '\n'
              << "declared at " << printable(source.subscription.place.str()) << " as\n  "
              << printable(redacted_url(source.subscription.url)) << "\nchange that to\n  "
              << printable(redacted_url(moves.address.empty() ? moves.seen : moves.address))
              << '\n';
    if (source.subscription.name.empty())
        std::cout << "and give it a name, or it will be a new source with its entries anew:\n"
                     "  name = \""
                  << printable(source.slug()) << "\"\n";
    return 0;
}

}  // namespace tributary::daemon
