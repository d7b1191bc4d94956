"""The life of a daemon: signals, restarts, sudden death, its word to systemd, and the commands
beside it."""

import dataclasses
import email.utils
import json
import random
import re
import socket
import sqlite3
import threading
import time
import unittest

from support import ProgramTest, Reply, atom, entries, entry, eventually, rss


class Signals(ProgramTest):
    def setUp(self):
        super().setUp()
        self.web = self.origin()
        self.web.put("/one", rss(entries(1, 2, "http://one.example")))
        self.web.put("/two", atom(entries(1, 2, "http://two.example")))

    def test_sigterm_and_sigint_end_it_well_though_a_reader_stays_connected(self):
        for name in ("SIGTERM", "SIGINT"):
            with self.subTest(name):
                daemon = self.start(self.config([self.web.url("/one")]))
                with socket.create_connection(daemon.address.split(":")):
                    daemon.signal(name)
                    self.assertEqual(daemon.wait(), 0)
                daemon.wait_for_log("stopping")

    def test_sigterm_does_not_wait_for_a_slow_origin(self):
        answer = threading.Event()
        self.addCleanup(answer.set)
        asked = threading.Event()

        def slow(_):
            asked.set()
            answer.wait()
            return Reply()

        self.web.script("/slow", slow)
        daemon = self.start(self.config([self.web.url("/slow")], poll={"timeout": "5m"}))
        self.assertTrue(asked.wait(60))
        self.assertEqual(daemon.stop(), 0)

    def test_sighup_takes_over_another_configuration(self):
        file = self.config([self.web.url("/one")])
        daemon = self.start(file)
        before = daemon.wait_for_items(2)
        both = [self.web.url("/one"), {"url": self.web.url("/two"), "name": "two", "tags": ["new"]}]
        self.config(both, feed=[{"name": "some", "tags": ["new"]}])
        daemon.hang_up()
        items = daemon.wait_for_items(4)
        self.assertLessEqual({item["id"] for item in before}, {item["id"] for item in items})
        for path in ("/f/some.json", "/tag/new.json", "/source/two.json"):
            self.assertEqual(len(json.loads(daemon.get(path).body)["items"]), 2, path)

    def test_sighup_with_one_source_less_takes_its_entries_out_until_it_comes_back(self):
        both = [self.web.url("/one"), self.web.url("/two")]
        daemon = self.start(self.config(both))
        before = {item["id"]: item["_tributary"]["seq"] for item in daemon.wait_for_items(4)}
        self.config(both[:1])
        daemon.hang_up()
        eventually(lambda: len(daemon.items()) == 2, "the entries of /two are gone")
        self.config(both)
        daemon.hang_up()
        after = {item["id"]: item["_tributary"]["seq"] for item in daemon.wait_for_items(4)}
        self.assertEqual(after, before)

    def test_sighup_with_a_wrong_configuration_is_refused_and_the_old_one_goes_on(self):
        file = self.config([self.web.url("/one")])
        daemon = self.start(file)
        daemon.wait_for_items(2)
        file.write_text(file.read_text() + "\n[pol]\ntimeout = 5\n")
        daemon.hang_up()
        daemon.wait_for_log(rf"{re.escape(str(file))}:\d+:\d+: error: unknown table \[pol\]")
        daemon.wait_for_log("refused")
        self.web.put("/one", rss(entries(1, 3, "http://one.example")))
        daemon.wait_for_items(3)


