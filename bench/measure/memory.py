"""Resident memory while very many sources are polled, from an origin that answers without files."""

import os
import re
import time
from pathlib import Path

from . import origin, processes
from .polls import CONFIG
from .table import Table

SOURCES = {2_000: None, 10_000: 96, 100_000: 192}  # how many, and the goal in MiB
MOST_HOSTS = 8_000  # nginx listens once for each
BUSY = 64  # descriptors; more are open only while requests are under way

NGINX = """
{user}
daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid {directory}/nginx.pid;
error_log {directory}/nginx-error.log error;
events {{ worker_connections 10000; }}
http {{
    access_log off;
    keepalive_requests 100000000;
    client_body_temp_path {directory}/nginx-body;
    proxy_temp_path {directory}/nginx-proxy;
    fastcgi_temp_path {directory}/nginx-fastcgi;
    uwsgi_temp_path {directory}/nginx-uwsgi;
    scgi_temp_path {directory}/nginx-scgi;
    server {{
        {listen}
        location / {{
            default_type application/rss+xml;
            add_header ETag '"5f1c2b3a-1a2b"' always;
            add_header Last-Modified "Fri, 20 Nov 2026 09:00:00 GMT" always;
            if ($http_if_none_match) {{ return 304; }}
            return 200 '<rss version="2.0"><channel><title>Feed $uri</title>
<link>http://$http_host/</link><description>One of many</description>
<item><title>The entry of $uri</title><link>http://$http_host$uri/1</link>
<guid>http://$http_host$uri/1</guid><pubDate>Fri, 20 Nov 2026 09:00:00 GMT</pubDate>
<description>Each has only one, so that what counts is the number of sources.</description>
</item></channel></rss>';
        }}
    }}
}}
"""


def address(number):
    return f"127.{number // 60_000 + 1}.{number // 250 % 240}.{number % 250 + 1}"


def server(directory, port):
    listen = " ".join(f"listen {address(host)}:{port};" for host in range(MOST_HOSTS))
    user = "user root;" if os.geteuid() == 0 else ""
    config = directory / "nginx.conf"
    config.write_text(NGINX.format(user=user, directory=directory, listen=listen))
    errors = directory / "nginx-error.log"
    return processes.Server(["nginx", "-p", directory, "-c", config, "-e", errors], directory / "nginx.log")


class Resident:
    """The most memory that a process holds from when its first requests are under way."""

    def __init__(self):
        self.most, self.polls, self.next = 0, False, 0

    def __call__(self, pid):
        if time.monotonic() < self.next:
            return
        self.next = time.monotonic() + 0.02
        try:
            self.polls = self.polls or len(os.listdir(f"/proc/{pid}/fd")) > BUSY
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:  # it has just ended
            return
        if self.polls and (found := re.search(r"VmRSS:\s+(\d+) kB", status)):
            self.most = max(self.most, int(found[1]) / 1024)


def poll(bench, directory, port, sources):
    """Costs of a first poll, and of one that is answered 304 throughout, and what each held."""
    urls = [f'"http://{address(number % MOST_HOSTS)}:{port}/blog/{number}/feed.xml"' for number in range(sources)]
    (directory / "state").mkdir()
    config = directory / "tributary.toml"
    config.write_text(
        CONFIG.format(
            sources=",\n".join(urls),
            listen=bench.listen,
            in_flight=bench.in_flight,
            per_host=bench.per_host,
            port=port,
            keep="48h",
            state=directory / "state",
        )
    )
    log = directory / "log"
    costs = []
    for new in (sources, 0):
        resident = Resident()
        command = [bench.program("tributary"), "serve", "--once", "--config", config]
        cost = processes.run(command, log, resident)
        found = re.match(r"(\d+) sources, 0 failing, (\d+) new", cost.output)
        if not found or (int(found[1]), int(found[2])) != (sources, new):
            raise processes.Failed(f"tributary: {cost.output}\n{Path(log).read_text()[-2000:]}")
        costs.append((cost, resident.most))
    return costs


def memory(bench):
    table = Table(
        "Memory while polling very many sources, one small entry each",
        ["sources", "MiB, all new", "MiB, all 304", "goal", "KiB/source", "peak MiB", "CPU s", "µs/poll"],
    )
    directory, port = bench.fresh("memory"), origin.free_port() + 2
    smallest = None
    with server(directory, port) as nginx:
        nginx.wait_until(lambda: origin.status_of(f"http://{address(MOST_HOSTS - 1)}:{port}/") == 200)
        for sources, goal in SOURCES.items():
            if sources > bench.most_sources:
                break
            (_, new), (cost, known) = poll(bench, bench.fresh(f"memory-{sources}"), port, sources)
            smallest = smallest or (sources, known)
            more = sources - smallest[0]
            table.add(
                f"{sources:,}",
                f"{new:.0f}",
                f"{known:.0f}",
                f"≤ {goal}" + (" reached" if max(new, known) <= goal else " MISSED") if goal else "measured",
                f"{(known - smallest[1]) * 1024 / more:.1f}" if more else "",
                f"{cost.memory:.0f}",
                f"{cost.cpu:.2f}",
                f"{cost.cpu / sources * 1e6:.0f}",
            )
            print("   ", " | ".join(table.rows[-1]), flush=True)
    table.notes.append(
        f"The most that was resident while polling, {bench.in_flight} in flight, on {MOST_HOSTS:,} addresses."
        " KiB a source: what more of them take beyond the first row. Peak and CPU are those of the whole"
        " process when all is answered 304, with the reading of the configuration."
    )
    return table
