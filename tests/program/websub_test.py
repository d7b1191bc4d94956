"""Pushes from a hub (W3C WebSub): what is subscribed to, what is believed, and what is not."""

import hashlib
import hmac
import http.client
import json
import pathlib
import socket
import subprocess
import sys
import unittest

from support import DEADLINE, Document, ProgramTest, Reply, atom, entries, eventually

CALLBACK = "/websub/"


class HubProcess:
    def __init__(self):
        file = pathlib.Path(__file__).with_name("hub.py")
        self.process = subprocess.Popen(
            [sys.executable, "-B", str(file)], stdout=subprocess.PIPE, text=True
        )
        self.address = self.process.stdout.readline().strip()
        self.url = f"http://{self.address}/"

    def stop(self):
        self.process.kill()
        self.process.wait(DEADLINE)
        self.process.stdout.close()

    def tell(self, **order):
        connection = http.client.HTTPConnection(self.address, timeout=DEADLINE)
        connection.request("POST", "/control", json.dumps(order))
        try:
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def behave(self, **behaviour):
        self.tell(behaviour=behaviour)

    def publish(self, topic, body, **more):
        """Answers the statuses that the subscribers gave."""
        return self.tell(publish=topic, body=body.decode(), **more)["answers"]

    def requests(self):
        return self.tell(show=True)["requests"]

    def subscriptions(self):
        return self.tell(show=True)["subscriptions"]

    def wait_for_subscriptions(self, count=1):
        eventually(lambda: len(self.subscriptions()) == count, f"{count} subscriptions")

    def wait_for_requests(self, count):
        return eventually(
            lambda: (all_of := self.requests()) and len(all_of) >= count and all_of,
            f"the hub is asked {count} times",
        )

    def wait_for_verifications(self, count):
        return eventually(
            lambda: (all_of := self.tell(show=True)["verifications"])
            and len(all_of) >= count
            and all_of,
            f"the hub has verified {count} times",
        )


class Feed(Document):
    """A document that names a hub and itself in its headers."""

    def __init__(self, body, hub, topic):
        super().__init__(body, "application/atom+xml")
        self.link = f'<{hub}>; rel="hub", <{topic}>; rel="self"'

    def __call__(self, request):
        reply = super().__call__(request)
        return Reply(reply.body, reply.status, reply.headers | {"Link": self.link})


def free_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


