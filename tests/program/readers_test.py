"""Real readers, as Debian ships them, subscribe to the daemon: newsboat and sfeed."""

import dataclasses
import http.client
import http.server
import shutil
import sqlite3
import subprocess
import threading
import unittest

from support import DEADLINE, ProgramTest, atom, entries, eventually, rss

SITES = ("http://one.example", "https://two.example")


class Recorder:
    """Stands between a reader and the daemon and keeps what was asked and answered."""

    def __init__(self, address):
        self.exchanges = []  # (path, request headers, status)
        recorder = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                recorder._pass_on(self, address)

            def log_message(self, *arguments):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        self.url = "http://%s:%d" % self._server.server_address

    def _pass_on(self, handler, address):
        connection = http.client.HTTPConnection(address, timeout=DEADLINE)
        connection.request("GET", handler.path, headers=dict(handler.headers))
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        self.exchanges.append((handler.path, handler.headers, answer.status))
        handler.send_response_only(answer.status)
        for name, value in answer.getheaders():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class ReaderTest(ProgramTest):
    """Two sites in one river; newest of the first site carries the number `last`."""

    def setUp(self):
        super().setUp()
        self.web = self.origin()
        self.publish(3)
        sources = [self.web.url("/one"), self.web.url("/two")]
        self.daemon = self.start(self.config(sources))
        self.recorder = Recorder(self.daemon.address)
        self.addCleanup(self.recorder.close)
        self.wait_until_shown("http://one.example/page/3", "https://two.example/page/2")

    def publish(self, last, change=lambda entry: entry):
        """Makes the sites show these; answers all entries of both."""
        one = [change(each) for each in entries(1, last, SITES[0])]
        two = entries(1, 2, SITES[1])
        self.web.put("/one", rss(one, "One"))
        self.web.put("/two", atom(two, "Two"))
        return one + two

    def wait_until_shown(self, *links):
        for path in ("/feed.atom", "/feed.rss"):
            eventually(
                lambda: (text := self.daemon.get(path).text) and all(map(text.count, links)),
                f"{path} shows {links}",
            )

    def wait_until_polled(self):
        self.web.wait_for_more("/one", 2)

    def run_reader(self, *command):
        done = subprocess.run(
            command, env=self.environment, cwd=self.directory, capture_output=True,
            stdin=subprocess.DEVNULL, text=True, errors="replace", timeout=DEADLINE,
        )  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def statuses(self, path):
        return [status for asked, _, status in self.recorder.exchanges if asked == path]

    # What every reader has to see; a subclass says how it refreshes and what it holds then: sets of
    # (title, link, seconds since the epoch).

    def refresh(self):
        raise NotImplementedError

    def held(self, path):
        raise NotImplementedError

    @staticmethod
    def as_held(published):
        return sorted((each.title, each.link, int(each.date.timestamp())) for each in published)


class EveryReader:
    """Mixed into the readers' test cases."""

    def test_all_entries_arrive_with_titles_links_and_dates(self):
        self.refresh()
        expected = self.as_held(self.publish(3))
        for path in ("/feed.atom", "/feed.rss"):
            self.assertEqual(sorted(self.held(path)), expected, path)

    def test_a_second_refresh_brings_nothing_new(self):
        self.refresh()
        before = self.unread()
        self.wait_until_polled()
        self.refresh()
        self.assertEqual(self.unread(), before)

    def test_one_new_entry_at_an_origin_is_exactly_one_new_in_the_reader(self):
        self.refresh()
        expected = self.as_held(self.publish(4))
        self.wait_until_shown("http://one.example/page/4")
        self.refresh()
        for path in ("/feed.atom", "/feed.rss"):
            self.assertEqual(sorted(self.held(path)), expected, path)

    def test_guids_that_change_to_https_show_nothing_again(self):
        self.refresh()
        before = self.unread()
        self.publish(
            3, lambda each: dataclasses.replace(each, id=each.id.replace("http:", "https:"))
        )
        self.wait_until_polled()
        self.refresh()
        self.assertEqual(self.unread(), before)

    def test_an_entry_that_is_edited_does_not_come_again(self):
        self.refresh()
        ids = self.ids()
        self.publish(3, lambda each: dataclasses.replace(each, content="<p>Rewritten.</p>"))
        eventually(lambda: "Rewritten." in self.daemon.get("/feed.atom").text, "the edit is shown")
        eventually(lambda: "Rewritten." in self.daemon.get("/feed.rss").text, "the edit is shown")
        self.refresh()
        self.assertEqual(self.ids(), ids)


