"""What happens to bad input: it is told in words, bounded, and nothing else suffers from it."""

import json
import os
import re
import socket
import sqlite3
import threading
import unittest
import zlib

from support import PROGRAM, ProgramTest, Reply, atom, entries, eventually, rss

MIB = 1 << 20

WRONG_CONFIG = """\
title = "River"
colour = "red"
base_url = "river.example"

[poll]
intervall = "1h"
timeout = "30"
concurrency = "many"
max_redirects = 21

[[source]]
url = "ftp://alpha.example/feed"
name = "Alpha!"

[[source]]
tags = ["town"]

[[feed]]
name = "dev"
tags = ["twon"]
"""


class Configuration(ProgramTest):
    def write(self, text):
        file = self.directory / "tributary.toml"
        file.write_text(text)
        return file

    def test_all_errors_are_told_at_once_each_with_its_place_and_nothing_is_started(self):
        file = self.write(WRONG_CONFIG)
        commands = (["serve"], ["serve", "--once"], ["check-config"], ["serve", "--check-config"])
        home = str(self.directory)
        place = re.escape(str(file))
        for command in commands:
            with self.subTest(command):
                done = self.run_program(*command, "--config", file, XDG_STATE_HOME=home)
                self.assertEqual(done.returncode, 78, done.stderr)
                told = re.findall(rf"(?m)^{place}:(\d+):(\d+): error: (.*)", done.stderr)
                for line, column, text in (
                    (2, 1, 'unknown key "colour"'),
                    (3, 12, 'base_url: "river.example" is not an absolute http(s) URL'),
                    (6, 1, 'unknown key "intervall" in [poll]; did you mean "interval"?'),
                    (7, 11, '[poll] timeout = "30" has no unit; write "30s" (allowed: 1s to 5m)'),
                    (8, 15, "[poll] concurrency = "),
                    (9, 17, "[poll] max_redirects = 21 is out of range; allowed: 0 to 20"),
                    (12, 7, '"ftp://alpha.example/feed" is not an absolute http(s) URL'),
                    (13, 8, "Alpha!"),
                    (15, 1, "url"),
                    (20, 9, "twon"),
                ):
                    there = [said for *at, said in told if at == [str(line), str(column)]]
                    self.assertTrue(
                        any(text in said for said in there),
                        f"{line}:{column} does not say {text!r}:\n{done.stderr}",
                    )
                self.assertNotIn("listening", done.stderr)
        self.assertEqual([path.name for path in self.directory.iterdir()], [file.name])

    def test_a_file_that_is_no_toml_is_told_with_its_place(self):
        file = self.write('title = "River"\nsources = [\n')
        done = self.run_program("serve", "--config", file)
        self.assertEqual(done.returncode, 78)
        self.assertRegex(done.stderr, rf"{re.escape(str(file))}:\d+:\d+: error: ")

    def test_a_configuration_that_is_not_there_is_named(self):
        done = self.run_program("serve", "--config", self.directory / "none.toml")
        self.assertEqual(done.returncode, 78)
        self.assertIn(str(self.directory / "none.toml"), done.stderr)

    def test_a_wrong_command_or_option_is_a_matter_of_usage(self):
        for arguments in (["sevre"], ["serve", "--forever"], ["add"], [], ["status", "a", "b"]):
            with self.subTest(arguments):
                done = self.run_program(*arguments)
                self.assertEqual(done.returncode, 64, done.stderr)
                self.assertTrue(done.stderr)
        self.assertIn('"tributary serve"', self.run_program("sevre").stderr)


