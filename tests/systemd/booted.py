"""The service as systemd runs it. Runs as root in the machine that ./boot boots, and only there: it
changes /etc and installs nothing back."""

import contextlib
import http.client
import json
import os
import pathlib
import pwd
import re
import signal
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "program"))
from support import Origin, Reply, ask, entries, eventually, rss, to_toml  # noqa: E402

CONFIG = pathlib.Path("/etc/tributary/tributary.toml")
STATE = pathlib.Path("/var/lib/tributary")
DROP_IN = pathlib.Path("/run/systemd/system/tributary.service.d/test.conf")
METADATA = "169.254.169.254"


def run(*command, succeeds=True):
    """The output of a command."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if succeeds and done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def systemctl(*arguments, **options):
    return run("systemctl", *arguments, **options)


def show(name):
    return systemctl("show", "tributary", "--value", "--property", name).strip()


def main_pid():
    return int(show("MainPID"))


def get(path, address="127.0.0.1:8080"):
    return ask(http.client.HTTPConnection(address, timeout=10), path)


def answers(path="/readyz"):
    with contextlib.suppress(OSError):
        return get(path).status == 200
    return False


def titles():
    return [item["title"] for item in json.loads(get("/feed.json").body)["items"]]


def file_mode(path):
    """Mode, owner and group, as ls would tell them."""
    status = os.stat(path)
    return f"{status.st_mode & 0o7777:04o} {pathlib.Path(path).owner()}:{pathlib.Path(path).group()}"


class ServiceTest(unittest.TestCase):
    """A stopped service without state, an origin, and a configuration that may be changed."""

    def setUp(self):
        systemctl("stop", "tributary.socket", "tributary")
        systemctl("reset-failed", "tributary", succeeds=False)
        self.addCleanup(systemctl, "stop", "tributary.socket", "tributary")
        for file in STATE.glob("*"):
            file.unlink()
        self.started = time.time()
        self.drop_in("")
        self.origin = Origin()
        self.addCleanup(self.origin.close)
        self.origin.put("/often", rss(entries(1, 3, "http://often.example")))
        self.origin.put("/seldom", rss(entries(1, 2, "http://seldom.example")))
        self.configure()

    def configure(self, listen=("127.0.0.1:8080",), more=(), **poll):
        seldom = {"url": self.origin.url("/seldom"), "name": "seldom", "interval": "1h"}
        often = {"url": self.origin.url("/often"), "name": "often"}
        self.write({
            "title": "Proof",
            "server": {"listen": list(listen)},
            "poll": {
                "interval": "200ms", "min_interval": "200ms", "max_interval": "1h",
                "host_spacing": "0s", "allow_private_networks": ["127.0.0.1/8", METADATA + "/32"],
            } | poll,
            "source": [seldom, often, *more],
            "testing": {"fast_clock": True},
        })  # fmt: skip

    def write(self, config):
        CONFIG.write_text(config if isinstance(config, str) else to_toml(config))

    def drop_in(self, text):
        """Options of [Service] for this test alone."""
        DROP_IN.parent.mkdir(parents=True, exist_ok=True)
        DROP_IN.write_text(f"[Service]\n{text}\n")
        systemctl("daemon-reload")

    def start(self):
        systemctl("start", "tributary")
        self.addCleanup(self.check_manners)
        eventually(lambda: len(titles()) == 5, "five entries are published")

    def check_manners(self):
        self.assertEqual(len(self.origin.requests("/seldom")), 1, "asked before its time")

    def journal(self):
        """(priority, message) of each line the service wrote in this test."""
        text = run("journalctl", "--unit=tributary", "--output=json", f"--since=@{self.started:.6f}",
                   "_COMM=tributary")  # fmt: skip
        lines = map(json.loads, text.splitlines())
        return [(int(line["PRIORITY"]), line["MESSAGE"]) for line in lines]

    def wait_for_journal(self, pattern):
        return eventually(
            lambda: next((line for line in self.journal() if re.search(pattern, line[1])), None),
            f"the journal says {pattern!r}: {self.journal()}",
        )


class Life(ServiceTest):
    def test_start_is_ready_when_it_serves(self):
        systemctl("start", "tributary")
        self.assertEqual(get("/readyz").status, 200, "READY means that it answers")
        self.assertEqual(show("ActiveState"), "active")
        eventually(lambda: len(titles()) == 5, "five entries are published")
        self.assertRegex(show("StatusText"), r"^2 sources, 0 failing")
        for path in ("/", "/feed.atom", "/feed.rss", "/feed.json", "/opml", "/source/often.atom"):
            self.assertEqual(get(path).status, 200, path)

    def test_the_journal_has_its_lines_with_their_priorities(self):
        self.configure(more=[{"url": self.origin.url("/missing"), "name": "missing"}])
        self.start()
        self.assertEqual(self.wait_for_journal("^listening on 127.0.0.1:8080$")[0], 6)
        self.assertEqual(self.wait_for_journal("reads 3 sources from /etc/trib")[0], 6)
        self.assertEqual(self.wait_for_journal("/missing: .*404.*; next poll 20")[0], 4)

    def test_reload_takes_over_and_refuses_in_the_same_process(self):
        self.start()
        pid = main_pid()
        self.configure(more=[{"url": self.origin.put("/third", rss(entries(1, 1)))}])
        systemctl("reload", "tributary")
        eventually(lambda: len(titles()) == 6, "the new source is read")
        self.write("sources = [\n[poll]\n")
        systemctl("reload", "tributary")
        self.assertEqual(self.wait_for_journal(rf"{CONFIG}:\d+:\d+: error")[0], 3)
        self.assertEqual(self.wait_for_journal("the configuration is refused")[0], 3)
        self.origin.put("/often", rss(entries(1, 4, "http://often.example")))
        eventually(lambda: len(titles()) == 7, "the old configuration goes on")
        eventually(lambda: show("ActiveState") == "active", "reloading is over")
        self.assertEqual(main_pid(), pid)

    def test_restart_asks_nobody_early_and_serves_the_same_bytes(self):
        self.start()
        before = get("/feed.atom")
        for end in ("restart", "kill"):
            pid = main_pid()
            if end == "restart":
                systemctl("restart", "tributary")
            else:
                os.kill(pid, signal.SIGKILL)
                eventually(lambda: show("NRestarts") == "1", "systemd starts it again")
            eventually(answers, "it answers")
            self.assertNotEqual(main_pid(), pid)
            self.origin.wait_for_more("/often", 3)
            self.assertEqual(get("/feed.atom").headers["ETag"], before.headers["ETag"])
            self.assertEqual(len(self.origin.requests("/seldom")), 1, end)

    def test_the_watchdog_hears_it_and_ends_it_when_it_is_stuck(self):
        self.drop_in("WatchdogSec=2\nRestartSec=100ms")
        self.start()
        heard = show("WatchdogTimestampMonotonic")
        eventually(lambda: show("WatchdogTimestampMonotonic") != heard, "it reports again")
        pid = main_pid()
        os.kill(pid, signal.SIGSTOP)
        eventually(lambda: main_pid() not in (0, pid), "another has taken its place")
        eventually(answers, "it answers")
        self.assertIn("watchdog", run("journalctl", "--unit=tributary", "--output=cat").lower())

    def test_stop_does_not_wait_for_a_slow_origin(self):
        asked, answer = threading.Event(), threading.Event()
        self.addCleanup(answer.set)

        def slow(_):
            asked.set()
            answer.wait()
            return Reply()

        self.origin.script("/slow", slow)
        self.configure(more=[{"url": self.origin.url("/slow")}], host_in_flight=4, timeout="5m")
        self.start()
        self.assertTrue(asked.wait(30))
        begin = time.monotonic()
        systemctl("stop", "tributary")
        self.assertLess(time.monotonic() - begin, 10)
        self.assertEqual((show("Result"), show("ExecMainStatus")), ("success", "0"))


class Faults(ServiceTest):
    def test_a_wrong_configuration_is_told_and_not_tried_again(self):
        self.write('title = "A"\n[pol]\n')
        self.drop_in("RestartSec=100ms")
        self.assertNotEqual(subprocess.run(["systemctl", "-q", "start", "tributary"]).returncode, 0)
        self.assertEqual((show("ExecMainStatus"), show("NRestarts")), ("78", "0"))
        self.wait_for_journal(rf"{CONFIG}:2:\d+: error: unknown table \[pol\]")

    def test_a_taken_port_is_told_and_tried_again(self):
        self.drop_in("RestartSec=100ms")
        other = Origin()
        self.configure(listen=[other.address])
        subprocess.run(["systemctl", "-q", "start", "tributary"])
        self.wait_for_journal("(?i)address already in use")
        other.close()
        eventually(lambda: show("ActiveState") == "active", "it has the port now")


class Sockets(ServiceTest):
    def test_a_connection_starts_it_and_none_is_refused_across_a_restart(self):
        self.configure(listen=["fd:http"])
        systemctl("start", "tributary.socket")
        self.assertEqual(show("ActiveState"), "inactive")
        self.assertEqual(get("/healthz").status, 200)
        failures, asked, ended = [], [], threading.Event()

        def knock():
            while not ended.is_set():
                try:
                    asked.append(get("/healthz").status)
                except OSError as error:
                    failures.append(repr(error))

        knocker = threading.Thread(target=knock)
        knocker.start()
        for _ in range(3):
            systemctl("restart", "tributary")
        ended.set()
        knocker.join()
        self.assertEqual((failures, set(asked)), ([], {200}), f"of {len(asked)}")

    def test_a_socket_file_is_for_its_group(self):
        self.configure(listen=["unix:/run/tributary/http.sock"])
        systemctl("start", "tributary")
        self.assertEqual(file_mode("/run/tributary/http.sock"), "0660 tributary:tributary")


class Walls(ServiceTest):
    def test_files_belong_to_whom_they_should(self):
        self.start()
        expected = {
            "/etc/tributary": "0750 root:tributary",
            "/etc/tributary/tributary.toml": "0640 root:tributary",
            "/etc/tributary/sources.d": "2750 root:tributary",
            "/var/lib/tributary": "0750 tributary:tributary",
            "/var/lib/tributary/tributary.db": "0640 tributary:tributary",
            "/var/cache/tributary": "0750 tributary:tributary",
            "/run/tributary": "0750 tributary:tributary",
        }
        self.assertEqual({path: file_mode(path) for path in expected}, expected)

    def test_the_process_has_a_user_of_its_own_and_no_privilege(self):
        self.start()
        text = pathlib.Path(f"/proc/{main_pid()}/status").read_text()
        status = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)
        self.assertEqual(status["Uid"].split()[0], str(pwd.getpwnam("tributary").pw_uid))
        self.assertEqual((status["CapEff"], status["CapBnd"]), ("0" * 16, "0" * 16))
        self.assertEqual((status["NoNewPrivs"], status["Seccomp"]), ("1", "2"))

    def test_exposure(self):
        self.start()
        verdict = run("systemd-analyze", "security", "--no-pager", "tributary").splitlines()[-1]
        print(verdict.strip("→ "), file=sys.stderr)
        self.assertLessEqual(float(re.search(r"\d+\.\d+", verdict)[0]), 1.6)

    def test_a_metadata_address_is_out_of_reach_though_the_configuration_allows_it(self):
        run("ip", "address", "replace", f"{METADATA}/32", "dev", "lo")
        origin = Origin(METADATA)
        self.addCleanup(origin.close)
        origin.put("/", rss(entries(1, 1)))
        self.assertEqual(get("/", origin.address).status, 200, "from outside the unit")
        asked = len(origin.requests("/"))
        self.configure(more=[{"url": origin.url("/"), "name": "cloud"}], connect_timeout="1s")
        self.start()
        self.wait_for_journal(re.escape(METADATA))
        self.assertEqual(len(origin.requests("/")), asked)


class Operator(ServiceTest):
    """What root does beside the service, with the commands of the README."""

    def test_status_and_list_know_the_state_of_the_service(self):
        self.start()
        told = run("tributary", "status")
        self.assertIn(f"runs, pid {main_pid()}", told)
        self.assertRegex(told, r"sources +2 +2 ok")
        self.assertIn("often", run("tributary", "list"))
        self.assertIn("Entry 3 of often.example", run("tributary", "items", "--source", "often"))

    def test_an_added_source_is_read_at_once(self):
        self.start()
        self.write('include = ["sources.d/*.toml"]\n' + CONFIG.read_text())
        url = self.origin.put("/added", rss(entries(1, 2, "http://added.example")))
        added = pathlib.Path("/etc/tributary/sources.d/cli.toml")
        self.addCleanup(added.unlink, missing_ok=True)
        told = run("tributary", "add", url)
        self.assertIn("takes it over now", told)
        eventually(lambda: len(titles()) == 7, "its entries are published")
        self.assertEqual(file_mode(added), "0640 root:tributary")

    def test_a_look_at_a_stopped_service_keeps_it_from_nothing(self):
        self.start()
        systemctl("stop", "tributary")
        self.assertIn("Entry 3 of often.example", run("tributary", "items"))
        owners = {file.name: file.owner() for file in STATE.iterdir()}
        self.assertEqual(set(owners.values()), {"tributary"}, owners)
        systemctl("start", "tributary")
        self.assertEqual(len(titles()), 5)


if __name__ == "__main__":
    run("systemd-sysusers")
    run("systemd-tmpfiles", "--create", "tributary.conf")
    systemctl("daemon-reload")
    unittest.main()
