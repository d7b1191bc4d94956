"""Processes that are started, measured and ended here, each by its own id."""

import os
import re
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LONGEST = 900  # seconds; nothing that is measured takes so long


class Failed(Exception):
    """Something that was to be measured did not do what it should."""


@dataclass
class Cost:
    cpu: float  # seconds, user and system
    wall: float  # seconds
    memory: float  # MiB, at its peak
    output: str


def run(command, log=None, watch=lambda pid: None):
    """Runs a command to its end, `watch`ed meanwhile; what it cost it and its threads and children."""
    command = list(map(str, command))
    with tempfile.TemporaryFile("w+") as output, open(log or os.devnull, "w") as errors:
        began = time.monotonic()
        process = subprocess.Popen(command, stdout=output, stderr=errors)
        status, usage = wait_for(process, began + LONGEST, watch)
        wall = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
    if process.returncode != 0:
        reason = Path(log).read_text()[-2000:] if log else ""
        raise Failed(f"{' '.join(command)}: exit {process.returncode}\n{text}{reason}")
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, text)


def wait_for(process, deadline, watch):
    """Status and usage of a child, which does not outlive the deadline or an interruption."""
    try:
        while time.monotonic() < deadline:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                return status, usage
            watch(process.pid)
            time.sleep(0.002)
    except BaseException:
        process.kill()
        raise
    process.kill()
    return os.wait4(process.pid, 0)[1:]


def output_of(command):
    """What a command prints, or nothing if it cannot be run."""
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=60).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


@cache
def instruction_counter():
    """How instructions can be counted here: by the processor, by valgrind, or not at all."""
    if re.match(r"\d+,", perf_line(["true"])):
        return "perf"
    return "cachegrind" if output_of(["valgrind", "--version"]) else None


def perf_line(command):
    with tempfile.NamedTemporaryFile("r") as file:
        subprocess.run(
            ["sh", "-c", 'exec perf stat -x, -e instructions:u -o "$0" -- "$@"', file.name, *command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=LONGEST,
        )
        lines = [line for line in file.read().splitlines() if "instructions" in line]
        return lines[-1] if lines else ""


def instructions(command):
    """User-space instructions that a command takes; nothing where they cannot be counted."""
    command = list(map(str, command))
    if instruction_counter() == "perf":
        return int(perf_line(command).split(",")[0])
    if instruction_counter() is None:
        return None
    valgrind = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
    done = subprocess.run(valgrind + command, capture_output=True, text=True, timeout=LONGEST)
    found = re.search(r"I +refs: +([\d,]+)", done.stderr)
    if done.returncode != 0 or not found:
        raise Failed(f"valgrind of {' '.join(command)}: exit {done.returncode}\n{done.stderr[-2000:]}")
    return int(found.group(1).replace(",", ""))


def cpu_of(pid):
    """CPU seconds that a running process has taken so far, all its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def children_of(pid):
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(word) for word in text.split()]


class Server:
    """A process in the background, ended when the block is left."""

    def __init__(self, command, log):
        self.command, self.log = list(map(str, command)), log

    def __enter__(self):
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    @property
    def pid(self):
        return self.process.pid

    def wait_until(self, ready, seconds=30):
        """Waits until `ready()` is true; fails with the log if the process ends or takes too long."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process.poll() is None:
            if ready():
                return
            time.sleep(0.05)
        raise Failed(f"{self.command[0]} is not ready:\n{Path(self.log).read_text()[-2000:]}")
