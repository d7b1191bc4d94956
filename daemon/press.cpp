#include "daemon/press.h"

#include <algorithm>
#include <boost/asio/post.hpp>

#include "daemon/log.h"
#include "daemon/output_directory.h"
#include "serve/pages.h"

namespace tributary::daemon {

namespace asio = boost::asio;

namespace {

using Kind = serve::FeedAddress::Kind;

constexpr int pause_per_work = 10;
constexpr std::size_t cache_limit = 32u << 20;  // bytes of pages that are not standing
constexpr std::size_t slot_overhead = 1024;

bool is_standing(Kind kind) {
    return kind == Kind::main || kind == Kind::named;
}

std::string key_of(const serve::FeedAddress& address, const publish::Writer& writer,
                   const std::string& query) {
    return address.path() + std::string(writer.extension) + query;
}

/// Whether one of these sources is in what stands at the address.
bool holds_any(const Site& site, const serve::FeedAddress& address,
               const std::set<store::SourceId>& sources) {
    std::string problem;
    const auto view = site.view(address, {}, problem);
    return view && std::ranges::any_of(
                       sources, [&](store::SourceId id) { return touches(view->selection, id); });
}

}  // namespace

Press::Press(asio::io_context& loop, store::Store reader, std::function<bool()> ready,
             Pauses pauses)
    : loop_(loop),
      pause_(loop),
      retry_(loop),
      renderer_(std::move(reader)),
      ready_(std::move(ready)),
      pauses_(pauses) {}

void Press::adopt(SitePtr site) {
    site_ = std::move(site);
    std::erase_if(slots_, [](const auto& pair) { return !pair.second.rendering; });
    for (auto& [key, slot] : slots_) {
        slot.snapshot = nullptr;
        slot.standing = false;
    }
    to_print_.clear();
    failed_.clear();
    output_failure_.clear();
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

// ---- Printing: the standing feeds and the output directory ---------------------------

/// Starts the next piece of work, if there is any and it is time for it.
void Press::refresh() {
    if (printing_) return;
    const bool somebody_waits = !idle_.empty();
    if (!paused_ || somebody_waits) gather();
    if (to_print_.empty()) {
        if (!is_idle()) return;
        for (auto& done : std::exchange(idle_, {})) asio::post(loop_, std::move(done));
        return;
    }
    printing_ = true;
    Address address = std::move(to_print_.extract(to_print_.begin()).value());
    asio::post(thread_, [this, site = site_, address = std::move(address)] {
        asio::post(loop_,
                   [this, done = print(site, address)]() mutable { printed(std::move(done)); });
    });
}

/// What has changed becomes what is to be printed.
void Press::gather() {
    if (dirty_.empty() && !all_dirty_) return;
    const bool all = std::exchange(all_dirty_, false);
    const auto sources = std::exchange(dirty_, {});
    for (const auto& address : site_->standing()) {
        if (all || holds_any(*site_, address, sources)) {
            to_print_.emplace(address.kind, address.name);
        }
    }
    if (site_->config.output.directory.empty()) return;
    for (const auto& place : site_->places) {
        if (!all && !sources.contains(place.id)) continue;
        to_print_.emplace(Kind::source, place.slug);
        for (const auto& tag : place.tags) to_print_.emplace(Kind::tag, tag);
    }
}

/// On thread_.
Press::Print Press::print(SitePtr site, Address address) {
    const auto begin = Clock::now();
    Print done{.address = std::move(address), .site = std::move(site)};
    try {
        const auto& [kind, name] = done.address;
        const serve::FeedAddress where{.kind = kind, .name = name};
        std::string problem;
        const auto view = done.site->view(where, {}, problem);
        if (!view) return done;
        const auto writers = publish::writers();
        const auto snapshots = renderer_.feed(*done.site, *view, writers);
        for (std::size_t i = 0; is_standing(kind) && i < snapshots.size(); ++i) {
            done.pages.push_back({.key = key_of(where, *writers[i], {}),
                                  .site = done.site,
                                  .snapshot = snapshots[i],
                                  .selection = view->selection,
                                  .standing = true});
        }
        done.failure = write_files(*done.site, where, snapshots);
    } catch (const std::exception& error) {
        done.failure = error.what();
    }
    done.spent = Clock::now() - begin;
    return done;
}

void Press::printed(Print print) {
    printing_ = false;
    spent_ += print.spent;
    if (print.site == site_) {
        for (auto& page : print.pages) take(std::move(page));
        note_failure(print);
    }
    const bool standing_are_done = is_standing(print.address.first) &&
                                   (to_print_.empty() || !is_standing(to_print_.begin()->first));
    if (standing_are_done) rest();
    refresh();
}

void Press::note_failure(const Print& print) {
    if (print.failure.empty()) {
        if (failed_.erase(print.address) == 0 || !failed_.empty()) return;
        log(Level::info, "every feed is published again");
        output_failure_.clear();
        return;
    }
    if (print.failure != output_failure_)
        log(Level::error, "a feed cannot be published: " + print.failure);
    output_failure_ = print.failure;
    failed_.insert(print.address);
    retry_later();
    if (!print.pages.empty()) return;
    // What could not be rendered is rendered when somebody asks for it, not left as it was.
    const auto& [kind, name] = print.address;
    for (const auto* writer : publish::writers()) {
        const auto slot = slots_.find(key_of({.kind = kind, .name = name}, *writer, {}));
        if (slot == slots_.end()) continue;
        slot->second.standing = false;
        slot->second.stale = true;
    }
}

void Press::rest() {
    paused_ = true;
    const auto work = std::chrono::ceil<std::chrono::milliseconds>(std::exchange(spent_, {}));
    pause_.expires_after(std::clamp(work * pause_per_work, pauses_.shortest, pauses_.longest));
    pause_.async_wait([this](boost::system::error_code error) {
        if (error) return;
        paused_ = false;
        refresh();
    });
}

void Press::retry_later() {
    if (std::exchange(retrying_, true)) return;
    retry_.expires_after(pauses_.retry);
    retry_.async_wait([this](boost::system::error_code error) {
        if (error) return;
        retrying_ = false;
        to_print_.insert(failed_.begin(), failed_.end());
        refresh();
    });
}

bool Press::is_idle() const {
    return !printing_ && to_print_.empty() && dirty_.empty() && !all_dirty_;
}

void Press::when_idle(std::function<void()> done) {
    idle_.push_back(std::move(done));
    refresh();
}

// ---- Pages: kept until what they hold changes ----------------------------------------

void Press::take(Page page) {
    if (page.site != site_) {
        ask_again(page.key);
        return;
    }
    Slot& slot = slots_[page.key];
    slot.rendering = false;
    if (page.snapshot) {
        slot.snapshot = page.snapshot;
        slot.selection = std::move(page.selection);
        slot.good_until = Clock::now() + page.good_for;
        // A page rendered on demand may have become stale meanwhile: then it stays so.
        if (page.standing) slot.standing = true, slot.stale = false;
    } else {
        slot.stale = true;
    }
    const auto age = max_age();
    for (auto& waiting : std::exchange(slot.waiting, {})) {
        waiting.respond(
            page.snapshot
                ? serve::respond(waiting.request, page.snapshot, waiting.route, age)
                : serve::respond_text(waiting.request, 503, "the store cannot be read\n"));
    }
    if (!slot.snapshot) slots_.erase(page.key);
    make_room();
}

/// What was rendered for a former configuration is nobody's answer.
void Press::ask_again(const std::string& key) {
    const auto found = slots_.find(key);
    if (found == slots_.end()) return;
    found->second.rendering = false;
    auto waiting = std::exchange(found->second.waiting, {});
    if (!found->second.snapshot) slots_.erase(found);
    for (auto& each : waiting) answer(each.request, std::move(each.respond));
}

void Press::make_room() {
    const auto is_unused = [](const Slot& slot) {
        return !slot.standing && !slot.rendering && slot.snapshot;
    };
    std::size_t bytes = 0;
    for (const auto& [key, slot] : slots_) {
        if (is_unused(slot))
            bytes += slot.snapshot->identity.body.size() + slot.snapshot->gzip.body.size() +
                     slot.selection.sources.size() * sizeof(store::SourceId) + key.size() +
                     slot_overhead;
    }
    if (bytes > cache_limit)
        std::erase_if(slots_, [&](const auto& pair) { return is_unused(pair.second); });
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
    if (answer_from(key, waiting)) return;
    const auto good_for = pauses_.page;
    render(key, std::move(waiting), [site = site_, is_home, good_for](Renderer& renderer) {
        return Page{.key = {},
                    .site = {},
                    .snapshot = is_home ? renderer.home(*site) : renderer.opml(*site),
                    .selection = {},
                    .good_for = good_for};
    });
}

void Press::answer_feed(const serve::Request& request, const serve::FeedRoute& route,
                        serve::Respond respond) {
    const std::string key = key_of(route.address, *route.writer, route.query.canonical());
    Waiting waiting{.request = request, .route = route, .respond = std::move(respond)};
    if (answer_from(key, waiting)) return;
    std::string problem;
    auto view = site_->view(route.address, route.query, problem);
    if (!view) {
        const serve::Refusal refusal = problem.empty()
                                           ? serve::Refusal{.status = 404, .text = "no such feed\n"}
                                           : serve::Refusal{.status = 400, .text = problem + "\n"};
        waiting.respond(serve::respond(request, refusal));
        return;
    }
    render(key, std::move(waiting),
           [site = site_, view = std::move(*view), writer = route.writer](Renderer& renderer) {
               const publish::Writer* const writers[] = {writer};
               return Page{.key = {},
                           .site = {},
                           .snapshot = renderer.feed(*site, view, writers).front(),
                           .selection = view.selection};
           });
}

/// Answers with what is there, or joins those who wait for it. False: it has to be rendered.
bool Press::answer_from(const std::string& key, Waiting& waiting) {
    const auto found = slots_.find(key);
    if (found == slots_.end()) return false;
    Slot& slot = found->second;
    // A standing page that is being rendered anew is at most a moment old: nobody waits for it.
    const bool is_fresh = !slot.stale && !slot.rendering;
    const bool is_good = is_fresh || slot.standing || Clock::now() < slot.good_until;
    if (slot.snapshot && is_good) {
        waiting.respond(serve::respond(waiting.request, slot.snapshot, waiting.route, max_age()));
        return true;
    }
    if (slot.rendering) slot.waiting.push_back(std::move(waiting));
    return slot.rendering;
}

void Press::render(const std::string& key, Waiting waiting, std::function<Page(Renderer&)> render) {
    Slot& slot = slots_[key];
    slot.waiting.push_back(std::move(waiting));
    slot.rendering = true;
    slot.stale = false;
    asio::post(thread_, [this, key, site = site_, render = std::move(render)] {
        Page page;
        std::string failure;
        try {
            page = render(renderer_);
        } catch (const std::exception& error) {
            failure = error.what();
        }
        page.key = key;
        page.site = site;
        asio::post(loop_, [this, page = std::move(page), failure]() mutable {
            if (!failure.empty()) log(Level::error, "rendering failed: " + failure);
            take(std::move(page));
        });
    });
}

void Press::stop() {
    pause_.cancel();
    retry_.cancel();
    thread_.join();
}

}  // namespace tributary::daemon
