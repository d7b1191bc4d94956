"""What `discover` makes of pages, feeds and everything else that may stand at an address."""

import json
import unittest

from support import ProgramTest, Reply, atom, entries, rss

PAGE = b"""<!DOCTYPE html><html><head><title>A blog</title><base href="/blog/">
<link rel="alternate" type="application/rss+xml" title="Comments" href="comments.xml">
<link rel="alternate" type="application/atom+xml" title="News &amp; more" href="feed.xml">
</head><body><a href="/feed">Feed</a></body></html>"""


class Discover(ProgramTest):
    def setUp(self):
        super().setUp()
        self.web = self.origin()
        self.file = self.config([self.web.url("/unused")])

    def discover(self, *arguments, **options):
        return self.run_program("discover", "--config", self.file, *arguments, **options)

    def lines(self, *arguments):
        done = self.discover(*arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return [line.split("\t") for line in done.stdout.splitlines()]

    def refused(self, *arguments, code=65):
        done = self.discover(*arguments)
        self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        return done.stderr

    def test_the_feeds_of_a_page_are_listed_likeliest_first_and_nothing_else_is_asked(self):
        self.web.put("/page", PAGE, "text/html; charset=utf-8")
        self.assertEqual(self.lines(self.web.url("/page")), [
            [self.web.url("/blog/feed.xml"), "application/atom+xml", "News & more", ""],
            [self.web.url("/blog/comments.xml"), "application/rss+xml", "Comments", "comments"],
        ])  # fmt: skip
        for guessed in ("/feed", "/blog/feed.xml", "/robots.txt", "/blog/"):
            self.assertEqual(self.web.requests(guessed), [])

    def test_json_says_how_each_was_found(self):
        self.web.put("/page", PAGE, "text/html")
        told = json.loads(self.discover("--json", self.web.url("/page")).stdout)
        self.assertEqual(told["url"], self.web.url("/page"))
        self.assertEqual(
            [(feed["url"], feed["found"]) for feed in told["feeds"]],
            [(self.web.url("/blog/feed.xml"), "declared"),
             (self.web.url("/blog/comments.xml"), "comments")],
        )  # fmt: skip
        self.assertEqual(set(told["feeds"][0]), {"url", "type", "title", "found"})

    def test_a_feed_is_found_itself(self):
        self.web.put("/a", atom(entries(1, 2), "The journal"))
        url = self.web.url("/a")
        self.assertEqual(
            self.lines(url), [[url, "application/atom+xml", "The journal", "the document itself"]]
        )
        told = json.loads(self.discover("--json", url).stdout)
        self.assertEqual(told["feeds"][0]["found"], "itself")

    def test_addresses_are_those_of_the_page_that_answered_after_redirects(self):
        self.web.script("/old", lambda _: Reply(b"", 301, {"Location": "/deep/new"}))
        self.web.put("/deep/new", b"<!doctype html><link rel=feed href=rss>", "text/html")
        self.assertEqual(self.lines(self.web.url("/old"))[0][0], self.web.url("/deep/rss"))

    def test_link_headers_count(self):
        link = '</rss>; rel="alternate"; type="application/rss+xml"; title="By header"'
        headers = {"Content-Type": "text/html", "Link": link}
        self.web.script("/page", lambda _: Reply(b"<!doctype html><p>x", 200, headers))
        self.assertEqual(
            self.lines(self.web.url("/page")),
            [[self.web.url("/rss"), "application/rss+xml", "By header", ""]],
        )

    def test_a_page_in_another_charset_is_read(self):
        page = PAGE.decode().replace("News &amp; more", "Caf\u00e9").encode("utf-16")
        self.web.put("/page", page, "text/html; charset=utf-16")
        self.assertEqual(self.lines(self.web.url("/page"))[0][2], "Caf\u00e9")

    def test_a_hostile_title_writes_no_line_of_its_own(self):
        page = "<!doctype html><link rel=feed href=/f title='a&#9;b&#10;c&#27;[2J&#x202E;d'>"
        self.web.put("/page", page.encode(), "text/html")
        ((url, _, title, _),) = self.lines(self.web.url("/page"))
        self.assertEqual(url, self.web.url("/f"))
        self.assertNotIn("\x1b", title)
        self.assertNotIn("\u202e", title)

    def test_files_and_standard_input_are_read_like_pages(self):
        page = self.directory / "page.html"
        page.write_bytes(PAGE)
        lines = self.lines("--base-url", "https://example.org/", page)
        self.assertEqual(lines[0][0], "https://example.org/blog/feed.xml")
        done = self.discover("-", "--base-url", "https://example.org/", text=PAGE.decode())
        self.assertEqual(done.stdout.split("\t")[0], "https://example.org/blog/feed.xml")
        self.assertIn("--base-url", self.refused(page))
        page.write_bytes(rss(entries(1, 1), "Mine"))
        self.assertEqual(self.lines(page)[0][2:], ["Mine", "the document itself"])

    def test_what_has_no_feed_is_told_in_one_sentence(self):
        self.web.put("/page", b"<!doctype html><title>Just a moment</title>", "text/html")
        self.web.put("/text", b"words", "text/plain")
        self.web.script("/404", lambda _: Reply(PAGE, 404, {"Content-Type": "text/html"}))
        self.assertIn("a web page that names no feed", self.refused(self.web.url("/page")))
        self.assertIn("not a feed", self.refused(self.web.url("/text")))
        self.assertIn("HTTP 404", self.refused(self.web.url("/404")))
        self.assertIn("No such file", self.refused("./absent", code=66))

    def test_the_inner_network_stays_closed_unless_the_configuration_opens_it(self):
        self.web.put("/page", PAGE, "text/html")
        absent = self.directory / "absent.toml"
        done = self.run_program("discover", "--config", absent, self.web.url("/page"))
        self.assertEqual(done.returncode, 65, done.stderr)
        self.assertEqual(self.web.requests("/page"), [])


if __name__ == "__main__":
    unittest.main()
