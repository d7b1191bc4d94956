#include <doctest/doctest.h>

#include "tests/store/documents.h"

using namespace tributary;
using namespace tributary::store::testing;
using store::Store;

TEST_CASE("subscriptions to pushes are kept whole, under their keys, and forgotten when told") {
    const Folder folder;
    const auto path = folder / "tributary.db";
    store::SourceSubscription one{.source = {},
                                  .subscription = {.hub = "https://hub.example/",
                                                   .topic = "https://a.example/feed",
                                                   .callback = "https://river.example/websub/0123",
                                                   .secret = "secret",
                                                   .next = noon}};
    {
        Store store(path);
        one.source =
            store.sync_sources(std::vector<store::SourceSpec>{{.url = "https://a.example/"}}, noon)
                .front()
                .id;
        auto& of = one.subscription;
        store.save_subscription(one);
        auto other = one;
        other.subscription.callback = "https://river.example/websub/4567";
        other.subscription.wanted = false;
        store.save_subscription(other);
        of.is_asked = of.proven = true;
        of.active_since = noon - hour;
        of.lease_until = noon + hour;
        of.failures = 2;
        of.trouble = "HTTP 500";
        of.doubted_until = noon + second;
        of.pushed = 5;
        store.save_subscription(one);
        CHECK(store.subscriptions() == std::vector{one, other});
        store.forget_subscription("4567");
        store.forget_subscription("none");
        store.save_change(one.source, noon + hour);
        CHECK(store.source(one.source)->state.last_change == noon + hour);
    }
    CHECK(Store(path, Store::Mode::read).subscriptions() == std::vector{one});
}
