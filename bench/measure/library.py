"""Reading and storing, each in one process with the bare library that it stands on."""

from collections import defaultdict

from . import processes
from .table import Table, at_least, at_most, median, ratio_of


def passes_of(output):
    """Lines "KIND number ..." as lists of numbers by kind."""
    kinds = defaultdict(list)
    for line in output.splitlines():
        kind, *numbers = line.split()
        kinds[kind].append([float(number) for number in numbers])
    return kinds


def columns(passes):
    return list(zip(*passes))


def parse(bench):
    """feed::parse against pugixml's own DOM parse of the same bytes."""
    program, folder = bench.program("bench-parse"), bench.origin.files()
    limit = min(1000, bench.feeds)
    kinds = passes_of(processes.run([program, folder, limit, bench.passes]).output)
    cpu = {kind: columns(passes)[0] for kind, passes in kinds.items()}
    size, entries = kinds["parse"][0][2:4]
    table = Table(
        f"Reading: {size / 1e6:.0f} MB of XML feeds, {entries:.0f} entries",
        ["what", "MB/s", "of pugixml", "goal", "µs/entry", "instructions/byte", "of pugixml", "allocations/entry"],
    )
    counts = {kind: parse_instructions(bench, kind) for kind in cpu}
    names = {
        "dom": ["pugixml's DOM alone", None],
        "parse": ["feed::parse", 0.4],
        "clean": ["feed::parse, every entry sanitized", 0.12],
    }
    for kind, (name, goal) in names.items():
        share = [theirs / ours for ours, theirs in zip(cpu[kind], cpu["dom"])]
        table.add(
            name,
            f"{size / median(cpu[kind]) / 1e6:.0f}",
            *(at_least(median(share), goal) if goal else ["1.00", ""]),
            f"{median(cpu[kind]) / entries * 1e6:.1f}",
            f"{counts[kind]:.1f}" if counts[kind] else "",
            f"{counts[kind] / counts['dom']:.1f}" if counts[kind] else "",
            f"{kinds[kind][0][4] / entries:.1f}" if kind != "dom" else "",
        )
    table.notes.append(f"Median of {bench.passes} passes in turn, CPU time of the thread. The goals are later ones.")
    return table


def parse_instructions(bench, kind):
    """Instructions a byte: those of two passes less those of one, so that reading files is out."""
    program, folder, limit = bench.program("bench-parse"), bench.origin.files(), 60
    one, two = (processes.instructions([program, folder, limit, n, kind]) for n in (1, 2))
    if one is None:
        return None
    output = processes.run([program, folder, limit, 1, kind]).output
    return (two - one) / passes_of(output)[kind][0][2]


def ingest(bench):
    """daemon::settle against bare inserts of the same rows."""
    directory = bench.fresh("ingest")
    limit = min(500, bench.feeds)
    command = [bench.program("bench-ingest"), bench.origin.files(), limit, bench.rounds, directory]
    kinds = passes_of(processes.run(command).output)
    feeds, entries = kinds["store-new"][0][2:4]
    table = Table(
        f"Storing: {feeds:.0f} documents, {entries:.0f} entries, 64 documents a commit",
        ["what", "Tributary CPU µs/entry", "bare CPU µs/entry", "ratio", "goal", "wall s", "bare wall s"],
    )
    for name, key in [("all new", "new"), ("all known", "known")]:
        ours, theirs = columns(kinds["store-" + key]), columns(kinds["table-" + key])
        table.add(
            name,
            f"{median(ours[0]) / entries * 1e6:.1f}",
            f"{median(theirs[0]) / entries * 1e6:.1f}",
            *at_most(ratio_of(ours[0], theirs[0]), None),
            f"{median(ours[1]):.2f}",
            f"{median(theirs[1]):.2f}",
        )
    table.notes.append(
        f"Median of {bench.rounds} rounds in turn. Bare: one table, UNIQUE (feed, guid), the same pragmas."
        " Tributary: matching, minted ids, entries, sightings, aliases, state and ledger."
    )
    return table