class WebSub(ProgramTest):
    def setUp(self):
        super().setUp()
        self.web = self.origin()
        self.hub = self.new_hub()
        self.port = free_port()
        self.topic = self.web.url("/feed")
        self.show(1, 3)

    def new_hub(self):
        hub = HubProcess()
        self.addCleanup(hub.stop)
        return hub

    def show(self, first, last, hub=None):
        body = atom(entries(first, last))
        self.web.script("/feed", Feed(body, hub or self.hub.url, self.topic))

    def file(self, hub=None, poll=None, **changes):
        """A daemon that polls once and then not for hours, unless told otherwise."""
        quiet = {"interval": "7d", "min_interval": "100ms", "max_interval": "7d"}
        allowed = [self.web.address, (hub or self.hub).address]
        options = quiet | {"allow_private_networks": allowed} | (poll or {})
        return self.config(
            [self.topic],
            server={"listen": [f"127.0.0.1:{self.port}"]},
            websub={"callback_base": f"http://127.0.0.1:{self.port}"},
            poll=options,
            **changes,
        )

    def subscribed(self, **more):
        daemon = self.start(self.file(**more))
        self.hub.wait_for_subscriptions()
        return daemon

    def callback(self):
        return self.hub.subscriptions()[0][1].partition(str(self.port))[2]

    def send(self, body, path, **headers):
        """A request to the daemon that no hub has sent; answers the status."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE)
        try:
            connection.request("POST", path, body, headers)
            return connection.getresponse().status
        finally:
            connection.close()

    def titles(self, daemon):
        return [item["title"] for item in daemon.items()]

    def test_what_is_pushed_is_published_and_a_poll_later_doubles_nothing(self):
        daemon = self.subscribed()
        asked = self.hub.requests()[0]
        self.assertEqual(asked["hub.mode"], "subscribe")
        self.assertEqual(asked["hub.topic"], self.topic)
        self.assertGreaterEqual(len(asked["hub.secret"]), 32)
        self.assertGreaterEqual(len(asked["hub.callback"].rpartition("/")[2]), 32)
        for method, number in zip(("sha1", "sha256", "sha384", "sha512"), range(4, 8)):
            self.hub.behave(method=method)
            self.assertEqual(self.hub.publish(self.topic, atom(entries(number, number))), [202])
            daemon.wait_for_items(number)
        before = daemon.get("/feed.atom").body
        self.assertEqual(self.hub.publish(self.topic, atom(entries(7, 7))), [202])  # once more
        self.show(1, 8)
        self.assertEqual(self.hub.publish(self.topic, b"news!", content_type="text/plain"), [202])
        daemon.wait_for_items(8)  # a hint: polled
        ids = [item["id"] for item in daemon.items()]
        self.assertEqual(len(ids), len(set(ids)))
        eventually(lambda: daemon.get("/feed.atom").body != before, "the feed is rendered anew")

    def test_a_push_published_twice_changes_no_byte(self):
        daemon = self.subscribed()
        daemon.wait_for_items(3)
        push = atom(entries(4, 5))
        self.hub.publish(self.topic, push)
        daemon.wait_for_items(5)
        counted = self.counted(daemon, "content")
        before = daemon.get("/feed.atom").body
        for _ in range(3):
            self.hub.publish(self.topic, push)
        eventually(lambda: self.counted(daemon, "content") == counted + 3, "they are read")
        self.assertEqual(daemon.get("/feed.atom").body, before)
        self.assertEqual(len(daemon.items()), 5)

    def test_who_pushes_is_told_without_secrets(self):
        daemon = self.subscribed()
        self.hub.publish(self.topic, atom(entries(4, 4)))
        daemon.wait_for_items(4)
        secrets = [self.hub.requests()[0]["hub.secret"], self.callback().rpartition("/")[2]]
        told = eventually(
            lambda: "lease until" in (out := self.command("status", self.file(), self.topic))
            and out,
            "the status names the lease",
        )
        self.assertIn(f"by {self.hub.url}, lease until", told)
        self.assertIn("websub subscribe", told)
        as_json = self.command("status", self.file(), self.topic, "--json")
        self.assertIn("lease until", json.loads(as_json)["pushed"])
        shown = [told, as_json, daemon.log, self.command("list", self.file())]
        shown.append(self.command("etiquette", self.file()))
        shown.append(daemon.get("/").text)
        for text in shown:
            for secret in secrets:
                self.assertNotIn(secret, text)

    def test_what_is_not_signed_by_the_hub_is_answered_well_and_dropped(self):
        daemon = self.subscribed()
        forged = atom(entries(4, 9))
        self.hub.behave(secret="wrong")
        self.assertEqual(self.hub.publish(self.topic, forged), [202])
        self.hub.behave(method="")
        self.assertEqual(self.hub.publish(self.topic, forged), [202])
        callback = self.callback()
        kind = {"Content-Type": "application/atom+xml"}
        for signature in ("", "sha256=", "md5=0", "sha256=" + "0" * 64):
            self.assertEqual(
                self.send(forged, callback, **kind, **{"X-Hub-Signature": signature}), 202
            )
        digest = hmac.new(b"", forged, hashlib.sha256).hexdigest()
        self.send(forged, callback, **kind, **{"X-Hub-Signature": "sha256=" + digest})
        self.assertEqual(len(daemon.items()), 3)
        counted = eventually(lambda: self.counted(daemon, "forged") >= 4, "drops are counted")
        self.assertTrue(counted)
        self.assertEqual(self.counted(daemon, "unsigned"), 2)
        self.assertEqual(len(daemon.items()), 3)

    def counted(self, daemon, result):
        for line in daemon.get("/metrics").text.splitlines():
            if line.startswith(f'tributary_websub_pushes_total{{result="{result}"}} '):
                return int(line.rpartition(" ")[2])
        return 0

    def test_a_callback_that_nobody_asked_for_does_not_exist(self):
        daemon = self.subscribed()
        callback = self.callback()
        question = (
            "?hub.mode=subscribe&hub.topic=TOPIC&hub.lease_seconds=60"
            "&hub.challenge=%3Cscript%3Ealert(1)%3C/script%3E"
        )
        topic = self.topic.replace(":", "%3A").replace("/", "%2F")
        for path in (
            CALLBACK + "0" * 32 + question.replace("TOPIC", topic),
            callback + question.replace("TOPIC", topic),  # verified already
            callback + question.replace("TOPIC", "x"),
            callback + question.replace("TOPIC", topic).replace("subscribe", "unsubscribe"),
            callback,
            CALLBACK,
        ):
            answer = daemon.get(path)
            self.assertEqual(answer.status, 404, path)
            self.assertNotIn("script", answer.text)
        self.assertEqual(self.send(atom(entries(4, 4)), CALLBACK + "0" * 32), 404)
        self.assertEqual(daemon.get(callback, method="DELETE").status, 404)

    def test_a_challenge_is_echoed_as_plain_text_and_nothing_else(self):
        self.hub.behave(verify=False)
        daemon = self.start(self.file())
        asked = self.hub.wait_for_requests(1)[0]
        callback = asked["hub.callback"].partition(str(self.port))[2]
        topic = self.topic.replace(":", "%3A").replace("/", "%2F")
        question = f"{callback}?hub.mode=subscribe&hub.topic={topic}&hub.challenge="
        for challenge in ("", "a%0D%0AX-Evil:1", "%FF", "x" * 5000):
            self.assertEqual(daemon.get(question + challenge).status, 404)
        answer = daemon.get(question + "%3Cscript%3Ealert(1)%3C/script%3E")
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.text, "<script>alert(1)</script>")
        self.assertEqual(answer.headers["Content-Type"], "text/plain; charset=utf-8")
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(daemon.get(question + "again").status, 404)

    def test_a_push_without_end_is_cut_off_and_takes_no_memory(self):
        daemon = self.subscribed(poll={"max_size": "1MiB"})
        callback = self.callback()
        before = self.resident(daemon)
        self.assertEqual(self.send_endless(callback, f"Content-Length: {1 << 30}\r\n"), 413)
        self.assertEqual(self.send_endless(callback, "Transfer-Encoding: chunked\r\n", True), 413)
        self.assertEqual(self.send_endless(CALLBACK + "0" * 32, f"Content-Length: {1 << 20}\r\n"),
                         413)
        self.assertLess(self.resident(daemon) - before, 16 << 10)
        self.assertEqual(self.counted(daemon, "refused"), 3)
        self.hub.publish(self.topic, atom(entries(4, 4)))
        daemon.wait_for_items(4)

    def send_endless(self, path, framing, chunked=False):
        """Sends up to a gibibyte, until the daemon has enough of it; answers the status."""
        piece = b"x" * (64 << 10)
        if chunked:
            piece = b"%x\r\n" % len(piece) + piece + b"\r\n"
        with socket.create_connection(("127.0.0.1", self.port), DEADLINE) as client:
            client.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\n{framing}\r\n".encode())
            try:
                for _ in range((1 << 30) // len(piece)):
                    client.sendall(piece)
            except OSError:
                return self.endless_status(client) or 413
            return self.endless_status(client)

    @staticmethod
    def endless_status(client):
        try:
            return int(client.recv(1024).split(b" ")[1])
        except (OSError, IndexError):
            return 0

    @staticmethod
    def resident(daemon):
        """KiB."""
        for line in pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        return 0

    def test_a_lying_hub_gets_no_subscription(self):
        self.hub.behave(topic="http://other.example/feed")
        daemon = self.start(self.file())
        mode, status, agreed = self.hub.wait_for_verifications(1)[0]
        self.assertEqual((mode, status, agreed), ("subscribe", 404, False))
        self.hub.behave(topic=self.topic, denies=True)
        self.assertEqual(len(daemon.items()), 3)

    def test_a_hub_that_says_no_is_left_alone(self):
        self.hub.behave(denies=True)
        daemon = self.start(self.file())
        self.assertEqual(self.hub.wait_for_verifications(1)[0][:2], ["denied", 200])
        daemon.wait_for_log("the hub said no")
        eventually(
            lambda: "the hub said no" in self.command("status", self.file(), self.topic),
            "the status says so",
        )

    def test_a_hub_that_is_down_is_tried_again_and_polls_go_on(self):
        self.hub.behave(answer=500)
        often = {"interval": "200ms", "min_interval": "100ms", "max_interval": "500ms"}
        daemon = self.start(self.file(poll=often))
        daemon.wait_for_log("HTTP 500")
        self.show(1, 5)
        daemon.wait_for_items(5)
        self.hub.behave(answer=202)
        self.hub.wait_for_subscriptions()

    def test_a_lease_is_renewed_before_it_ends(self):
        self.hub.behave(lease=3)
        self.subscribed()
        self.assertEqual(
            [mode for mode, _, agreed in self.hub.wait_for_verifications(3) if agreed],
            ["subscribe"] * 3,
        )

    def test_a_subscription_outlives_the_process(self):
        daemon = self.subscribed()
        daemon.wait_for_log("lease until")
        eventually(
            lambda: "lease until" in self.command("status", self.file(), self.topic), "it is kept"
        )
        daemon.kill()
        daemon = self.start(self.file())
        self.assertEqual(self.hub.publish(self.topic, atom(entries(4, 4))), [202])
        daemon.wait_for_items(4)
        self.assertEqual(len(self.hub.requests()), 1)

    def test_another_hub_takes_over_and_the_old_one_is_told(self):
        often = {"interval": "200ms", "max_interval": "500ms"}
        other = self.new_hub()
        file = self.file(poll=often | {"allow_private_networks": ["127.0.0.1"]})
        self.start(file)
        self.hub.wait_for_subscriptions()
        self.show(1, 4, other.url)
        other.wait_for_subscriptions()
        self.hub.wait_for_subscriptions(0)

    def test_an_inner_hub_is_refused_like_an_inner_source(self):
        outside = {"allow_private_networks": [self.web.address]}
        daemon = self.start(self.file(poll=outside))
        daemon.wait_for_log(r"pushed by http://127\.0\.0\.1.*(not allowed|network)")
        self.assertEqual(self.hub.requests(), [])

    def test_without_a_callback_base_nothing_is_asked_and_nothing_listens(self):
        file = self.config([self.topic], poll={"allow_private_networks": ["127.0.0.1"]})
        daemon = self.start(file)
        daemon.wait_for_items(3)
        self.web.wait_for_more("/feed", 2)
        self.assertEqual(self.hub.requests(), [])
        self.assertEqual(daemon.get(CALLBACK + "0" * 32).status, 404)


if __name__ == "__main__":
    unittest.main()
