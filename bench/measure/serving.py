"""Answering readers: `tributary serve` against nginx with the same bytes in a file, by wrk."""

import gzip
import re
import subprocess
import time

from . import processes
from .origin import get, status_of
from .polls import Tributary
from .table import Table, at_least, median

CONNECTIONS = 32


def wrk(url, headers, seconds):
    """Requests answered in so many seconds, and the seconds it really were."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    text = subprocess.run(command + [url], capture_output=True, text=True, timeout=120).stdout
    found = re.search(r"(\d+) requests in ([\d.]+)s", text)
    if not found or "Non-2xx" in text or "Socket errors" in text:
        raise processes.Failed(f"wrk {url}:\n{text}")
    return int(found[1]), float(found[2])


def measure(pid, url, headers, seconds):
    """CPU microseconds of the server a request, and requests a second."""
    before = processes.cpu_of(pid)
    requests, real_seconds = wrk(url, headers, seconds)
    return (processes.cpu_of(pid) - before) / requests * 1e6, requests / real_seconds


def body_of(url, coding):
    with get(url, {"Accept-Encoding": coding}) as response:
        return response.read(), response.headers.get("ETag")


def publish_copy(directory, url):
    """The bytes that Tributary serves, as files for nginx. Their sizes."""
    plain, _ = body_of(url, "identity")
    packed, _ = body_of(url, "gzip")
    if gzip.decompress(packed) != plain:
        raise processes.Failed("the gzip form is another document")
    (directory / "feed.atom").write_bytes(plain)
    (directory / "feed.atom.gz").write_bytes(packed)
    return len(plain), len(packed)


def kinds_of_request(url):
    """Headers by kind; a 304 is asked for with the server's own ETag."""
    _, etag = body_of(url, "gzip")
    kinds = {
        "200, plain": {"Accept-Encoding": "identity"},
        "200, gzip": {"Accept-Encoding": "gzip"},
        "304": {"Accept-Encoding": "gzip", "If-None-Match": etag},
    }
    if status_of(url, kinds["304"]) != 304:
        raise processes.Failed(f"{url} does not answer 304 to its own ETag")
    return kinds


def serve(bench):
    """The merged feed of all sources, as both servers answer it."""
    side = side_that_has_polled(bench)
    command = [part for part in side.command if part != "--once"]
    ours = f"http://127.0.0.1:{bench.listen}/feed.atom"
    theirs = f"http://127.0.0.1:{bench.origin.port}/page/feed.atom"
    with processes.Server(command, side.log) as daemon:
        daemon.wait_until(lambda: status_of(ours) == 200)
        time.sleep(1)  # whatever it does at its start is not an answer
        plain, packed = publish_copy(bench.origin.page_directory, ours)
        table = Table(
            f"Serving the merged Atom feed, {plain / 1000:.0f} kB, gzip {packed / 1000:.0f} kB",
            ["what", "Tributary µs", "nginx µs", "requests/CPU-s of nginx's", "goal", "req/s", "nginx req/s"],
        )
        servers = [(daemon.pid, ours, kinds_of_request(ours)), (bench.origin.worker, theirs, kinds_of_request(theirs))]
        for kind, goal in [("200, plain", 0.6), ("200, gzip", 0.8), ("304", 0.8)]:
            rounds = [
                [measure(pid, url, headers[kind], bench.wrk_seconds) for pid, url, headers in servers]
                for _ in range(bench.rounds)
            ]
            add_row(table, kind, rounds, goal)
    table.notes.append(
        f"CPU microseconds of the server's processes a request, wrk with {CONNECTIONS} connections,"
        f" median of {bench.rounds} runs of {bench.wrk_seconds} s in turn. The goals are later ones."
    )
    return table


def add_row(table, kind, rounds, goal):
    (cpu, rate), (their_cpu, their_rate) = [zip(*side) for side in zip(*rounds)]
    share = median([b / a for a, b in zip(cpu, their_cpu)])
    table.add(
        kind,
        f"{median(cpu):.1f}",
        f"{median(their_cpu):.1f}",
        *at_least(share, goal),
        f"{median(rate):.0f}",
        f"{median(their_rate):.0f}",
    )


def side_that_has_polled(bench):
    """With the state that the polls left, if they were measured; the page holds the newest 100 entries."""
    state = bench.kept.state if bench.kept else None
    side = Tributary(bench, bench.fresh("serving"), bench.origin.urls(), bench.in_flight, state, keep="0s")
    if not state:
        side.poll()
    return side
