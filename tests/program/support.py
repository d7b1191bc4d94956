"""What the tests of the whole program share: origins to poll, the daemon, documents, patience.

The program comes from the environment variable TRIBUTARY. Everything happens on loopback; waiting
is for a condition, with a deadline that is generous enough for a build with sanitizers.
"""

import dataclasses
import hashlib
import http.client
import http.server
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from xml.sax.saxutils import escape

PROGRAM = os.environ.get("TRIBUTARY", "")
DEADLINE = 60  # seconds; long, because it is only waited for when something is wrong
PAUSE = 0.02

# What must not come from the machine that runs the tests.
FOREIGN_VARIABLES = {
    "HOME", "JOURNAL_STREAM", "LISTEN_FDNAMES", "LISTEN_FDS", "LISTEN_PID", "NOTIFY_SOCKET",
    "STATE_DIRECTORY", "WATCHDOG_PID", "WATCHDOG_USEC", "XDG_CONFIG_HOME", "XDG_STATE_HOME",
    "http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY",
}  # fmt: skip


def eventually(holds, what):
    """Waits until holds() answers something true, and gives it back."""
    limit = time.monotonic() + DEADLINE
    while time.monotonic() < limit:
        answer = holds()
        if answer:
            return answer
        time.sleep(PAUSE)
    raise AssertionError(f"did not happen within {DEADLINE} s: {what}")


# ---- Documents -----------------------------------------------------------------------------------

FIRST_DATE = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(days=2)


@dataclasses.dataclass(frozen=True)
class Entry:
    id: str
    title: str
    link: str
    date: datetime
    content: str = "<p>Text &amp; more.</p>"


def entry(number, site="http://site.example"):
    """The entry of this number at a site: other numbers, other everything."""
    return Entry(
        id=f"{site}/id/{number}",
        title=f"Entry {number} of {urllib.parse.urlsplit(site).netloc} & “more”",
        link=f"{site}/page/{number}",
        date=FIRST_DATE + timedelta(minutes=number),
        content=f"<p>What {site} has to say under number {number}.</p>",
    )


def entries(first, last, site="http://site.example"):
    """Newest first, as sites do."""
    return [entry(number, site) for number in range(last, first - 1, -1)]


def rss(items, title="A site"):
    body = "".join(
        f"<item><guid isPermaLink='false'>{escape(item.id)}</guid>"
        f"<title>{escape(item.title)}</title><link>{escape(item.link)}</link>"
        f"<pubDate>{format_datetime(item.date)}</pubDate>"
        f"<description>{escape(item.content)}</description></item>\n"
        for item in items
    )
    return (
        f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>{escape(title)}"
        f"</title><link>http://site.example/</link><description>d</description>{body}"
        "</channel></rss>"
    ).encode()


def atom(items, title="A site"):
    body = "".join(
        f"<entry><id>{escape(item.id)}</id><title>{escape(item.title)}</title>"
        f"<link rel='alternate' href='{escape(item.link)}'/>"
        f"<published>{item.date.isoformat()}</published><updated>{item.date.isoformat()}</updated>"
        f"<content type='html'>{escape(item.content)}</content></entry>\n"
        for item in items
    )
    return (
        "<?xml version='1.0' encoding='utf-8'?><feed xmlns='http://www.w3.org/2005/Atom'>"
        f"<id>http://site.example/</id><title>{escape(title)}</title>"
        f"<updated>{FIRST_DATE.isoformat()}</updated><author><name>Ada</name></author>"
        f"<link href='http://site.example/'/>{body}</feed>"
    ).encode()


# ---- Origins -------------------------------------------------------------------------------------


@dataclasses.dataclass
class Request:
    path: str
    headers: http.client.HTTPMessage


@dataclasses.dataclass
class Reply:
    body: bytes = b""  # or something that yields pieces, without end if it likes
    status: int = 200
    headers: dict = dataclasses.field(default_factory=dict)


class Document:
    """Answers with the same bytes, an ETag made of them, and 304 to whoever has them."""

    def __init__(self, body, content_type):
        self.body = body
        self.etag = '"' + hashlib.sha256(body).hexdigest()[:16] + '"'
        self.content_type = content_type

    def __call__(self, request):
        if request.headers.get("If-None-Match") == self.etag:
            return Reply(status=304, headers={"ETag": self.etag})
        return Reply(self.body, headers={"ETag": self.etag, "Content-Type": self.content_type})


