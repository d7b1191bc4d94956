"""Figures as tables that can be read in a terminal and in Markdown."""

import statistics
from dataclasses import dataclass, field


def median(values):
    return statistics.median(values)


def ratio_of(ours, theirs):
    """Median of the ratios of pairs that were measured in turn."""
    return median([a / b for a, b in zip(ours, theirs)])


def at_most(ratio, goal):
    """A ratio with its goal beside it: two cells."""
    if goal is None:
        return [f"{ratio:.2f}", "measured"]
    return [f"{ratio:.2f}", f"≤ {goal}" + (" reached" if ratio <= goal else " MISSED")]


def at_least(ratio, goal):
    return [f"{ratio:.2f}", f"≥ {goal}" + (" reached" if ratio >= goal else " MISSED")]


@dataclass
class Table:
    title: str
    header: list
    rows: list = field(default_factory=list)
    notes: list = field(default_factory=list)

    def add(self, *cells):
        self.rows.append([str(cell) for cell in cells])

    def __str__(self):
        widths = [max(len(row[i]) for row in [self.header, *self.rows]) for i in range(len(self.header))]
        lines = [f"### {self.title}", ""]
        for number, row in enumerate([self.header, *self.rows]):
            cells = [
                cell.ljust(width) if i == 0 else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(row, widths))
            ]
            lines.append("| " + " | ".join(cells) + " |")
            if number == 0:
                rule = [("-" * (w + 1) + ":") if i else "-" * (w + 2) for i, w in enumerate(widths)]
                lines.append("|" + "|".join(rule) + "|")
        return "\n".join(lines + [""] + self.notes) + "\n"
