#pragma once
// Keeps the published pages fresh and answers requests with them. Lives on the loop; rendering
// happens on a thread of its own. The main feed and the configured ones are rendered after each
// change; other pages when somebody asks and something they hold has changed.

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "daemon/renderer.h"
#include "daemon/site.h"
#include "serve/http.h"
#include "serve/routes.h"

namespace tributary::daemon {

class Press {
  public:
    /// `ready` tells /readyz whether the store can be written.
    Press(boost::asio::io_context& loop, store::Store reader, std::function<bool()> ready);

    /// Another configuration: every page is stale.
    void adopt(SitePtr site);

    /// Entries of these sources came or changed.
    void changed(const std::vector<store::SourceId>& sources);

    /// States of sources changed: the pages that show them are stale.
    void states_changed();

    /// An HTTP request, answered now or after rendering.
    void answer(const serve::Request& request, serve::Respond respond);

    /// Calls `done` on the loop when what was changed so far is rendered and written.
    void when_idle(std::function<void()> done);

    /// Ends the rendering thread; nothing is answered after that.
    void stop();

  private:
    struct Waiting {
        serve::Request request;
        serve::Route route;
        serve::Respond respond;
    };
    struct Slot {
        publish::SnapshotPtr snapshot;
        store::Selection selection;
        bool standing = false, stale = true, rendering = false;
        std::vector<Waiting> waiting;
    };
    struct Rendered {
        std::string key;
        publish::SnapshotPtr snapshot;
        store::Selection selection;
        bool standing = false;
    };
    struct Edition {
        std::vector<Rendered> pages;
        std::string failure;
    };

    void answer_feed(const serve::Request& request, const serve::FeedRoute& route,
                     serve::Respond respond);
    void answer_page(const serve::Request& request, serve::Page page, serve::Respond respond);
    void answer_from(const std::string& key, Waiting waiting,
                     std::function<Rendered(Renderer&)> render);
    void refresh();
    void take(Rendered rendered);
    void make_room();
    Edition print(const Site& site, const std::vector<serve::FeedAddress>& addresses,
                  std::size_t standing);
    void refreshed(Edition edition);
    std::chrono::seconds max_age() const;

    boost::asio::io_context& loop_;
    boost::asio::steady_timer pause_;
    Renderer renderer_;  // used on thread_ only
    std::function<bool()> ready_;
    SitePtr site_;
    std::map<std::string, Slot> slots_;
    std::set<store::SourceId> dirty_;
    bool all_dirty_ = false, refreshing_ = false, paused_ = false;
    std::vector<std::function<void()>> idle_;
    boost::asio::thread_pool thread_{1};  // last, so that it ends before what it uses
};

}  // namespace tributary::daemon