class Restart(ProgramTest):
    def setUp(self):
        super().setUp()
        self.web = self.origin()

    def test_feeds_are_the_same_bytes_after_a_restart(self):
        self.web.put("/one", rss(entries(1, 5, "http://one.example")))
        config = self.config([{"url": self.web.url("/one"), "name": "one", "tags": ["town"]}])
        paths = [
            path + extension
            for path in ("/feed", "/tag/town", "/source/one")
            for extension in (".atom", ".rss", ".json")
        ]
        daemon = self.start(config)
        daemon.wait_for_items(5)
        eventually(lambda: "page/5" in daemon.get("/feed.atom").text, "the main feed is rendered")
        before = {path: daemon.get(path) for path in paths}
        daemon.stop()
        self.web.wait_for_requests("/one", 1)
        daemon = self.start(config)
        self.web.wait_for_more("/one", 2)
        for path in paths:
            answer = daemon.get(path)
            self.assertEqual(answer.body, before[path].body, path)
            self.assertEqual(answer.headers["ETag"], before[path].headers["ETag"], path)
            self.assertEqual(answer.headers["Last-Modified"], before[path].headers["Last-Modified"])

    def test_no_source_is_asked_before_its_time_however_the_daemon_ended(self):
        self.web.put("/seldom", rss(entries(1, 2, "http://seldom.example")))
        self.web.put("/often", rss(entries(1, 2, "http://often.example")))
        config = self.config(
            [{"url": self.web.url("/seldom"), "interval": "1h"}, self.web.url("/often")],
            poll={"max_interval": "1d"},
        )
        for end in ("stop", "kill", "kill", "stop"):
            daemon = self.start(config)
            daemon.wait_for_items(4)
            self.web.wait_for_more("/often", 3)
            getattr(daemon, end)()
            self.assertEqual(len(self.web.requests("/seldom")), 1)

    def test_a_source_that_asked_for_patience_gets_it_after_a_restart_too(self):
        self.web.script("/tired", lambda _: Reply(b"", 503, {"Retry-After": "7200"}))
        self.web.put("/often", rss(entries(1, 2, "http://often.example")))
        config = self.config([self.web.url("/tired"), self.web.url("/often")])
        for _ in range(2):
            daemon = self.start(config)
            self.web.wait_for_requests("/tired", 1)
            self.web.wait_for_more("/often", 3)
            daemon.kill()
        self.assertEqual(len(self.web.requests("/tired")), 1)

    def test_validators_go_back_to_the_byte_also_after_a_restart(self):
        odd = "W/\"a,\\'%zz -- ;=b\""
        date = "sunday, 6-Nov-94  08:49:37 UTC"
        body = rss(entries(1, 2, "http://one.example"))

        def answer(request):
            if request.headers.get("If-None-Match") == odd:
                return Reply(status=304)
            return Reply(body, headers={"ETag": odd, "Last-Modified": date})

        config = self.config([self.web.script("/one", answer)])
        daemon = self.start(config)
        self.web.wait_for_requests("/one", 3)
        daemon.stop()
        asked_before = len(self.web.requests("/one"))
        self.start(config)
        requests = self.web.wait_for_requests("/one", asked_before + 2)
        self.assertNotIn("If-None-Match", requests[0].headers)
        self.assertNotIn("If-Modified-Since", requests[0].headers)
        for request in requests[1:]:
            self.assertEqual(request.headers["If-None-Match"], odd)
            self.assertEqual(request.headers["If-Modified-Since"], date)

    def test_a_validator_that_changes_with_each_304_is_followed(self):
        count = 0

        def answer(request):
            nonlocal count
            count += 1
            headers = {"ETag": f'"{count}"'}
            if request.headers.get("If-None-Match") == f'"{count - 1}"':
                return Reply(status=304, headers=headers)
            return Reply(rss(entries(1, 2, "http://one.example")), headers=headers)

        self.start(self.config([self.web.script("/one", answer)]))
        requests = self.web.wait_for_requests("/one", 5)
        sent = [request.headers.get("If-None-Match") for request in requests[:5]]
        self.assertEqual(sent, [None, '"1"', '"2"', '"3"', '"4"'])

    def test_a_body_without_validators_leaves_the_old_ones_behind(self):
        first = rss(entries(1, 2, "http://one.example"))
        self.web.script("/one", lambda _: Reply(first, headers={"ETag": '"old"'}))
        daemon = self.start(self.config([self.web.url("/one")]))
        self.web.wait_for_more("/one", 1)
        second = rss(entries(1, 3, "http://one.example"))
        self.web.script("/one", lambda _: Reply(second))
        daemon.wait_for_items(3)
        known = len(self.web.requests("/one"))
        last = self.web.wait_for_requests("/one", known + 2)[-1]
        self.assertNotIn("If-None-Match", last.headers)

    def test_twenty_sudden_deaths_lose_nothing_double_nothing_and_change_no_id(self):
        chance = random.Random(20)
        sites = [f"http://{name}.example" for name in ("a", "b", "c")]

        def numbered(site, last):
            """Without global ids, so that the program has to remember those it gives."""
            return [
                dataclasses.replace(each, id=each.id.rsplit("/")[-1])
                for each in entries(max(1, last - 3), last, site)
            ]

        def publish(last):
            for site in sites:
                self.web.put("/" + site[7], rss(numbered(site, last)))

        publish(1)
        config = self.config(
            [self.web.url("/" + site[7]) for site in sites], poll={"interval": "100ms"}
        )
        seen = {}  # link -> (id, number), as any reader ever saw it
        for cycle in range(1, 21):
            daemon = self.start(config)
            self.look(daemon, seen, all_of=set(seen))
            publish(cycle + 1)
            # The documents of this cycle are being read, stored or published when death comes.
            self.web.wait_for_more("/" + sites[cycle % 3][7], cycle % 2)
            self.look(daemon, seen)
            time.sleep(chance.uniform(0, 0.03))
            daemon.kill()
        daemon = self.start(config)
        self.web.wait_for_more("/a", 2)
        daemon.wait_for_items(21 * 3)
        self.look(daemon, seen, all_of={f"{site}/page/{n}" for site in sites for n in range(1, 22)})
        self.assertEqual(len(seen), 21 * 3)
        self.assertEqual(len({id for id, _ in seen.values()}), len(seen))
        self.check_database()

    def look(self, daemon, seen, all_of=frozenset()):
        """What a reader sees now: nothing twice, nothing else than before, all that must be."""
        items = daemon.items()
        links = [item["url"] for item in items]
        self.assertEqual(len(links), len(set(links)), "something is shown twice")
        self.assertLessEqual(all_of, set(links), "something that was published is lost")
        for item in items:
            now = (item["id"], item["_tributary"]["seq"])
            self.assertEqual(seen.setdefault(item["url"], now), now, "an id or number changed")

    def check_database(self):
        database = self.directory / "state" / "tributary.db"
        connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        self.assertEqual(connection.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        connection.close()


class Once(ProgramTest):
    def setUp(self):
        super().setUp()
        self.web = self.origin()
        self.web.put("/one", rss(entries(1, 3, "http://one.example")))
        self.web.put("/two", atom(entries(1, 2, "http://two.example")))
        self.output = self.directory / "public"
        self.sources = [
            {"url": self.web.url("/one"), "name": "one", "tags": ["town"]},
            {"url": self.web.url("/two"), "name": "two", "tags": ["sea"]},
            {"url": self.web.url("/absent"), "name": "absent", "tags": ["sea"]},
        ]
        self.file = self.config(
            self.sources,
            output={"directory": str(self.output)},
            feed=[{"name": "dev", "tags": ["town"]}],
        )

    def once(self):
        done = self.run_program("serve", "--once", "--config", self.file)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def files(self):
        found = [path for path in self.output.rglob("*") if path.is_file()]
        return {
            str(path.relative_to(self.output)): (
                path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino,
            )
            for path in found
        }  # fmt: skip

    def test_it_polls_each_source_once_prints_one_line_and_exits_though_sources_fail(self):
        summary = self.once()
        self.assertRegex(summary, r"\A3 sources, 1 failing.*\n\Z")
        for path in ("/one", "/two", "/absent"):
            self.assertEqual(len(self.web.requests(path)), 1)
        self.once()  # though nothing is due
        for path in ("/one", "/two", "/absent"):
            self.assertEqual(len(self.web.requests(path)), 2)

    def test_it_works_without_any_source(self):
        self.file = self.config([], output={"directory": str(self.output)})
        self.assertEqual(self.once().count("\n"), 1)

    def test_it_writes_each_feed_as_a_file(self):
        self.once()
        stems = ["feed", "f/dev", "tag/town", "tag/sea"]
        stems += ["source/one", "source/two", "source/absent"]
        expected = {stem + ending for stem in stems for ending in (".atom", ".rss", ".json")}
        self.assertEqual(set(self.files()), expected)
        items = json.loads(self.files()["feed.json"][0])["items"]
        self.assertEqual(len(items), 5)
        self.assertEqual(len(json.loads(self.files()["f/dev.json"][0])["items"]), 3)

    def test_files_are_the_bytes_that_the_daemon_serves(self):
        self.once()
        daemon = self.start(self.file)
        for name, (written, _, _) in self.files().items():
            served = eventually(
                lambda: (answer := daemon.get("/" + name)).status == 200 and answer, name
            )
            self.assertEqual(served.body, written, name)

    def test_a_run_that_finds_nothing_new_touches_no_file(self):
        self.once()
        before = self.files()
        self.once()
        self.assertEqual(self.files(), before)
        # Other bytes, the same entries.
        document = rss(entries(1, 3, "http://one.example"))
        self.web.put("/one", document.replace(b"<item>", b"<item >\n"))
        self.once()
        self.assertEqual(self.files(), before)

    def test_a_run_that_finds_something_writes_the_files_that_show_it(self):
        self.once()
        before = self.files()
        self.web.put("/two", atom(entries(1, 3, "http://two.example")))
        self.once()
        after = self.files()
        changed = {name for name in after if after[name] != before.get(name)}
        stems, endings = ["feed", "tag/sea", "source/two"], [".atom", ".rss", ".json"]
        self.assertEqual(changed, {stem + ending for stem in stems for ending in endings})


class Systemd(ProgramTest):
    def test_systemd_is_told_of_readiness_life_reload_and_the_end(self):
        web = self.origin()
        path = self.directory / "notify"
        messages = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(messages.close)
        messages.bind(str(path))
        messages.settimeout(60)

        def wait_for(line):
            while line not in (lines := messages.recv(4096).decode().splitlines()):
                pass
            return lines

        file = self.config([web.put("/one", rss(entries(1, 2)))])
        daemon = self.start(file, NOTIFY_SOCKET=str(path), WATCHDOG_USEC="200000")
        ready = wait_for("READY=1")
        self.assertTrue([line for line in ready if line.startswith("STATUS=1 sources")], ready)
        for _ in range(3):
            wait_for("WATCHDOG=1")
        daemon.hang_up()
        wait_for("RELOADING=1")
        wait_for("READY=1")
        wait_for("WATCHDOG=1")
        daemon.signal("SIGTERM")
        wait_for("STOPPING=1")
        self.assertEqual(daemon.wait(), 0)


class Commands(ProgramTest):
    def setUp(self):
        super().setUp()
        self.web = self.origin()
        self.web.put("/one", rss(entries(1, 3, "http://one.example"), "The one"))

    def test_add_finds_the_feed_of_a_page_and_the_daemon_polls_it(self):
        self.web.put("/blog/", (
            b"<!DOCTYPE html><html><head><title>Blog</title><link rel='alternate' "
            b"type='application/atom+xml' title='All posts' href='feed.xml'></head></html>"
        ), "text/html")  # fmt: skip
        self.web.put("/blog/feed.xml", atom(entries(1, 2, "http://blog.example"), "Blog"))
        file = self.config([self.web.url("/one")], include=["sources.d/*.toml"])
        daemon = self.start(file)
        daemon.wait_for_items(3)
        said = self.command("add", file, self.web.url("/blog/"), "--name", "blog", "--tag", "new")
        self.assertIn(self.web.url("/blog/feed.xml"), said)
        self.assertIn("All posts", said)
        self.assertIn(f"pid {daemon.process.pid}", said)
        items = daemon.wait_for_items(5)
        self.assertEqual(sum(item["_source"]["name"] == "blog" for item in items), 2)
        self.assertEqual(daemon.get("/tag/new.atom").status, 200)
        again = self.command("add", file, self.web.url("/blog/feed.xml"))
        self.assertIn("already a source", again)

    def test_add_takes_the_likeliest_feed_of_a_page_and_names_the_others(self):
        self.web.put("/blog", (
            b"<!DOCTYPE html><title>Blog</title><a href=/feed>not this</a>"
            b"<link rel=alternate type=application/rss+xml title='Blog: comments' href=/answers>"
            b"<link rel=alternate type=application/rss+xml title='Blog' href=/posts>"
        ), "text/html")  # fmt: skip
        self.web.put("/posts", rss(entries(1, 2), "Posts"))
        self.web.put("/answers", rss(entries(1, 1), "Answers"))
        file = self.config([self.web.url("/one")], include=["sources.d/*.toml"])
        said = self.command("add", file, "--dry-run", self.web.url("/blog"))
        self.assertIn(f"  1  {self.web.url('/posts')}  Blog\n", said)
        self.assertIn(f"  2  {self.web.url('/answers')}  Blog: comments\n", said)
        self.assertIn("Taking 1; another one with --pick.", said)
        self.assertIn(f'Would add {self.web.url("/posts")}  "Posts", 2 entries', said)
        said = self.command("add", file, "--dry-run", "--pick", "2", self.web.url("/blog"))
        self.assertIn('"Answers", 1 entries', said)
        done = self.run_program(
            "add", "--config", file, "--pick", "3", self.web.url("/blog")
        )
        self.assertEqual(done.returncode, 64, done.stderr)
        self.assertIn("--pick 3: there is no such feed", done.stderr)

    def test_add_without_doing_it_changes_nothing(self):
        self.web.put("/two", rss(entries(1, 3, "http://two.example"), "The two"))
        file = self.config([self.web.url("/one")])
        self.command("add", file, "--dry-run", self.web.url("/two"))
        self.assertFalse((self.directory / "sources.d").exists())

    def test_add_refuses_a_name_that_is_taken_and_changes_nothing(self):
        self.web.put("/two", rss(entries(1, 3, "http://two.example"), "The two"))
        file = self.config(
            [{"url": self.web.url("/one"), "name": "one"}], include=["sources.d/*.toml"]
        )
        for arguments in [["--dry-run"], []]:
            done = self.run_program(
                "add", "--config", file, *arguments, self.web.url("/two"), "--name", "one"
            )
            self.assertEqual(done.returncode, 78, done.stderr)
            self.assertIn('duplicate name "one"', done.stderr)
            self.assertEqual(done.stdout, "")
            self.assertFalse((self.directory / "sources.d/cli.toml").exists())
        self.command("check-config", file)

    def test_add_tells_one_file_from_another(self):
        for name in ["one", "two"]:
            (self.directory / f"{name}.xml").write_bytes(rss(entries(1, 2), name))
        urls = [(self.directory / f"{name}.xml").as_uri() for name in ["one", "two"]]
        file = self.config(
            [urls[0]], include=["sources.d/*.toml"], poll={"allow_files": True}
        )
        self.assertIn("already a source", self.command("add", file, urls[0]))
        self.assertIn("Added " + urls[1], self.command("add", file, urls[1]))

    def test_add_refuses_what_is_no_feed(self):
        self.web.put("/page", b"<!DOCTYPE html><html><p>No feed here.</p></html>", "text/html")
        file = self.config([self.web.url("/one")], include=["sources.d/*.toml"])
        done = self.run_program("add", "--config", file, self.web.url("/page"))
        self.assertEqual(done.returncode, 65, done.stderr)
        self.assertIn(self.web.url("/page"), done.stderr)
        self.assertFalse((self.directory / "sources.d").exists())

    def test_preview_shows_what_would_be_made_of_a_feed_and_stores_nothing(self):
        file = self.config([self.web.url("/one")])
        said = self.command("preview", file, self.web.url("/one"))
        self.assertIn('RSS 2.0 in utf-8, 3 entries, "The one"', said)
        self.assertIn("Entry 3 of one.example & “more”\thttp://one.example/page/3", said)
        self.assertFalse((self.directory / "state").exists())
        done = self.run_program("preview", "--config", file, self.web.url("/absent"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("HTTP 404", done.stderr)

    def test_items_are_printed_with_what_the_store_knows(self):
        file = self.config([{"url": self.web.url("/one"), "name": "one"}])
        self.assertEqual(self.run_program("serve", "--once", "--config", file).returncode, 0)
        lines = [json.loads(line) for line in self.command("items", file, "--json").splitlines()]
        self.assertEqual(len(lines), 3)
        newest = max(lines, key=lambda line: line["published"])
        known = entry(3, "http://one.example")
        self.assertEqual(newest["id"], known.id)
        self.assertEqual(newest["published_id"], known.id)
        self.assertEqual(newest["link"], known.link)
        self.assertEqual(newest["title"], known.title)
        self.assertEqual(newest["feed"], self.web.url("/one"))
        published = email.utils.parsedate_to_datetime(email.utils.format_datetime(known.date))
        self.assertEqual(newest["published"], published.strftime("%Y-%m-%dT%H:%M:%SZ"))
        self.assertEqual(len({line["seq"] for line in lines}), 3)
        self.assertEqual(len(self.command("items", file, "--limit", "2").splitlines()), 2)

    def test_status_and_list_tell_of_a_daemon_that_runs_and_of_one_that_does_not(self):
        file = self.config([{"url": self.web.url("/one"), "name": "one", "tags": ["town"]}])
        self.assertIn("is not running", self.command("status", file))
        daemon = self.start(file)
        daemon.wait_for_items(3)
        self.assertIn(f"runs, pid {daemon.process.pid}", self.command("status", file))
        told = json.loads(self.command("status", file, "--json"))
        self.assertEqual((told["running"], told["sources"], told["ok"]), (True, 1, 1))
        page = self.command("status", file, "one")
        self.assertRegex(page, r"(?m)^title +The one$")
        self.assertRegex(page, r"(?m)\t200\tnew\t")
        self.assertIn("The one", self.command("list", file, "--tag", "town"))
        self.assertEqual(self.command("list", file, "--tag", "other"), "")
        self.assertEqual(self.command("list", file, "--failing"), "")

    def test_version_is_told(self):
        self.assertRegex(self.run_program("version").stdout, r"\Atributary \d+\.\d+\.\d+\n\Z")
        told = json.loads(self.run_program("version", "--json").stdout)
        self.assertEqual(told["name"], "tributary")

    def test_a_running_daemon_is_no_hindrance_to_the_check_of_a_configuration(self):
        file = self.config([self.web.url("/one")])
        self.start(file)
        self.assertIn("1 source", self.command("check-config", file))


if __name__ == "__main__":
    unittest.main()