@unittest.skipUnless(shutil.which("newsboat"), "newsboat is not installed")
class Newsboat(EveryReader, ReaderTest):
    # A cache for each format: newsboat knows an entry by its id whatever feed brings it, and moves
    # it to the feed that it saw last.
    FOLDERS = {"/feed.atom": "atom", "/feed.rss": "rss"}

    def setUp(self):
        super().setUp()
        for path, folder in self.FOLDERS.items():
            (self.directory / folder).mkdir()
            (self.directory / folder / "urls").write_text(f"{self.recorder.url}{path}\n")
            (self.directory / folder / "config").write_text("")

    def refresh(self):
        for folder in self.FOLDERS.values():
            self.run_reader(
                "newsboat", "-u", f"{folder}/urls", "-c", f"{folder}/cache.db",
                "-C", f"{folder}/config", "-x", "reload",
            )  # fmt: skip

    def query(self, path, statement):
        connection = sqlite3.connect(self.directory / self.FOLDERS[path] / "cache.db")
        with connection:
            found = connection.execute(statement).fetchall()
        connection.close()
        return found

    def rows(self, columns, path):
        return self.query(path, f"SELECT {columns} FROM rss_item")

    def held(self, path):
        return self.rows("title, url, pubDate", path)

    def ids(self):
        return {path: sorted(self.rows("guid, url", path)) for path in self.FOLDERS}

    def unread(self):
        return {path: sorted(self.rows("guid, url, unread", path)) for path in self.FOLDERS}

    def test_a_refresh_of_what_it_has_is_answered_304(self):
        # At the subscription itself newsboat 2.21 has no row yet in which to keep the validators.
        for _ in ("subscribe", "refresh", "refresh again"):
            self.refresh()
            self.wait_until_polled()
        for path in self.FOLDERS:
            self.assertEqual(self.statuses(path), [200, 200, 304])

    def test_what_was_read_stays_read(self):
        self.refresh()
        for path in self.FOLDERS:
            self.query(path, "UPDATE rss_item SET unread = 0")
        self.publish(4)
        self.wait_until_shown("http://one.example/page/4")
        self.refresh()
        for path in self.FOLDERS:
            unread = [url for _, url, is_unread in self.unread()[path] if is_unread]
            self.assertEqual(unread, ["http://one.example/page/4"])


@unittest.skipUnless(shutil.which("sfeed_update"), "sfeed is not installed")
@unittest.skipUnless(shutil.which("curl"), "curl, with which sfeed fetches, is not installed")
class Sfeed(EveryReader, ReaderTest):
    """Its refresh asks as sfeed's manual advises, with what curl knows of entity tags."""

    NAMES = {"/feed.atom": "atom", "/feed.rss": "rss"}

    def setUp(self):
        super().setUp()
        (self.directory / "sfeedrc").write_text(
            f"""sfeedpath="{self.directory}/feeds"
fetch() {{
    curl -L --max-redirs 0 -f -s -m 60 \\
        --etag-save "$3.etag" --etag-compare "$3.etag" "$2"
}}
feeds() {{
    feed atom "{self.recorder.url}/feed.atom"
    feed rss "{self.recorder.url}/feed.rss"
}}
"""
        )

    def refresh(self):
        self.run_reader("sfeed_update", str(self.directory / "sfeedrc"))

    def rows(self, path):
        text = (self.directory / "feeds" / self.NAMES[path]).read_text()
        return [line.split("\t") for line in text.splitlines()]

    def held(self, path):
        return [(row[1], row[2], int(row[0])) for row in self.rows(path)]

    def ids(self):
        return {path: sorted((row[5], row[2]) for row in self.rows(path)) for path in self.NAMES}

    unread = ids  # it knows no more: what has another id, link or title is new

    def test_the_content_is_there(self):
        self.refresh()
        for path in self.NAMES:
            for row in self.rows(path):
                self.assertIn("has to say under number", row[3])
                self.assertEqual(row[4], "html")

    def test_a_second_refresh_is_answered_304(self):
        self.refresh()
        self.wait_until_polled()
        self.refresh()
        for path in self.NAMES:
            self.assertEqual(self.statuses(path), [200, 304])


if __name__ == "__main__":
    unittest.main()
