"""Whole polls: `tributary serve --once` against the floor, on the same nginx, in turn."""

import re

from . import processes
from .origin import SLOW_RATE
from .table import Table, at_most, median, ratio_of

FEW, MORE = 20, 200  # feeds to count instructions with: valgrind takes fifty times as long

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
[output]
keep_at_least = "{keep}"
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
    def __init__(self, bench, directory, urls, in_flight, state=None, keep="48h"):
        super().__init__(bench, directory)
        self.feeds = len(urls)
        self.state = state or directory / "state"
        self.state.mkdir(exist_ok=True)
        config = directory / "tributary.toml"
        config.write_text(
            CONFIG.format(
                sources=",\n".join(f'"{url}"' for url in urls),
                in_flight=in_flight,
                per_host=bench.per_host,
                port=bench.origin.port,
                listen=bench.listen,
                state=self.state,
                keep=keep,
            )
        )
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


class Counted:
    """Two pairs with few and with more feeds, which tell what one more poll takes in instructions."""

    def __init__(self, bench, new=False, **options):
        self.pairs = [Pair(bench, limit=limit, **options) for limit in (FEW, MORE)]
        for pair in self.pairs if not new else []:
            pair.poll()

    def instructions(self):
        """Millions a poll: ours, the floor's; nothing where they cannot be counted."""
        few, more = [pair.instructions() for pair in self.pairs]
        return [(b - a) / (MORE - FEW) / 1e6 if b else None for a, b in zip(few, more)]


def row(table, name, rounds, new, counts, goal):
    ours, theirs = zip(*rounds)
    cpu = [[cost.cpu for cost in side] for side in (ours, theirs)]
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
        f"{counts[0]:.2f}" if counts[0] else "",
        f"{counts[0] / counts[1]:.2f}" if counts[0] else "",
    )
    print("   ", " | ".join(table.rows[-1]), flush=True)


def all_new(bench, table):
    rounds, found = [], []
    for _ in range(bench.rounds):
        pair = Pair(bench)
        costs, new = pair.poll()
        rounds.append(costs)
        found.append(new)
    row(table, "all new", rounds, median(found), Counted(bench, new=True).instructions(), 1.6)
    return pair


def again(bench, table, name, pair, counted, goal, prepare=lambda number: None):
    """Polls of what both know already."""
    rounds, found = [], []
    for number in range(bench.rounds):
        prepare(number)
        costs, new = pair.poll()
        rounds.append(costs)
        found.append(new)
    row(table, name, rounds, median(found), counted.instructions(), goal)


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
    counted = Counted(bench)
    again(bench, table, "all 304", pair, counted, 1.3)
    bench.kept = pair.sides[0]
    again(bench, table, "5% changed", pair, counted, 1.4, lambda number: origin.publish(number + 1))
    options = {"prefix": "/stubborn"}
    again(bench, table, "all 200, the same bytes", prepared(bench, **options), Counted(bench, **options), 0.4)
    options = {"prefix": "/slow", "in_flight": 1000}
    again(bench, table, "all 304, slow origin, 1000 in flight", prepared(bench, **options), Counted(bench, **options), 1.3)
    origin.publish(0)
    table.notes.append(
        f"Median of {bench.rounds} polls each, in turn; the ratio is the median of the pairs' ratios. The slow"
        f" origin answers {SLOW_RATE} requests a second. CPU and wall time are those of the whole"
        f" process, instructions those in user space of one more poll: {MORE} feeds less {FEW}."
    )
    return table
