"""Whole polls: `tributary serve --once` against the floor, on the same nginx, in turn."""

import re

from . import processes
from .origin import SLOW_RATE
from .table import Table, at_most, median, ratio_of

INSTRUCTION_FEEDS = 200  # valgrind takes fifty times as long

CONFIG = """
sources = [
{sources}
]
[server]
listen = ["127.0.0.1:{listen}"]
[poll]
concurrency = {in_flight}
host_in_flight = {per_host}
host_spacing = "0s"
allow_private_networks = ["127.0.0.0/8:{port}"]
[store]
path = "{state}"
[testing]
fast_clock = true
"""


class Side:
    """One of the two programs, with a state of its own that outlives a poll."""

    def __init__(self, bench, directory):
        self.bench, self.directory, self.log = bench, directory, directory / "log"

    def poll(self):
        cost = processes.run(self.command, self.log)
        return cost, self.counts(cost.output)

    def instructions(self):
        return processes.instructions(self.command)


class Tributary(Side):
    def __init__(self, bench, directory, urls, in_flight):
        super().__init__(bench, directory)
        self.feeds = len(urls)
        config = directory / "tributary.toml"
        config.write_text(
            CONFIG.format(
                sources=",\n".join(f'"{url}"' for url in urls),
                in_flight=in_flight,
                per_host=bench.per_host,
                port=bench.origin.port,
                listen=bench.listen,
                state=directory / "state",
            )
        )
        (directory / "state").mkdir()
        self.command = [bench.program("tributary"), "serve", "--once", "--config", config]

    def counts(self, output):
        found = re.search(r"(\d+) sources, (\d+) failing, (\d+) new entries", output)
        if not found or int(found[1]) != self.feeds or int(found[2]) != 0:
            raise processes.Failed(f"tributary: {output}\n{self.log.read_text()[-2000:]}")
        return int(found[3])


class Floor(Side):
    def __init__(self, bench, directory, urls, in_flight):
        super().__init__(bench, directory)
        self.feeds = len(urls)
        (directory / "urls").write_text("".join(url + "\n" for url in urls))
        self.command = [
            bench.program("bench-floor"),
            directory / "floor.db",
            directory / "urls",
            str(in_flight),
            str(bench.per_host),
        ]

    def counts(self, output):
        found = re.search(r"polled (\d+), 304 \d+, failed (\d+), items (\d+)", output)
        if not found or int(found[1]) != self.feeds or int(found[2]) != 0:
            raise processes.Failed(f"floor: {output}\n{self.log.read_text()[-2000:]}")
        return int(found[3])


class Pair:
    """Both programs on the same feeds."""

    def __init__(self, bench, prefix="", in_flight=None, limit=None):
        urls = bench.origin.urls(prefix, limit)
        in_flight = in_flight or bench.in_flight
        self.bench, self.limit = bench, limit
        self.sides = [
            kind(bench, bench.fresh(kind.__name__.lower()), urls, in_flight) for kind in (Tributary, Floor)
        ]

    def poll(self):
        """One poll each; the costs. Both must have found the same number of new entries."""
        results = [side.poll() for side in self.sides]
        (_, ours), (_, theirs) = results
        if ours != theirs:
            raise processes.Failed(f"{ours} new entries, but the floor has {theirs}")
        return [cost for cost, _ in results], ours

    def instructions(self):
        return [side.instructions() for side in self.sides]


def row(table, bench, name, rounds, new, counts, goal):
    ours, theirs = zip(*rounds)
    cpu = [[cost.cpu for cost in side] for side in (ours, theirs)]
    per_poll = [count / INSTRUCTION_FEEDS / 1e6 if count else None for count in counts]
    table.add(
        name,
        f"{new:.0f}",
        f"{median(cpu[0]):.2f}",
        f"{median(cpu[1]):.2f}",
        *at_most(ratio_of(*cpu), goal),
        f"{median([cost.wall for cost in ours]):.1f}",
        f"{median([cost.wall for cost in theirs]):.1f}",
        f"{median([cost.memory for cost in ours]):.0f}",
        f"{median([cost.memory for cost in theirs]):.0f}",
        f"{per_poll[0]:.2f}" if per_poll[0] else "",
        f"{per_poll[0] / per_poll[1]:.2f}" if per_poll[0] else "",
    )
    print("   ", " | ".join(table.rows[-1]), flush=True)


def all_new(bench, table):
    rounds, found = [], []
    for _ in range(bench.rounds):
        pair = Pair(bench)
        costs, new = pair.poll()
        rounds.append(costs)
        found.append(new)
    counts = Pair(bench, limit=INSTRUCTION_FEEDS).instructions()
    row(table, bench, "all new", rounds, median(found), counts, 2.5)
    return pair


def again(bench, table, name, pair, small, goal, prepare=lambda number: None):
    """Polls of what both know already; `small` is for counting instructions."""
    rounds, found = [], []
    for number in range(bench.rounds):
        prepare(number)
        costs, new = pair.poll()
        rounds.append(costs)
        found.append(new)
    row(table, bench, name, rounds, median(found), small.instructions(), goal)


def prepared(bench, **options):
    pair = Pair(bench, **options)
    pair.poll()
    return pair


def poll(bench):
    origin = bench.origin
    table = Table(
        f"Polling {bench.feeds} feeds once, {bench.in_flight} in flight",
        ["what", "new entries", "Tributary CPU s", "floor CPU s", "ratio", "goal", "wall s", "floor wall s"]
        + ["MiB", "floor MiB", "M instructions/poll", "of floor"],
    )
    origin.publish(0)
    pair = all_new(bench, table)
    small = prepared(bench, limit=INSTRUCTION_FEEDS)
    again(bench, table, "all 304", pair, small, 1.6)
    bench.keep_state(pair.sides[0])
    again(bench, table, "5% changed", pair, small, None, lambda number: origin.publish(number + 1))
    stubborn = prepared(bench, prefix="/stubborn")
    small = prepared(bench, prefix="/stubborn", limit=INSTRUCTION_FEEDS)
    again(bench, table, "all 200, the same bytes", stubborn, small, None)
    slow = prepared(bench, prefix="/slow", in_flight=500)
    small = prepared(bench, prefix="/slow", in_flight=500, limit=INSTRUCTION_FEEDS)
    again(bench, table, "all 304, slow origin, 500 in flight", slow, small, None)
    origin.publish(0)
    table.notes.append(
        f"Median of {bench.rounds} polls each, in turn; the ratio is the median of the pairs' ratios. The slow"
        f" origin answers {SLOW_RATE} requests a second. Instructions are those of user space, of the whole"
        f" process with start and end, for {INSTRUCTION_FEEDS} feeds."
    )
    return table
