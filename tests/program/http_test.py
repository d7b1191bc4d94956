"""What the daemon answers over HTTP: addresses, types, validators, codings, sockets."""

import gzip
import json
import re
import shutil
import unittest
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor

from support import ProgramTest, UnixConnection, ask, atom, entries, eventually, rss

TYPES = {
    ".atom": "application/atom+xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".json": "application/feed+json",
}


class Http(ProgramTest):
    def setUp(self):
        super().setUp()
        self.web = self.origin()
        self.web.put("/alpha", rss(entries(1, 3, "http://alpha.example"), "Alpha's own title"))
        self.web.put("/beta", atom(entries(1, 2, "http://beta.example"), "Beta's own title"))

    def sources(self):
        alpha = {"url": self.web.url("/alpha"), "name": "alpha", "tags": ["town"]}
        beta = {"url": self.web.url("/beta"), "name": "beta", "tags": ["sea", "town"]}
        return [alpha, beta | {"title": "Beta"}]

    def feeds(self):
        return [{"name": "dev", "title": "Development", "sources": ["alpha"]}]

    def serve(self, **changes):
        daemon = self.start(self.config(self.sources(), feed=self.feeds(), **changes))
        daemon.wait_for_items(5)
        self.wait_for_text(daemon, "/feed.atom", "beta.example/page/2", "alpha.example/page/3")
        return daemon

    def wait_for_text(self, daemon, path, *texts):
        eventually(
            lambda: (body := daemon.get(path).text) and all(text in body for text in texts),
            f"{path} shows {texts}",
        )

    def test_each_feed_stands_at_its_address_in_three_formats_with_its_type(self):
        daemon = self.serve()
        counts = {"/feed": 5, "/f/dev": 3, "/tag/town": 5, "/tag/sea": 2,
                  "/source/alpha": 3, "/source/beta": 2}  # fmt: skip
        for path, count in counts.items():
            for extension, media_type in TYPES.items():
                with self.subTest(path + extension):
                    answer = daemon.get(path + extension)
                    self.assertEqual(answer.status, 200)
                    self.assertEqual(answer.headers["Content-Type"], media_type)
                    self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
                    self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")
                    self.assertEqual(self.entries_in(answer.body, extension), count)

    @staticmethod
    def entries_in(body, extension):
        if extension == ".json":
            return len(json.loads(body)["items"])
        root = ElementTree.fromstring(body)
        if extension == ".rss":
            return len(root.findall("channel/item"))
        return len(root.findall("{http://www.w3.org/2005/Atom}entry"))

    def test_the_other_addresses_answer_with_their_types(self):
        daemon = self.serve()
        types = {
            "/": "text/html; charset=utf-8",
            "/opml": "text/x-opml; charset=utf-8",
            "/assets/style.css": "text/css; charset=utf-8",
            "/healthz": "text/plain; charset=utf-8",
            "/readyz": "text/plain; charset=utf-8",
        }
        for path, media_type in types.items():
            with self.subTest(path):
                answer = daemon.get(path)
                self.assertEqual(answer.status, 200)
                self.assertEqual(answer.headers["Content-Type"], media_type)

    def test_the_page_shows_the_newest_entries_and_leads_readers_to_the_feeds(self):
        page = self.serve().get("/")
        self.assertIn("http://alpha.example/page/3", page.text)
        self.assertIn("Entry 2 of beta.example &amp; “more”", page.text)
        for extension, media_type in TYPES.items():
            self.assertRegex(
                page.text,
                rf'<link rel="alternate" type="{media_type.split(";")[0].replace("+", ".")}"[^>]*'
                rf"feed\{extension}",
            )
        self.assertIn("default-src 'none'", page.headers["Content-Security-Policy"])

    def test_opml_lists_the_sources_for_another_reader(self):
        outlines = ElementTree.fromstring(self.serve().get("/opml").body).iter("outline")
        found = {outline.get("xmlUrl"): outline.get("text") for outline in outlines}
        found.pop(None, None)  # folders
        self.assertEqual(
            found,
            {self.web.url("/alpha"): "Alpha's own title", self.web.url("/beta"): "Beta"},
        )

    def test_each_entry_in_json_says_where_it_comes_from_and_when_it_was_first_seen(self):
        items = self.serve().items()
        self.assertEqual(len(items), 5)
        for item in items:
            source, own = item["_source"], item["_tributary"]
            name = "alpha" if "alpha" in item["url"] else "beta"
            self.assertEqual(source["name"], name)
            self.assertEqual(source["feed_url"], self.web.url("/" + name))
            self.assertEqual(source["title"], {"alpha": "Alpha's own title", "beta": "Beta"}[name])
            self.assertIsInstance(own["seq"], int)
            self.assertRegex(own["first_seen"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
            self.assertTrue(own["source_date"])
            self.assertEqual(own.get("also_in", []), [])
        self.assertEqual(len({item["_tributary"]["seq"] for item in items}), 5)

    def test_an_entry_that_two_sources_show_is_published_once_and_names_the_other(self):
        self.web.put("/beta", atom(entries(3, 3, "http://alpha.example")))
        daemon = self.start(self.config(self.sources()))
        shared = eventually(
            lambda: [item for item in daemon.items() if item["_tributary"].get("also_in")],
            "an entry says that it is in another source, too",
        )
        items = daemon.items()
        self.assertEqual(len(items), 3)
        self.assertEqual([item["url"] for item in shared], ["http://alpha.example/page/3"])
        both = {shared[0]["_source"]["feed_url"], *shared[0]["_tributary"]["also_in"]}
        self.assertEqual(both, {self.web.url("/alpha"), self.web.url("/beta")})

    def test_a_feed_is_not_sent_again_to_whoever_has_it(self):
        daemon = self.serve()
        first = daemon.get("/feed.atom")
        etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
        self.assertRegex(etag, '^"[^"]+"$')
        self.assertEqual(daemon.get("/feed.atom").body, first.body)
        for headers in (
            {"If_None_Match": etag},
            {"If_None_Match": f'"other", W/{etag}'},
            {"If_None_Match": "*"},
            {"If_Modified_Since": modified},
            {"If_None_Match": etag, "If_Modified_Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
        ):
            with self.subTest(headers):
                answer = daemon.get("/feed.atom", **headers)
                self.assertEqual((answer.status, answer.body), (304, b""))
                self.assertEqual(answer.headers["ETag"], etag)
                self.assertEqual(answer.headers["Cache-Control"], "public, max-age=300")
                self.assertIn("Accept-Encoding", answer.headers["Vary"])
        self.assertEqual(daemon.get("/feed.atom", If_None_Match='"other"').status, 200)
        newer = daemon.get("/feed.atom", If_None_Match='"other"', If_Modified_Since=modified)
        self.assertEqual(newer.status, 200)

    def test_a_new_entry_changes_the_validator(self):
        daemon = self.serve()
        before = daemon.get("/feed.rss").headers["ETag"]
        self.web.put("/alpha", rss(entries(1, 4, "http://alpha.example")))
        self.wait_for_text(daemon, "/feed.rss", "http://alpha.example/page/4")
        answer = daemon.get("/feed.rss", If_None_Match=before)
        self.assertEqual(answer.status, 200)
        self.assertNotEqual(answer.headers["ETag"], before)

    def test_compressed_bytes_are_the_same_document_under_their_own_validator(self):
        daemon = self.serve()
        plain = daemon.get("/feed.json")
        packed = daemon.get("/feed.json", Accept_Encoding="gzip")
        self.assertEqual(packed.headers["Content-Encoding"], "gzip")
        self.assertEqual(gzip.decompress(packed.body), plain.body)
        self.assertNotEqual(packed.headers["ETag"], plain.headers["ETag"])
        self.assertIn("Accept-Encoding", plain.headers["Vary"])
        again = daemon.get(
            "/feed.json", Accept_Encoding="gzip", If_None_Match=packed.headers["ETag"]
        )
        self.assertEqual(again.status, 304)
        refused = daemon.get("/feed.json", Accept_Encoding="gzip;q=0")
        self.assertIsNone(refused.headers["Content-Encoding"])

    def test_head_is_get_without_the_body(self):
        daemon = self.serve()
        for path in ("/feed.atom", "/f/dev.json", "/", "/opml"):
            with self.subTest(path):
                whole, head = daemon.get(path), daemon.get(path, method="HEAD")
                self.assertEqual((head.status, head.body), (200, b""))
                for name in ("Content-Length", "Content-Type", "ETag"):
                    self.assertEqual(head.headers[name], whole.headers[name])
                self.assertEqual(int(head.headers["Content-Length"]), len(whole.body))

    def test_the_address_without_extension_answers_in_the_format_that_is_asked_for(self):
        daemon = self.serve()
        for accept, extension in {
            "*/*": ".atom",
            "application/rss+xml": ".rss",
            "application/feed+json, application/atom+xml;q=0.9": ".json",
            "text/html": ".atom",
            "application/atom+xml;q=0.5, application/rss+xml;q=0.5": ".atom",
        }.items():
            with self.subTest(accept):
                answer = daemon.get("/feed", Accept=accept)
                self.assertEqual(answer.status, 200)
                self.assertEqual(answer.headers["Content-Type"], TYPES[extension])
                self.assertEqual(answer.headers["Content-Location"], "/feed" + extension)
                self.assertIn("Accept,", answer.headers["Vary"])
        strict = daemon.get("/feed.rss", Accept="application/atom+xml")
        self.assertEqual(strict.headers["Content-Type"], TYPES[".rss"])

    def test_a_query_narrows_any_feed_and_keeps_the_ids(self):
        daemon = self.serve()
        everything = {item["id"]: item["url"] for item in daemon.items()}

        def ids(path):
            return [item["id"] for item in json.loads(daemon.get(path).body)["items"]]

        self.assertEqual(len(ids("/feed.json?limit=2")), 2)
        self.assertEqual(len(ids("/feed.json?source=beta")), 2)
        self.assertEqual(len(ids("/feed.json?tag=sea&tag=town")), 5)
        self.assertEqual(len(ids("/f/dev.json?tag=sea")), 0)
        self.assertLessEqual(set(ids("/feed.json?source=alpha")), set(everything))
        seqs = sorted(item["_tributary"]["seq"] for item in daemon.items())
        self.assertEqual(len(ids(f"/feed.json?before={seqs[1]}")), 1)

    def test_what_cannot_be_answered_is_refused_in_one_plain_line(self):
        daemon = self.serve()
        for path, status, word in (
            ("/feed.json?limit=0", 400, "limit"),
            ("/feed.json?limit=1001", 400, "limit"),
            ("/feed.atom?colour=red", 400, "colour"),
            ("/feed.rss?since=yesterday", 400, "since"),
            ("/nowhere", 404, ""),
            ("/f/none.atom", 404, ""),
            ("/tag/none.rss", 404, ""),
            ("/source/none.json", 404, ""),
        ):
            with self.subTest(path):
                answer = daemon.get(path)
                self.assertEqual(answer.status, status)
                self.assertEqual(answer.headers["Content-Type"], "text/plain; charset=utf-8")
                self.assertEqual(answer.headers["Cache-Control"], "no-store")
                self.assertEqual(answer.text.count("\n"), 1)
                self.assertIn(word, answer.text)
        refused = daemon.get("/feed.atom", method="POST")
        self.assertEqual((refused.status, refused.headers["Allow"]), (405, "GET, HEAD"))

    def test_a_unix_socket_serves_the_same_and_goes_with_the_daemon(self):
        path = self.directory / "web.sock"
        daemon = self.serve(server={"listen": ["127.0.0.1:0", f"unix:{path}"]})
        over_socket = ask(UnixConnection(path), "/feed.rss")
        self.assertEqual(over_socket.body, daemon.get("/feed.rss").body)
        self.assertEqual(path.stat().st_mode & 0o777, 0o660)
        self.assertEqual(daemon.stop(), 0)
        self.assertFalse(path.exists())

    @unittest.skipUnless(shutil.which("systemd-socket-activate"), "no systemd-socket-activate")
    def test_a_socket_of_systemd_is_served_by_its_name_from_the_first_request_on(self):
        path = self.directory / "passed.sock"
        config = self.config(self.sources(), server={"listen": ["127.0.0.1:0", "fd:web"]})
        launcher = ["systemd-socket-activate", f"--listen={path}", "--fdname=web"]

        def first_call():
            try:
                return ask(UnixConnection(path), "/healthz")
            except OSError:
                return None  # nobody listens yet

        with ThreadPoolExecutor(1) as caller:  # the call that makes systemd start the daemon
            call = caller.submit(eventually, first_call, "the passed socket is answered")
            daemon = self.start(config, launcher)
            self.assertEqual((call.result().status, call.result().text), (200, "ok\n"))
        daemon.wait_for_log(re.escape(f"listening on unix:{path}"))


if __name__ == "__main__":
    unittest.main()
