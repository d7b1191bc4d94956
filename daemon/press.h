#pragma once
// Keeps the published pages fresh and answers requests with them. Lives on the loop; rendering
// happens on a thread of its own, one address at a time, so that requests come in between. The main
// feed and the configured ones are rendered after each change that they hold; other pages when
// somebody asks and something they hold has changed.

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "daemon/renderer.h"
#include "daemon/site.h"
#include "serve/http.h"
#include "serve/routes.h"

namespace tributary::daemon {

/// How often the press works.
struct Pauses {
    // After the standing feeds were rendered: ten times what that took, within these bounds. A
    // burst of new entries costs one rendering, not hundreds; the first after quiet comes at once.
    std::chrono::milliseconds shortest{100}, longest{5'000};
    std::chrono::milliseconds retry{15'000};  // after something could not be rendered or written
    std::chrono::milliseconds page{2'000};    // for so long a page about sources is good enough
};

class Press {
  public:
    /// `ready` tells /readyz whether the store can be written.
    Press(boost::asio::io_context& loop, store::Store reader, std::function<bool()> ready,
          Pauses pauses = {});

    /// Another configuration: every page is stale.
    void adopt(SitePtr site);

    /// Entries of these sources came or changed.
    void changed(const std::vector<store::SourceId>& sources);

    /// States of sources changed: the pages that show them are stale.
    void states_changed();

    /// An HTTP request, answered now or after rendering.
    void answer(const serve::Request& request, serve::Respond respond);

    /// Calls `done` on the loop when what was changed so far is rendered and written, or has failed
    /// to be.
    void when_idle(std::function<void()> done);

    /// Why a standing feed or a file of the output directory is not what it should be, in words;
    /// empty: all are. It is tried again after a pause.
    const std::string& output_failure() const { return output_failure_; }

    /// Ends the rendering thread; nothing is answered after that.
    void stop();

  private:
    using Clock = std::chrono::steady_clock;
    struct Waiting {
        serve::Request request;
        serve::Route route;
        serve::Respond respond;
    };
    struct Slot {
        publish::SnapshotPtr snapshot;
        store::Selection selection;
        Clock::time_point good_until;  // even if stale
        bool standing = false, stale = true, rendering = false;
        std::vector<Waiting> waiting;
    };
    struct Page {
        std::string key;
        SitePtr site;
        publish::SnapshotPtr snapshot;  // nothing: it could not be rendered
        store::Selection selection;
        std::chrono::milliseconds good_for{0};
        bool standing = false;
    };
    /// What is to be printed: the standing feeds come first.
    using Address = std::pair<serve::FeedAddress::Kind, std::string>;
    struct Print {  // one address in every format
        Address address;
        SitePtr site;
        std::vector<Page> pages;  // of a standing feed
        std::string failure;
        Clock::duration spent{0};
    };

    void answer_page(const serve::Request& request, serve::Page page, serve::Respond respond);
    void answer_feed(const serve::Request& request, const serve::FeedRoute& route,
                     serve::Respond respond);
    bool answer_from(const std::string& key, Waiting& waiting);
    void render(const std::string& key, Waiting waiting, std::function<Page(Renderer&)> render);
    void take(Page page);
    void ask_again(const std::string& key);
    void make_room();

    void refresh();
    void gather();
    Print print(SitePtr site, Address address);
    void printed(Print print);
    void note_failure(const Print& print);
    void rest();
    void retry_later();
    bool is_idle() const;
    std::chrono::seconds max_age() const;

    boost::asio::io_context& loop_;
    boost::asio::steady_timer pause_, retry_;
    Renderer renderer_;  // used on thread_ only
    std::function<bool()> ready_;
    Pauses pauses_;
    SitePtr site_;
    std::map<std::string, Slot> slots_;

    std::set<store::SourceId> dirty_;
    std::set<Address> to_print_, failed_;
    bool all_dirty_ = false, printing_ = false, paused_ = false, retrying_ = false;
    Clock::duration spent_{0};  // since the last pause
    std::string output_failure_;
    std::vector<std::function<void()>> idle_;
    boost::asio::thread_pool thread_{1};  // last, so that it ends before what it uses
};

}  // namespace tributary::daemon
