#include "daemon/commands/command_line.h"

#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>

#include "config/config.h"
#include "daemon/commands/commands.h"
#include "daemon/state_directory.h"
#include "serve/http.h"
#include "store/store.h"

namespace tributary::daemon {

namespace {

int exit_code(store::StoreError::Kind kind) {
    using Kind = store::StoreError::Kind;
    switch (kind) {
        case Kind::permission:
            return EX_NOPERM;
        case Kind::newer:
            return EX_CONFIG;
        case Kind::unusable:
            return EX_CANTCREAT;
        case Kind::busy:
            return EX_TEMPFAIL;
        case Kind::corrupt:
        case Kind::full:
            return EX_IOERR;
    }
    return EX_SOFTWARE;
}

/// What a command throws becomes a sentence and a code here, and nowhere else.
template <typename Command>
int guarded(Command&& command) {
    try {
        return command();
    } catch (const config::ConfigError& error) {
        for (const auto& line : error.errors) std::cerr << line << '\n';
        return EX_CONFIG;
    } catch (const Fatal& error) {
        std::cerr << "tributary: " << error.what() << '\n';
        return error.exit_code;
    } catch (const serve::ListenError& error) {
        std::cerr << "tributary: " << error.what() << '\n';
        return EX_UNAVAILABLE;
    } catch (const store::StoreError& error) {
        std::cerr << "tributary: " << error.what() << '\n';
        return exit_code(error.kind);
    } catch (const std::exception& error) {
        std::cerr << "tributary: " << error.what() << '\n';
        return EX_SOFTWARE;
    }
}

/// The nearest command to a mistyped one, for "did you mean".
std::string nearest_command(const CLI::App& app, const std::string& typed) {
    const auto distance = [](const std::string& a, const std::string& b) {
        std::vector<std::size_t> row(b.size() + 1);
        for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
        for (std::size_t i = 1; i <= a.size(); ++i) {
            std::size_t diagonal = std::exchange(row[0], i);
            for (std::size_t j = 1; j <= b.size(); ++j) {
                const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, change}));
            }
        }
        return row[b.size()];
    };
    std::string best;
    std::size_t best_distance = 3;
    for (const auto* command : app.get_subcommands({})) {
        if (const auto d = distance(typed, command->get_name()); d < best_distance) {
            best = command->get_name();
            best_distance = d;
        }
    }
    return best;
}

}  // namespace

