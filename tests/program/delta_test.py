"""Deltas (RFC 3229): the origin sends only what is new, and nothing is lost or taken for a gap."""

import json
import unittest

from support import ProgramTest, Reply, entries, eventually, rss


class Delta(ProgramTest):
    def test_an_origin_that_sends_only_what_is_new_is_understood(self):
        last = 3

        def answer(request):
            tag = f'"{last}"'
            known = request.headers.get("If-None-Match")
            if known == tag:
                return Reply(status=304, headers={"ETag": tag})
            if known and request.headers.get("A-IM") == "feed":
                news = rss(entries(int(known.strip('"')) + 1, last))
                return Reply(news, 226, {"ETag": tag, "IM": "feed"})
            return Reply(rss(entries(1, last)), headers={"ETag": tag})

        origin = self.origin()
        config = self.config([origin.script("/feed", answer)])
        daemon = self.start(config)
        daemon.wait_for_items(3)
        for last in (5, 9):
            daemon.wait_for_items(last)
        origin.wait_for_more("/feed", 1)
        asked = origin.requests("/feed")
        self.assertNotIn("A-IM", asked[0].headers)
        self.assertTrue(all(request.headers["A-IM"] == "feed" for request in asked[1:]))

        def state():
            return json.loads(self.command("list", config, "--json"))[0]

        eventually(lambda: state()["entries"] == 9, "every entry is there once")
        self.assertEqual(state()["state"], "ok")
        self.assertNotIn("gap", self.command("status", config, state()["name"]))


if __name__ == "__main__":
    unittest.main()