class Origin:
    """A web server of a test's own. Each path has a script, which may be changed at any time."""

    def __init__(self, host="127.0.0.1"):
        self._scripts = {}
        self._requests = []
        self._arrived = threading.Condition()
        origin = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                origin._answer(self)

            def log_message(self, *arguments):
                pass

        self._server = http.server.ThreadingHTTPServer((host, 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # hung up on, as may happen
        self._server.block_on_close = False
        self.address = "%s:%d" % self._server.server_address
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def url(self, path):
        return f"http://{self.address}{path}"

    def put(self, path, body, content_type="application/xml"):
        """From now on, these bytes stand at the path."""
        return self.script(path, Document(body, content_type))

    def script(self, path, answer):
        """From now on, answer(request) makes the Reply at this path. Tells its URL."""
        self._scripts[path] = answer
        return self.url(path)

    def requests(self, path):
        with self._arrived:
            return [request for request in self._requests if request.path == path]

    def wait_for_requests(self, path, count):
        """Waits until the path was asked so often since the beginning; answers all requests."""
        with self._arrived:
            enough = self._arrived.wait_for(
                lambda: sum(request.path == path for request in self._requests) >= count, DEADLINE
            )
        assert enough, f"{path} was asked {len(self.requests(path))} times, not {count}"
        return self.requests(path)

    def wait_for_more(self, path, count):
        """Waits for `count` whole polls that began after this moment."""
        # One request may be under way that was answered from before.
        return self.wait_for_requests(path, len(self.requests(path)) + count + 1)

    def _answer(self, handler):
        request = Request(handler.path, handler.headers)
        script = self._scripts.get(request.path, lambda _: Reply(b"nothing here", 404))
        reply = script(request)
        with self._arrived:
            self._requests.append(request)
            self._arrived.notify_all()
        try:
            self._send(handler, reply)
        except OSError:
            handler.close_connection = True

    @staticmethod
    def _send(handler, reply):
        whole = isinstance(reply.body, bytes)
        handler.send_response(reply.status)
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        if whole and reply.status != 304:
            handler.send_header("Content-Length", str(len(reply.body)))
        if not whole:
            handler.send_header("Connection", "close")
        handler.end_headers()
        for piece in [reply.body] if whole else reply.body:
            handler.wfile.write(piece)


# ---- The program ---------------------------------------------------------------------------------


@dataclasses.dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self):
        return self.body.decode()


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a socket file."""

    def __init__(self, path):
        super().__init__("localhost", timeout=DEADLINE)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def ask(connection, path, headers=None, method="GET"):
    """One request over a connection, which is closed then."""
    try:
        connection.request(method, path, headers=headers or {})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


def to_value(value):
    """A value as TOML: JSON writes all of ours as TOML does, but tables."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {to_value(each)}" for key, each in value.items()) + " }"
    return json.dumps(value)


def to_toml(config):
    """A dictionary as TOML."""
    lines = [f"{key} = {to_value(value)}" for key, value in config.items() if not is_table(value)]
    for name, value in config.items():
        if not is_table(value):
            continue
        is_one = isinstance(value, dict)
        for table in [value] if is_one else value:
            lines += ["", f"[{name}]" if is_one else f"[[{name}]]"]
            lines += [f"{key} = {to_value(option)}" for key, option in table.items()]
    return "\n".join(lines) + "\n"


def is_table(value):
    return isinstance(value, dict) or (
        isinstance(value, list) and bool(value) and isinstance(value[0], dict)
    )