int run_command_line(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    CLI::App app{
        "Tributary reads many feeds and publishes them as one.\n"
        "Examples: tributary serve --config tributary.toml | tributary add https://example.org/"};
    app.name("tributary");
    app.require_subcommand(0, 1);

    std::string config = config::default_file();
    int status = EX_OK;
    const auto command = [&](const std::string& name, const std::string& help,
                             bool with_config = true) {
        auto* sub = app.add_subcommand(name, help);
        if (with_config)
            sub->add_option("--config,-c", config, "The configuration file")->capture_default_str();
        return sub;
    };

    bool once = false, check_only = false, foreground = false;
    auto* serve =
        command("serve", "Poll the sources and serve the merged feeds, in the foreground");
    serve->alias("run");
    serve->add_flag("--once", once, "Poll every source once, write [output] directory, and exit");
    serve->add_flag("--check-config", check_only, "Only check the configuration");
    serve->add_flag("--foreground", foreground, "The only mode; accepted for habit's sake");
    serve->callback([&] {
        status = guarded([&] {
            return check_only ? check_config_command(config, false, {})
                              : serve_command(config, once);
        });
    });

    bool print = false;
    std::string explain;
    auto* check = command("check-config", "Check the configuration without starting anything");
    check->add_option("FILE", config, "The configuration file");
    check->add_flag("--print", print, "Print the values in effect and where each comes from");
    check->add_option("--explain", explain, "Explain one option, such as poll.timeout");
    check->callback(
        [&] { status = guarded([&] { return check_config_command(config, print, explain); }); });

    AddArguments addition;
    auto* add = command("add", "Find the feed at a URL and add it to the sources");
    add->add_option("URL", addition.url, "A feed or a page that names its feed")->required();
    add->add_option("--name", addition.name, "A stable name: [a-z0-9-]");
    add->add_option("--tag", addition.tags, "A tag; may be repeated");
    add->add_option("--pick", addition.pick, "Which of several feeds of a page")
        ->capture_default_str();
    add->add_flag("--dry-run,-n", addition.dry_run, "Show what would be done");
    add->callback([&] {
        addition.config = config;
        status = guarded([&] { return add_command(addition); });
    });

    ListArguments listing;
    auto* list = command("list", "List the sources, one a line");
    list->add_flag("--failing", listing.failing, "Only those that fail");
    list->add_flag("--moved", listing.moved, "Only those that have moved, or seem to");
    list->add_option("--tag", listing.tag, "Only those with this tag");
    list->add_flag("--json", listing.json, "One JSON array");
    list->callback([&] {
        listing.config = config;
        status = guarded([&] { return list_command(listing); });
    });

    std::string source;
    bool json = false;
    auto* state = command("status", "How everything is, or one source with its last requests");
    state->add_option("SOURCE", source, "A source's name or URL");
    state->add_flag("--json", json, "As JSON");
    state->callback(
        [&] { status = guarded([&] { return status_command(config, source, json); }); });

    std::string moved;
    auto* move = command("move", "Where a source has moved, and what to change for it");
    move->add_option("SOURCE", moved, "A source's name or URL")->required();
    move->callback([&] { status = guarded([&] { return move_command(config, moved); }); });

    std::string treated;
    bool etiquette_as_json = false;
    auto* etiquette = command("etiquette", "How publishers were treated, from the ledger");
    etiquette->add_option("NAME", treated, "A source's name or URL, or a host");
    etiquette->add_flag("--json", etiquette_as_json, "One JSON array");
    etiquette->callback([&] {
        status = guarded([&] { return etiquette_command(config, treated, etiquette_as_json); });
    });

    ItemsArguments items_arguments;
    auto* items = command("items", "List stored entries, newest first");
    items->add_option("--source", items_arguments.source, "Only those of this source");
    items->add_option("--limit", items_arguments.limit, "At most so many");
    items->add_flag("--json", items_arguments.json, "One JSON object a line");
    items->callback([&] {
        items_arguments.config = config;
        status = guarded([&] { return items_command(items_arguments); });
    });

    std::string url;
    auto* preview = command("preview", "Show what would be made of a feed; nothing is stored");
    preview->add_option("URL", url, "The feed")->required();
    preview->callback([&] { status = guarded([&] { return preview_command(config, url); }); });

    DiscoverArguments discovery;
    auto* discover = command("discover", "List the feeds that a page names, likeliest first");
    discover
        ->add_option("URL", discovery.target,
                     "A page or feed, also as a file, or - for "
                     "standard input")
        ->required();
    discover->add_option("--base-url", discovery.base_url, "Where a file was fetched from");
    discover->add_flag("--json", discovery.json, "As JSON");
    discover->callback([&] {
        discovery.config = config;
        status = guarded([&] { return discover_command(discovery); });
    });

    ParseArguments parsing;
    auto* parse = command("parse", "Print the normalised model of a document as JSON", false);
    parse->add_option("FILE", parsing.file, "A file, or - for standard input");
    parse->add_option("--base-url", parsing.base_url, "Where the document was fetched from");
    parse->add_option("--content-type", parsing.content_type, "The HTTP header");
    parse->add_flag("--batch", parsing.batch, "One document named on each line of standard input");
    parse->callback([&] {
        if (parsing.file.empty() && !parsing.batch) throw CLI::RequiredError("FILE or --batch");
        status = guarded([&] { return parse_command(parsing); });
    });

    std::string base_url;
    auto* sanitize = command("sanitize", "Clean HTML from standard input", false);
    sanitize->add_option("--base-url", base_url, "What relative URLs are relative to");
    bool null_separated = false;
    sanitize->add_flag("--null", null_separated, "Many texts, separated by zero bytes");
    sanitize->callback(
        [&] { status = guarded([&] { return sanitize_command(base_url, null_separated); }); });

    bool version_as_json = false;
    auto* version = command("version", "Print the version", false);
    version->add_flag("--json", version_as_json, "As JSON");
    version->callback([&] {
        std::cout << (version_as_json ? R"({"name":"tributary","version":")" TRIBUTARY_VERSION
                                        "\"}\n"
                                      : "tributary " TRIBUTARY_VERSION "\n");
    });

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const bool wants_help = error.get_exit_code() == 0;
        if (!wants_help && argc > 1) {
            const std::string near = nearest_command(app, argv[1]);
            if (!near.empty() && near != argv[1])
                std::cerr << "Did you mean \"tributary " << near << "\"?\n";
        }
        app.exit(error);
        return wants_help ? EX_OK : EX_USAGE;
    }
    if (argc < 2) {
        std::cerr << app.help();
        return EX_USAGE;
    }
    return status;
}

}  // namespace tributary::daemon
