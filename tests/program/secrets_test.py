"""Secrets: they open the doors that they are for, and are seen nowhere else."""

import base64
import unittest

from support import ProgramTest, Reply, entries, eventually, rss

KEPT = "kept-canary-4711"  # in a file or with systemd
WRITTEN = "written-canary-0815"  # in the configuration itself

OUTPUTS = (
    ["check-config"], ["check-config", "--print"], ["list"], ["list", "--json"], ["status"],
    ["status", "--json"], ["etiquette"], ["etiquette", "--json"], ["items"], ["items", "--json"],
)  # fmt: skip
PAGES = ("/", "/opml", "/feed.atom", "/feed.rss", "/feed.json", "/healthz", "/readyz")


class Door:
    """Answers with a feed to whoever has the key, and with 401 to others."""

    def __init__(self, header, value, items):
        self.header, self.value = header, value
        self.body = rss(items)

    def __call__(self, request):
        if request.headers.get(self.header) != self.value:
            return Reply(b"who are you?", 401)
        return Reply(self.body)


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


class Secrets(ProgramTest):
    def setUp(self):
        super().setUp()
        self.secret = self.directory / "secret"
        self.put(KEPT)
        self.inner = self.origin()
        self.outer = self.origin()
        self.proxy = self.origin()

    def put(self, text):
        self.secret.write_text(text + "\n")
        self.secret.chmod(0o600)

    def door(self, path, header, value, first):
        site = f"http://{path.strip('/')}.example"
        return self.inner.script(path, Door(header, value, entries(first, first + 1, site)))

    def assert_unseen(self, text, where):
        self.assertNotIn(KEPT, text, where)
        self.assertNotIn(WRITTEN, text, where)
        for user in ("me", "us"):
            for word in (KEPT, WRITTEN):
                self.assertNotIn(basic(user, word)[6:], text, where)

    def sources(self):
        kept = {"file": "secret"}
        # Sends whoever comes on to somebody else, with the key if it is not careful.
        away = self.inner.script(
            "/away", lambda _: Reply(status=302, headers={"Location": self.outer.url("/lure")})
        )
        self.outer.put("/lure", rss(entries(1, 2, "http://lure.example")))
        proxied = "http://behind.invalid/feed"
        self.proxy.script(
            proxied, Door("Proxy-Authorization", basic("us", KEPT), entries(1, 2, "http://p.example"))
        )
        written = self.door("/written", "Authorization", basic("me", WRITTEN), 1)
        return [
            {
                "url": self.door("/basic", "Authorization", basic("me", KEPT), 1),
                "auth": {"user": "me", "password": kept},
            },
            {
                "url": self.door("/bearer", "Authorization", f"Bearer {KEPT}", 1),
                "auth": {"token": {"credential": "secret"}},
            },
            {"url": self.door("/key", "X-Key", KEPT, 1), "headers": {"X-Key": kept}},
            {"url": away, "auth": {"user": "me", "password": kept}, "headers": {"X-Key": kept}},
            {
                "url": proxied,
                "proxy": f"http://{self.proxy.address}",
                "proxy_auth": {"user": "us", "password": kept},
            },
            {"url": written.replace("://", f"://me:{WRITTEN}@") + f"?token={WRITTEN}"},
            {"url": self.inner.url("/closed"), "auth": {"user": "me", "password": WRITTEN}},
        ]

    def test_they_open_their_doors_and_are_seen_nowhere_else(self):
        sources = self.sources()
        path = f"/written?token={WRITTEN}"
        door = Door("Authorization", basic("me", WRITTEN), entries(1, 2, "http://written.example"))
        self.inner.script(path, door)
        self.inner.script("/closed", lambda _: Reply(b"no", 403))
        allowed = [self.inner.address, self.outer.address]
        config = self.config(
            sources,
            poll={"allow_private_networks": allowed},
            log={"level": "trace"},
        )
        daemon = self.start(config, CREDENTIALS_DIRECTORY=str(self.directory))
        daemon.wait_for_items(12)
        eventually(
            lambda: '"failing":1' in self.command("status", config, "--json"), "one source fails"
        )

        for request in self.outer.requests("/lure"):
            self.assertNotIn("Authorization", request.headers)
            self.assertNotIn("X-Key", request.headers)
        for command in OUTPUTS:
            done = self.run_program(*command, "--config", config)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assert_unseen(done.stdout + done.stderr, command)
        for slug in (line.split()[0] for line in self.command("list", config).splitlines()[1:]):
            done = self.run_program("status", slug, "--config", config)
            self.assert_unseen(done.stdout + done.stderr, slug)
        for page in PAGES:
            self.assert_unseen(daemon.get(page).text, page)
        self.assertNotIn(KEPT.encode(), self.memory_of_the_daemon())
        self.assertEqual(daemon.stop(), 0)
        self.assert_unseen(daemon.log, "log")
        for done in (self.run_program("--help"), self.run_program("serve", "--help")):
            self.assert_unseen(done.stdout + done.stderr, "help")

    def memory_of_the_daemon(self):
        """What it keeps: the database and all beside it."""
        return b"".join(
            file.read_bytes() for file in (self.directory / "state").iterdir() if file.is_file()
        )

    def test_a_changed_one_is_taken_over_by_a_reload_and_a_missing_one_harms_only_its_source(self):
        url = self.door("/basic", "Authorization", basic("me", "new"), 1)
        other = self.inner.put("/other", rss(entries(1, 2, "http://other.example")))
        config = self.config(
            [{"url": url, "auth": {"user": "me", "password": {"file": "secret"}}}, other],
            # A source without an answer rests as long as it would anyway: only a reload is at once.
            poll={"interval": "5m", "max_interval": "1h"},
        )
        self.secret.chmod(0o644)
        daemon = self.start(config)
        daemon.wait_for_log(r"secret can be read or changed by others; chmod 640")
        daemon.wait_for_items(2)
        eventually(
            lambda: "can be read or changed by others" in self.command("list", config, "--failing"),
            "the source says what it lacks",
        )
        self.assertEqual(self.inner.requests("/basic"), [])

        self.put("new")
        daemon.hang_up()
        daemon.wait_for_items(4)

    def test_a_proxy_that_is_down_is_told_in_words(self):
        down = self.origin()
        down.close()
        config = self.config(
            [{"url": "http://behind.invalid/", "proxy": f"http://{down.address}"}],
            poll={"allow_private_networks": False},
        )
        daemon = self.start(config)
        daemon.wait_for_log(
            rf"through http://{down.address}: connection refused by {down.address}"
        )


if __name__ == "__main__":
    unittest.main()