class Daemon:
    """`tributary serve` as a process, with its log and its address."""

    def __init__(self, config_file, environment, launcher=()):
        self.config_file = config_file
        self._lines = []
        self._logged = threading.Condition()
        self.process = subprocess.Popen(
            [*launcher, PROGRAM, "serve", "--config", str(config_file)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            env=environment, text=True, errors="replace",
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()
        self.address = None
        self.was_ended = False  # by the test; otherwise it must run to the end and end well

    def _read_log(self):
        for line in self.process.stderr:
            with self._logged:
                self._lines.append(line)
                self._logged.notify_all()
        with self._logged:
            self._lines.append("")  # the end
            self._logged.notify_all()

    @property
    def log(self):
        with self._logged:
            return "".join(self._lines)

    def wait_for_log(self, pattern):
        """Waits for a line in which the pattern is found; answers the match."""

        def found():
            matches = (re.search(pattern, line) for line in self._lines)
            return next(filter(None, matches), None)

        with self._logged:
            self._logged.wait_for(lambda: found() or "" in self._lines, DEADLINE)
            match = found()
        assert match, f"the log never said {pattern!r}:\n{self.log}"
        return match

    def wait_until_it_listens(self):
        self.address = self.wait_for_log(r"listening on (127\.0\.0\.1:\d+|unix:\S+)")[1]
        eventually(lambda: self.get("/readyz").status == 200, "/readyz answers 200")

    def connection(self):
        if self.address.startswith("unix:"):
            return UnixConnection(self.address[5:])
        return http.client.HTTPConnection(self.address, timeout=DEADLINE)

    def get(self, path, method="GET", **headers):
        """GET; headers as keyword arguments: If_None_Match='"x"'."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return ask(self.connection(), path, named, method)

    def items(self):
        """The newest entries, by the address that gives all there is to say of them."""
        return json.loads(self.get("/feed.json?limit=1000").body)["items"]

    def wait_for_items(self, count):
        return eventually(
            lambda: (items := self.items()) and len(items) >= count and items,
            f"{count} entries are published",
        )

    def signal(self, name):
        self.process.send_signal(signal.Signals[name])

    def hang_up(self):
        self.signal("SIGHUP")

    def kill(self):
        self.was_ended = True
        self.process.kill()
        self.wait()

    def stop(self):
        """SIGTERM; answers the exit code."""
        self.was_ended = True
        if self.process.poll() is None:
            self.signal("SIGTERM")
        return self.wait()

    def wait(self):
        code = self.process.wait(DEADLINE)
        self._reader.join(DEADLINE)
        self.process.stderr.close()
        return code


class ProgramTest(unittest.TestCase):
    """A temporary directory, origins and daemons that end with the test."""

    def setUp(self):
        if not PROGRAM:
            self.skipTest("TRIBUTARY does not name the program")
        folder = tempfile.TemporaryDirectory(prefix="tributary-test-")
        self.addCleanup(folder.cleanup)
        self.directory = pathlib.Path(folder.name)
        self.environment = {
            name: value for name, value in os.environ.items() if name not in FOREIGN_VARIABLES
        } | {"HOME": str(self.directory), "LC_ALL": "C.UTF-8"}

    def origin(self, host="127.0.0.1"):
        origin = Origin(host)
        self.addCleanup(origin.close)
        return origin

    def config(self, sources, name="tributary.toml", **changes):
        """Writes a configuration and answers its file. A source is a URL or a table; `changes` are
        options of the tables named."""
        tables = [source if isinstance(source, dict) else {"url": source} for source in sources]
        allowed = {
            urllib.parse.urlsplit(table.get("url", "")).netloc.rpartition("@")[2]
            for table in tables
        }
        config = {
            "title": "Test river",
            "base_url": "http://river.example",
            "server": {"listen": ["127.0.0.1:0"]},
            "poll": {
                "interval": "100ms", "min_interval": "100ms", "max_interval": "500ms",
                "host_spacing": "0s", "host_in_flight": 16,
                "allow_private_networks": sorted(filter(None, allowed)),
            },
            "store": {"path": str(self.directory / "state")},
            "output": {"backfill": 1000},
            "testing": {"fast_clock": True},
        }  # fmt: skip
        for key, value in changes.items():
            config[key] = config.get(key, {}) | value if isinstance(value, dict) else value
        config["source"] = tables
        file = self.directory / name
        file.write_text(to_toml(config))
        return file

    def start(self, config_file, launcher=(), **environment):
        """A daemon that listens. It is stopped at the end, and must then end well."""
        daemon = Daemon(config_file, self.environment | environment, launcher)
        self.addCleanup(self.end, daemon)
        daemon.wait_until_it_listens()
        return daemon

    def end(self, daemon):
        expected = daemon.was_ended
        try:
            code = daemon.stop()
        except subprocess.TimeoutExpired:
            daemon.kill()
            self.fail("the daemon did not stop\n" + daemon.log)
        if not expected:
            self.assertEqual(code, 0, daemon.log)

    def run_program(self, *arguments, text="", **environment):
        """A command of the program that ends by itself."""
        return subprocess.run(
            [PROGRAM, *map(str, arguments)], input=text, env=self.environment | environment,
            capture_output=True, encoding="utf-8", errors="replace", timeout=2 * DEADLINE,
        )  # fmt: skip

    def command(self, name, config_file, *arguments):
        """A command that must succeed; answers what it printed."""
        done = self.run_program(name, "--config", config_file, *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout
