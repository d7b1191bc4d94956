#include "daemon/press.h"

#include <boost/asio/post.hpp>
#include <filesystem>
#include <span>

#include "daemon/log.h"
#include "publish/file.h"
#include "serve/pages.h"

namespace tributary::daemon {

namespace asio = boost::asio;

namespace {

// After a rendering the next one waits: a burst of new entries costs one rendering, not hundreds.
constexpr std::chrono::milliseconds pause_between_renderings{500};
constexpr std::size_t cache_limit = 64u << 20;  // bytes of pages that are not standing

std::string key_of(const serve::FeedAddress& address, const publish::Writer& writer,
                   const std::string& query) {
    return address.path() + std::string(writer.extension) + query;
}

/// The addresses that hold entries of any of these sources; the standing ones are always rendered.
std::vector<serve::FeedAddress> addresses_to_write(const Site& site,
                                                   const std::set<store::SourceId>& sources,
                                                   bool all) {
    using Kind = serve::FeedAddress::Kind;
    auto addresses = site.standing();
    if (site.config.output.directory.empty()) return addresses;
    std::set<std::string> tags;
    for (const auto& place : site.places) {
        if (!all && !sources.contains(place.id)) continue;
        addresses.push_back({.kind = Kind::source, .name = place.slug});
        tags.insert(place.tags.begin(), place.tags.end());
    }
    for (const auto& tag : tags) addresses.push_back({.kind = Kind::tag, .name = tag});
    return addresses;
}

/// Where a web server looks for the feed: it decodes the address before it asks for a file.
std::filesystem::path file_of(const serve::FeedAddress& address, const publish::Writer& writer) {
    std::filesystem::path file = address.path().substr(1);
    const bool is_file_name =
        !address.name.empty() && !address.name.contains('/') && !address.name.contains('\0');
    if (is_file_name) file.replace_filename(address.name);
    file += writer.extension;
    return file;
}

/// The feed in every format, into the output directory if there is one.
void write_files(const Site& site, const serve::FeedAddress& address,
                 std::span<const publish::SnapshotPtr> snapshots) {
    const std::filesystem::path directory = site.config.output.directory;
    if (directory.empty()) return;
    for (std::size_t i = 0; i < snapshots.size(); ++i) {
        const auto file = directory / file_of(address, *publish::writers()[i]);
        std::filesystem::create_directories(file.parent_path());
        publish::replace_file(file, snapshots[i]->identity.body);
    }
}

}  // namespace

Press::Press(asio::io_context& loop, store::Store reader, std::function<bool()> ready)
    : loop_(loop), pause_(loop), renderer_(std::move(reader)), ready_(std::move(ready)) {}

void Press::adopt(SitePtr site) {
    site_ = std::move(site);
    std::erase_if(slots_, [](const auto& pair) {
        return pair.second.waiting.empty() && !pair.second.rendering;
    });
    for (auto& [key, slot] : slots_) slot.stale = true;  // what is being rendered is of the old one
    all_dirty_ = true;
    refresh();
}

void Press::changed(const std::vector<store::SourceId>& sources) {
    dirty_.insert(sources.begin(), sources.end());
    for (auto& [key, slot] : slots_) {
        for (const auto id : sources) slot.stale = slot.stale || touches(slot.selection, id);
    }
    refresh();
}

void Press::states_changed() {
    for (const char* key : {"/", "/opml"}) {
        if (const auto slot = slots_.find(key); slot != slots_.end()) slot->second.stale = true;
    }
}

void Press::refresh() {
    if (refreshing_ || paused_ || (dirty_.empty() && !all_dirty_)) return;
    refreshing_ = true;
    auto addresses = addresses_to_write(*site_, dirty_, all_dirty_);
    const std::size_t standing = site_->standing().size();
    dirty_.clear();
    all_dirty_ = false;
    asio::post(thread_, [this, site = site_, addresses = std::move(addresses), standing] {
        asio::post(loop_, [this, edition = print(*site, addresses, standing)]() mutable {
            refreshed(std::move(edition));
        });
    });
}

/// On thread_. A feed that cannot be rendered or written harms no other.
Press::Edition Press::print(const Site& site, const std::vector<serve::FeedAddress>& addresses,
                            std::size_t standing) {
    Edition edition;
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        try {
            std::string problem;
            const auto view = site.view(addresses[i], {}, problem);
            if (!view) continue;
            const auto snapshots = renderer_.feed(site, *view, publish::writers());
            for (std::size_t w = 0; i < standing && w < snapshots.size(); ++w) {
                edition.pages.push_back({.key = key_of(addresses[i], *publish::writers()[w], {}),
                                         .snapshot = snapshots[w],
                                         .selection = view->selection,
                                         .standing = true});
            }
            write_files(site, addresses[i], snapshots);
        } catch (const std::exception& error) {
            edition.failure = error.what();
        }
    }
    return edition;
}

void Press::refreshed(Edition edition) {
    refreshing_ = false;
    if (!edition.failure.empty()) {
        log(Level::error, "rendering failed: " + edition.failure);
        // What is missing is rendered when somebody asks for it, not left as it was.
        for (auto& [key, slot] : slots_) slot.standing = false;
    }
    for (auto& page : edition.pages) take(std::move(page));
    paused_ = true;
    pause_.expires_after(idle_.empty() ? pause_between_renderings : std::chrono::milliseconds{0});
    pause_.async_wait([this](boost::system::error_code error) {
        if (error) return;
        paused_ = false;
        refresh();
    });
    const bool more = !dirty_.empty() || all_dirty_;
    if (more) return;
    for (auto& done : std::exchange(idle_, {})) done();
}

void Press::when_idle(std::function<void()> done) {
    if (!refreshing_ && dirty_.empty() && !all_dirty_) {
        asio::post(loop_, std::move(done));
        return;
    }
    idle_.push_back(std::move(done));
    pause_.cancel();
    paused_ = false;
    refresh();
}

void Press::take(Rendered rendered) {
    Slot& slot = slots_[rendered.key];
    slot.snapshot = std::move(rendered.snapshot);
    slot.selection = std::move(rendered.selection);
    // A page rendered on demand may have become stale meanwhile: then it stays so.
    if (rendered.standing) slot.standing = true, slot.stale = false;
    slot.rendering = false;
    for (auto& waiting : std::exchange(slot.waiting, {})) {
        waiting.respond(
            slot.snapshot
                ? serve::respond(waiting.request, slot.snapshot, waiting.route, max_age())
                : serve::respond_text(waiting.request, 503, "the store cannot be read\n"));
    }
    if (!slot.snapshot) slots_.erase(rendered.key);
    make_room();
}

void Press::make_room() {
    const auto is_idle = [](const Slot& slot) {
        return !slot.standing && !slot.rendering && slot.snapshot;
    };
    std::size_t bytes = 0;
    for (const auto& [key, slot] : slots_) {
        if (is_idle(slot))
            bytes += slot.snapshot->identity.body.size() + slot.snapshot->gzip.body.size() +
                     slot.selection.sources.size() * sizeof(store::SourceId);
    }
    if (bytes > cache_limit)
        std::erase_if(slots_, [&](const auto& pair) { return is_idle(pair.second); });
}

std::chrono::seconds Press::max_age() const {
    return std::chrono::duration_cast<std::chrono::seconds>(site_->config.output.max_age);
}

void Press::answer(const serve::Request& request, serve::Respond respond) {
    const serve::Route route = serve::route(request);
    if (const auto* refusal = std::get_if<serve::Refusal>(&route)) {
        respond(serve::respond(request, *refusal));
    } else if (const auto* page = std::get_if<serve::PageRoute>(&route)) {
        answer_page(request, page->page, std::move(respond));
    } else {
        answer_feed(request, std::get<serve::FeedRoute>(route), std::move(respond));
    }
}

void Press::answer_page(const serve::Request& request, serve::Page page, serve::Respond respond) {
    switch (page) {
        case serve::Page::healthz:
            respond(serve::respond_text(request, 200, "ok\n"));
            return;
        case serve::Page::readyz:
            respond(ready_()
                        ? serve::respond_text(request, 200, "ready\n")
                        : serve::respond_text(request, 503, "the database cannot be written\n"));
            return;
        case serve::Page::style: {
            static const auto style = publish::make_snapshot(
                std::string(serve::style_sheet()), "text/css; charset=utf-8", Timestamp{});
            respond(serve::respond(request, style, serve::PageRoute{page}, max_age()));
            return;
        }
        case serve::Page::home:
        case serve::Page::opml:
            break;
    }
    const bool is_home = page == serve::Page::home;
    const std::string key = is_home ? "/" : "/opml";
    Waiting waiting{
        .request = request, .route = serve::PageRoute{page}, .respond = std::move(respond)};
    answer_from(key, std::move(waiting), [site = site_, key, is_home](Renderer& renderer) {
        return Rendered{.key = key,
                        .snapshot = is_home ? renderer.home(*site) : renderer.opml(*site),
                        .selection = {},
                        .standing = false};
    });
}

void Press::answer_feed(const serve::Request& request, const serve::FeedRoute& route,
                        serve::Respond respond) {
    std::string problem;
    auto view = site_->view(route.address, route.query, problem);
    if (!view) {
        const serve::Refusal refusal = problem.empty()
                                           ? serve::Refusal{.status = 404, .text = "no such feed\n"}
                                           : serve::Refusal{.status = 400, .text = problem + "\n"};
        respond(serve::respond(request, refusal));
        return;
    }
    const std::string key = key_of(route.address, *route.writer, route.query.canonical());
    Waiting waiting{.request = request, .route = route, .respond = std::move(respond)};
    answer_from(
        key, std::move(waiting),
        [site = site_, key, view = std::move(*view), writer = route.writer](Renderer& renderer) {
            const publish::Writer* const writers[] = {writer};
            auto snapshots = renderer.feed(*site, view, writers);
            return Rendered{.key = key,
                            .snapshot = std::move(snapshots.front()),
                            .selection = view.selection,
                            .standing = false};
        });
}

void Press::answer_from(const std::string& key, Waiting waiting,
                        std::function<Rendered(Renderer&)> render) {
    Slot& slot = slots_[key];
    // A standing page that is being rendered anew is at most a moment old: nobody waits for it.
    if (slot.snapshot && (!slot.stale || slot.standing)) {
        waiting.respond(serve::respond(waiting.request, slot.snapshot, waiting.route, max_age()));
        return;
    }
    slot.waiting.push_back(std::move(waiting));
    if (slot.rendering) return;
    slot.rendering = true;
    slot.stale = false;
    asio::post(thread_, [this, key, render = std::move(render)] {
        Rendered rendered;
        std::string failure;
        try {
            rendered = render(renderer_);
        } catch (const std::exception& error) {
            failure = error.what();
        }
        rendered.key = key;
        asio::post(loop_, [this, rendered = std::move(rendered), failure]() mutable {
            if (!failure.empty()) log(Level::error, "rendering failed: " + failure);
            take(std::move(rendered));
        });
    });
}

void Press::stop() {
    pause_.cancel();
    thread_.join();
}

}  // namespace tributary::daemon