class Start(ProgramTest):
    """What keeps a daemon from starting: one sentence, one code."""

    def refused(self, config_file, code, *words):
        done = self.run_program("serve", "--config", config_file)
        self.assertEqual(done.returncode, code, done.stderr)
        sentence = [line for line in done.stderr.splitlines() if "warning: " not in line]
        self.assertEqual(len(sentence), 1, done.stderr)
        for word in words:
            self.assertIn(str(word), sentence[0])

    def test_a_port_in_use_is_named(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            address = "127.0.0.1:%d" % other.getsockname()[1]
            self.refused(self.config([], server={"listen": [address]}), 69, address, "in use")

    def test_an_address_of_another_machine_is_named(self):
        self.refused(self.config([], server={"listen": ["192.0.2.1:0"]}), 69, "192.0.2.1")

    def test_a_file_in_the_place_of_the_state_directory_is_named(self):
        file = self.directory / "file"
        file.write_text("")
        self.refused(self.config([], store={"path": str(file)}), 73, file)
        self.refused(self.config([], store={"path": str(file / "below")}), 73, file)

    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_a_state_directory_without_permission_is_named(self):
        closed = self.directory / "closed"
        closed.mkdir(mode=0o500)
        self.refused(self.config([], store={"path": str(closed / "state")}), 77, closed)

    def test_a_database_of_a_newer_program_is_left_alone(self):
        config = self.config([])
        self.assertEqual(self.run_program("serve", "--once", "--config", config).returncode, 0)
        database = self.directory / "state" / "tributary.db"
        with sqlite3.connect(database) as connection:
            connection.execute("PRAGMA user_version = 1000000")
        connection.close()
        before = database.read_bytes()
        self.refused(config, 78, database)
        self.assertEqual(database.read_bytes(), before)

    def test_a_file_that_is_no_database_is_left_alone(self):
        state = self.directory / "state"
        state.mkdir()
        database = state / "tributary.db"
        database.write_bytes(b"This is somebody's letter. " * 300)
        before = database.read_bytes()
        done = self.run_program("serve", "--config", self.config([]))
        self.assertGreaterEqual(done.returncode, 64, done.stderr)
        self.assertIn(str(database), done.stderr)
        self.assertEqual(database.read_bytes(), before)

    def test_a_second_daemon_on_the_same_state_names_the_first(self):
        config = self.config([])
        first = self.start(config)
        self.refused(config, 75, f"pid {first.process.pid}", self.directory / "state")
        self.assertEqual(first.get("/healthz").status, 200)


def gzip_bomb(size):
    """A gzip body that unpacks to so many zeros; made of one block again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(16 * MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + block * (size // (16 * MIB)) + b"\x03\0" + bytes(8)


class Canary:
    """A server in a forbidden place, which counts who connects."""

    def __init__(self):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self._socket.getsockname()[1]
        self.connections = 0
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self):
        while True:
            try:
                self._socket.accept()[0].close()
            except OSError:
                return
            self.connections += 1

    def close(self):
        # Whoever connected so far waits in the queue before this one.
        socket.create_connection(self._socket.getsockname()).close()
        eventually(lambda: self.connections > 0, "the canary counts")
        self._socket.close()
        return self.connections - 1


class Sources(ProgramTest):
    """Sources that go bad beside one that stays good."""

    def setUp(self):
        super().setUp()
        self.web = self.origin()

    def name_source(self, name):
        self.web.put("/" + name, rss(entries(1, 2, f"http://{name}.example")))
        return {"url": self.web.url("/" + name), "name": name}

    def start_with(self, *names):
        sources = [self.name_source(name) for name in ("good", *names)]
        self.file = self.config(sources, poll={"max_size": "1MiB", "timeout": "20s"})
        daemon = self.start(self.file)
        daemon.wait_for_items(2 * len(sources))
        return daemon

    def failing(self):
        listed = json.loads(self.command("list", self.file, "--failing", "--json"))
        return {source["name"]: source for source in listed}

    def goes_bad(self, replies):
        """Each source of `replies` begins to answer so; answers the daemon and what it tells."""
        daemon = self.start_with(*replies)
        ids = {item["id"] for item in daemon.items()}
        for name, reply in replies.items():
            self.web.script("/" + name, reply)
        told = eventually(
            lambda: (failing := self.failing()) and failing.keys() == replies.keys() and failing,
            f"exactly these fail: {list(replies)}",
        )
        self.web.put("/good", rss(entries(1, 3, "http://good.example")))
        items = daemon.wait_for_items(len(ids) + 1)
        self.assertEqual(len(items), len(ids) + 1)
        self.assertLessEqual(ids, {item["id"] for item in items}, "stored entries stay")
        return daemon, told

    def check_words(self, told, name, words):
        self.assertRegex(told[name]["error"], words)
        self.assertEqual(told[name]["state"], "failing")
        self.assertEqual(told[name]["entries"], 2)
        page = self.command("status", self.file, name)
        self.assertRegex(page, rf"(?m)^state +failing$")
        self.assertRegex(page, words)

    def test_a_source_that_answers_no_feed_says_so_in_words(self):
        words = {
            "absent": (lambda _: Reply(b"nothing", 404), r"HTTP 404 \(not found\)"),
            "broken": (lambda _: Reply(b"oh", 500), r"HTTP 500"),
            "page": (
                lambda _: Reply(
                    b"<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>",
                    headers={"Content-Type": "text/html"},
                ),
                r"not a feed: .*HTML",
            ),
            "empty": (lambda _: Reply(b""), r"an empty answer"),
            "text": (lambda _: Reply(b"Hello, I am no feed."), r"not a feed: "),
            "json": (lambda _: Reply(b'{"hello": [1, 2, 3]}'), r"not a feed: "),
            "picture": (lambda _: Reply(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), r"not a feed: "),
        }
        _, told = self.goes_bad({name: reply for name, (reply, _) in words.items()})
        for name, (_, text) in words.items():
            with self.subTest(name):
                self.check_words(told, name, text)

    def test_endless_and_exploding_answers_end_at_the_limit_with_memory_bounded(self):
        bomb = gzip_bomb(1024 * MIB)

        def endless(_):
            def pieces():
                yield rss([])[:-20]
                while True:
                    yield b"<item><title>again</title></item>" * 1000

            return Reply(pieces())

        def headers(_):
            return Reply(b"", headers={f"X-{number}": "y" * 4000 for number in range(30)})

        daemon, told = self.goes_bad(
            {
                "endless": endless,
                "bomb": lambda _: Reply(bomb, headers={"Content-Encoding": "gzip"}),
                "garbage": lambda _: Reply(b"no gzip at all", headers={"Content-Encoding": "gzip"}),
                "headers": headers,
            }
        )
        self.check_words(told, "endless", r"larger than 1048576 bytes|larger than 1 ?MiB")
        self.check_words(told, "bomb", r"(?i)larger than|more than")
        self.check_words(told, "garbage", r"(?i)gzip")
        self.check_words(told, "headers", r"headers larger than")
        with open(f"/proc/{daemon.process.pid}/status") as status:
            peak = int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1])
        self.assertLess(peak, (600 if self.has_sanitizer() else 150) * 1024)

    @staticmethod
    def has_sanitizer():
        with open(PROGRAM, "rb") as program:
            return b"__asan_init" in program.read()

    def test_a_redirect_into_a_private_network_never_connects(self):
        canary = Canary()
        port = canary.address.split(":")[1]
        targets = {
            "number": f"http://{canary.address}/",
            "name": f"http://localhost:{port}/",
            "mapped": f"http://[::ffff:127.0.0.1]:{port}/",
            "short": f"http://127.1:{port}/",
            "decimal": f"http://2130706433:{port}/",
        }
        _, told = self.goes_bad(
            {
                name: lambda _, to=to: Reply(status=302, headers={"Location": to})
                for name, to in targets.items()
            }
        )
        for name in targets:
            with self.subTest(name):
                self.check_words(told, name, r"allow_private_networks")
        self.assertEqual(canary.close(), 0)

    def test_a_redirect_to_a_file_or_in_a_circle_is_refused(self):
        here = self.web.url("/circle")
        _, told = self.goes_bad(
            {
                "file": lambda _: Reply(status=301, headers={"Location": "file:///etc/passwd"}),
                "circle": lambda _: Reply(status=302, headers={"Location": here}),
                "nowhere": lambda _: Reply(status=302),
            }
        )
        self.check_words(told, "file", r"not an http\(s\) URL")
        self.check_words(told, "circle", r"circle")
        self.check_words(told, "nowhere", r"redirect")

    def test_a_configured_source_in_a_private_network_is_not_connected_to(self):
        canary = Canary()
        sources = [self.name_source("good"), {"url": f"http://{canary.address}/", "name": "inner"}]
        self.file = self.config(
            sources, poll={"allow_private_networks": ["127.0.1.0/24", self.web.address]}
        )
        daemon = self.start(self.file)
        told = eventually(self.failing, "a source fails")
        self.assertRegex(told["inner"]["error"], r"allow_private_networks")
        daemon.wait_for_items(2)
        self.assertEqual(canary.close(), 0)

    def test_a_source_that_is_well_again_is_no_longer_listed(self):
        self.goes_bad({"moody": lambda _: Reply(b"", 503)})
        self.name_source("moody")
        eventually(lambda: not self.failing(), "nothing fails any more")

    def test_what_can_be_read_of_a_malformed_document_is_read(self):
        daemon = self.start_with("torn", "messy")
        self.web.put("/torn", atom(entries(1, 5, "http://torn.example"))[:-400])
        self.web.put(
            "/messy",
            rss(entries(1, 3, "http://messy.example"))
            .replace(b"</item>", b"", 1)
            .replace(b"<channel>", b"<channel>&nbsp;\x01Fish & chips")
            .replace(b"</channel>", b"<b></channel>"),
        )
        self.web.wait_for_more("/torn", 2)
        self.web.wait_for_more("/messy", 2)
        links = {item["url"] for item in daemon.items()}
        for number in (5, 4, 3, 2, 1):
            self.assertIn(f"http://torn.example/page/{number}", links)
        for number in (3, 2, 1):
            self.assertIn(f"http://messy.example/page/{number}", links)
        self.assertEqual(self.failing(), {})

    def test_a_document_that_cannot_be_read_names_the_line_and_costs_no_older_entry(self):
        _, told = self.goes_bad(
            {
                "ruin": lambda _: Reply(b"<?xml version='1.0'?>\n\n<<<"),
                "json": lambda _: Reply(
                    b'{"version": "https://jsonfeed.org/version/1.1",\n"title": "a",\n\n"items": [}'
                ),
            }
        )
        self.check_words(told, "ruin", r"not a feed: .*line 3")
        self.check_words(told, "json", r"not a feed: .*line 4")


if __name__ == "__main__":
    unittest.main()
