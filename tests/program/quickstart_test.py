"""./quickstart as a newcomer runs it, and the samples that it begins with."""

import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import unittest

from support import DEADLINE, PROGRAM, ProgramTest, ask, eventually

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "config" / "samples" / "tributary.toml"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def is_free(port):
    try:
        socket.create_server(("127.0.0.1", port)).close()
        return True
    except OSError:
        return False


class SamplesTest(ProgramTest):
    def samples(self):
        """The samples by a configuration that keeps away from the usual port and state."""
        port = free_port()
        file = self.directory / "samples.toml"
        file.write_text(
            f'include = ["{SAMPLES}"]\n[server]\nlisten = ["127.0.0.1:{port}"]\n'
            f'[store]\npath = "{self.directory}/state"\n'
        )
        return file, port


class Samples(SamplesTest):
    def status(self, file):
        return json.loads(self.command("status", file, "--json"))

    def test_every_sample_is_read_and_what_stands_in_three_of_them_is_shown_once(self):
        file, _ = self.samples()
        daemon = self.start(file)
        told = eventually(
            lambda: (told := self.status(file))["new"] == 0 and told,
            "every sample is read",
        )
        self.assertEqual((told["sources"], told["failing"]), (7, 0))
        items = daemon.items()
        shared = [item for item in items if len(item["_tributary"].get("also_in", [])) == 2]
        self.assertEqual(len(shared), 1, "one entry stands in three samples")
        self.assertEqual(len({item["id"] for item in items}), len(items))
        self.assertTrue(any("é" in json.dumps(item, ensure_ascii=False) for item in items))
        for item in items:
            self.assertTrue(item.get("title") or item.get("content_text") or item["content_html"])
            self.assertNotIn("1970", item["date_published"])


@unittest.skipUnless(
    pathlib.Path(PROGRAM).resolve() == ROOT / "build" / "release" / "tributary",
    "quickstart starts the release, which is not what is tested here",
)
class Quickstart(SamplesTest):
    def run_it(self, *arguments):
        """What it printed before the daemon took its place, and the process."""
        process = subprocess.Popen(
            [ROOT / "quickstart", *arguments], env=self.environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        self.addCleanup(self.end_all, process)
        printed = ""
        for line in process.stdout:
            printed += line
            if "listening on" in line:
                return printed, process
        self.fail(f"quickstart ended with {process.wait(DEADLINE)}:\n{printed}")

    @staticmethod
    def end_all(process):
        """Also what it may be building yet."""
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(DEADLINE)
        process.stdout.close()

    def check_and_interrupt(self, printed, process):
        addresses = re.findall(r"http://(127\.0\.0\.1:\d+)(\S*)", printed.split("Configuration")[0])
        self.assertEqual(len(addresses), 4, printed)
        for host, path in addresses:
            self.assertEqual(self.get(host, path).status, 200, path)
        host, _ = addresses[0]
        eventually(lambda: json.loads(self.get(host, "/feed.json").body)["items"], "entries arrive")
        process.send_signal(signal.SIGINT)  # Ctrl-C
        self.assertEqual(process.wait(DEADLINE), 0)

    @staticmethod
    def get(host, path):
        return ask(http.client.HTTPConnection(host, timeout=DEADLINE), path)

    def test_with_a_configuration_it_serves_that_and_ends_with_ctrl_c(self):
        file, port = self.samples()
        printed, process = self.run_it(file)
        self.assertIn(f"http://127.0.0.1:{port}/feed.atom", printed)
        self.check_and_interrupt(printed, process)

    @unittest.skipUnless(is_free(8080), "port 8080 is taken")
    def test_without_arguments_it_serves_the_samples_offline(self):
        printed, process = self.run_it()
        self.assertIn("http://127.0.0.1:8080/feed.atom", printed)
        self.check_and_interrupt(printed, process)


if __name__ == "__main__":
    unittest.main()
