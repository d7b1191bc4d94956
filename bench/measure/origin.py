"""The synthetic workload and the nginx that serves it, on loopback addresses of their own."""

import os
import socket
import urllib.error
import urllib.request
from pathlib import Path

from . import processes

SEED = 20250101
SLOW_RATE = 500  # answers a second of the slow origin: 1000 in flight wait two seconds each

NGINX = """
{user}
daemon off;
worker_processes 1;
worker_rlimit_nofile 16384;
pid {directory}/nginx.pid;
error_log {directory}/nginx-error.log error;
events {{ worker_connections 8192; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 100000000;
    gzip_static on;
    client_body_temp_path {directory}/nginx-body;
    proxy_temp_path {directory}/nginx-proxy;
    fastcgi_temp_path {directory}/nginx-fastcgi;
    uwsgi_temp_path {directory}/nginx-uwsgi;
    scgi_temp_path {directory}/nginx-scgi;
    types {{
        application/rss+xml rss;
        application/atom+xml atom;
        application/rdf+xml rdf;
        application/feed+json json;
    }}
    limit_req_zone $server_port zone=slow:1m rate={slow_rate}r/s;
    server {{
        {listen}
        location /f/ {{ root {directory}/current; }}
        location /page/ {{ root {directory}; }}
        # An origin that ignores validators, and one that takes its time.
        location /stubborn/ {{ alias {directory}/current/; etag off; if_modified_since off; }}
        location /slow/ {{ alias {directory}/current/; limit_req zone=slow burst=2000; }}
    }}
}}
"""


def free_port():
    """A port that nobody uses and that the system does not give to clients."""
    for port in range(28080, 30000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise processes.Failed("no free port")


class Origin:
    """Feeds in several generations behind nginx; used as a context manager."""

    def __init__(self, directory, generator, feeds, generations):
        self.directory, self.feeds, self.generations = Path(directory), feeds, generations
        processes.run([generator, self.directory, feeds, generations, SEED])
        lines = (self.directory / "feeds").read_text().splitlines()
        self.places = [line.split() for line in lines]
        self.port = free_port()
        self.publish(0)

    def publish(self, generation):
        """From now on nginx serves this generation."""
        link = self.directory / "current.new"
        link.symlink_to(str(generation))
        os.replace(link, self.directory / "current")

    def urls(self, prefix="", limit=None):
        """Addresses of the feeds; prefix "/stubborn" or "/slow" for how they are to be answered."""
        return [f"http://{host}:{self.port}{prefix}{path}" for host, path in self.places[:limit]]

    def files(self):
        return self.directory / "0" / "f"

    def bytes(self, coded):
        """Size of all documents of the first generation, plain or gzip."""
        return sum(f.stat().st_size for f in self.files().iterdir() if (f.suffix == ".gz") == coded)

    @property
    def page_directory(self):
        return self.directory / "page"

    def __enter__(self):
        hosts = sorted({host for host, _ in self.places} | {"127.0.0.1"})
        self.page_directory.mkdir()
        config = self.directory / "nginx.conf"
        config.write_text(
            NGINX.format(
                user="user root;" if os.geteuid() == 0 else "",
                directory=self.directory,
                listen=" ".join(f"listen {host}:{self.port};" for host in hosts),
                slow_rate=SLOW_RATE,
            )
        )
        nginx = ["nginx", "-p", self.directory, "-c", config, "-e", self.directory / "nginx-error.log"]
        self.server = processes.Server(nginx, self.directory / "nginx.log")
        self.server.__enter__()
        self.server.wait_until(lambda: status_of(self.urls()[0]) == 200)
        return self

    def __exit__(self, *_):
        self.server.__exit__()

    @property
    def worker(self):
        return processes.children_of(self.server.pid)[0]


def status_of(url, headers=None):
    """The status of an answer; 0 if none comes."""
    try:
        with get(url, headers) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def get(url, headers=None):
    return urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=10)
