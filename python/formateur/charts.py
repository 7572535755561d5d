"""Small charts as SVG, for notebooks: no library, no script, readable by a screen reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .answers import Band, Outcome

LEFT, WIDE, ROW, TOP = 230, 640, 24, 34
COLOURS = ("#1b5e8c", "#b3541e", "#3a7d44", "#7b4b94", "#8c6d1f", "#4d4d4d", "#a33b5c", "#2a8c8c")


@dataclass(frozen=True)
class Chart:
    """A chart: its ``title``, what it shows in ``words`` (for those who cannot see it), and the ``svg`` text."""

    title: str
    words: str
    svg: str

    def _repr_svg_(self) -> str:
        return self.svg

    def figure(self) -> str:
        """The chart for an HTML page."""
        return f"<figure style='margin:0'>{self.svg}</figure>"


def drawn(title: str, words: str, height: float, body: Sequence[str]) -> Chart:
    """A chart around what is drawn."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {height:g}" width="{WIDE}" height="{height:g}" '
        f'role="img" font-family="sans-serif" font-size="12" fill="currentColor">'
        f"<title>{escape(title)}</title><desc>{escape(words)}</desc>"
        f'<text x="0" y="16" font-size="14" font-weight="bold">{escape(title)}</text>'
    )
    return Chart(title, words, head + "".join(body) + "</svg>")


def short(label: str) -> str:
    """A label that fits beside its bar."""
    return label if len(label) <= 34 else label[:33] + "…"


def name(row: int, label: str) -> str:
    """A row's label."""
    y = TOP + row * ROW + 15
    return f'<text x="{LEFT - 8}" y="{y}" text-anchor="end">{escape(short(label))}</text>'


def bars(title: str, outcomes: Sequence[Outcome]) -> Chart:
    """Probabilities as bars, with the range of 80 % of draws as a line."""
    span = WIDE - LEFT - 60
    body: list[str] = []
    for row, o in enumerate(outcomes):
        y = TOP + row * ROW
        body.append(name(row, o.label))
        body.append(f'<rect x="{LEFT}" y="{y + 3}" width="{span * o.mean:.1f}" height="14" fill="{COLOURS[0]}"/>')
        a, b = LEFT + span * o.p10, LEFT + span * o.p90
        body.append(f'<line x1="{a:.1f}" x2="{b:.1f}" y1="{y + 20}" y2="{y + 20}" stroke="currentColor"/>')
        body.append(f'<text x="{WIDE - 52}" y="{y + 15}">{100 * o.mean:.0f} %</text>')
    words = "; ".join(f"{o.label} {100 * o.mean:.0f} % ({100 * o.p10:.0f} to {100 * o.p90:.0f})" for o in outcomes)
    return drawn(title, words, TOP + len(outcomes) * ROW + 6, body)


def dots(title: str, bands: Sequence[tuple[str, Band]]) -> Chart:
    """Means as dots on their ranges, around zero."""
    low = min([0.0, *(b.p10 for _, b in bands)])
    high = max([0.0, *(b.p90 for _, b in bands)])
    place = scale(low, high)
    body = [zero(place(0.0), len(bands))]
    for row, (label, b) in enumerate(bands):
        y = TOP + row * ROW + 11
        body.append(name(row, label))
        body.append(f'<line x1="{place(b.p10):.1f}" x2="{place(b.p90):.1f}" y1="{y}" y2="{y}" stroke="{COLOURS[0]}"/>')
        body.append(f'<circle cx="{place(b.mean):.1f}" cy="{y}" r="4" fill="{COLOURS[0]}"/>')
        body.append(f'<text x="{WIDE - 52}" y="{y + 4}">{b.mean:+.2f}</text>')
    words = "; ".join(f"{label} {b.mean:+.3f} ({b.p10:+.3f} to {b.p90:+.3f})" for label, b in bands)
    return drawn(title, words, TOP + len(bands) * ROW + 6, body)


def tornado(title: str, ranges: Sequence[tuple[str, float | None, float | None]]) -> Chart:
    """What each number moves, from low to high, widest first."""
    known = [(path, a, b) for path, a, b in ranges if a is not None and b is not None]
    known.sort(key=lambda one: -abs(one[2] - one[1]))
    known = known[:15]
    ends = [end for _, a, b in known for end in (a, b)]
    place = scale(min(ends, default=0.0), max(ends, default=1.0))
    body: list[str] = []
    for row, (path, a, b) in enumerate(known):
        y = TOP + row * ROW
        x, width = min(place(a), place(b)), abs(place(b) - place(a))
        colour = COLOURS[0] if b >= a else COLOURS[1]
        body.append(name(row, path))
        body.append(f'<rect x="{x:.1f}" y="{y + 3}" width="{max(width, 1):.1f}" height="14" fill="{colour}"/>')
        body.append(f'<text x="{WIDE - 52}" y="{y + 15}">{100 * (b - a):+.0f} pts</text>')
    words = "; ".join(f"{path}: {100 * a:.0f} % when low, {100 * b:.0f} % when high" for path, a, b in known)
    return drawn(title, words, TOP + len(known) * ROW + 6, body)


def lines(title: str, steps: Sequence[Sequence[Outcome]]) -> Chart:
    """Probabilities from step to step, a line per outcome."""
    height, span = 220, WIDE - LEFT - 20
    labels = {o.id: o.label for step in steps for o in step}
    body: list[str] = []
    words: list[str] = []
    for k, (id, label) in enumerate(labels.items()):
        means = [next((o.mean for o in step if o.id == id), 0.0) for step in steps]
        places = [
            f"{LEFT + span * j / max(len(steps) - 1, 1):.1f},{TOP + height * (1 - mean):.1f}"
            for j, mean in enumerate(means)
        ]
        colour = COLOURS[k % len(COLOURS)]
        body.append(f'<polyline points="{" ".join(places)}" fill="none" stroke="{colour}" stroke-width="2"/>')
        body.append(f'<text x="0" y="{TOP + 14 + 18 * k}" fill="{colour}">{escape(short(label))}</text>')
        words.append(f"{label}: " + ", ".join(f"{100 * mean:.0f} %" for mean in means))
    return drawn(title, "; ".join(words), TOP + max(height, 18 * len(labels)) + 10, body)


class scale:
    """Where a value stands across the chart."""

    def __init__(self, low: float, high: float) -> None:
        self.low, self.span = low, (high - low) or 1.0

    def __call__(self, value: float) -> float:
        return LEFT + (WIDE - LEFT - 60) * (value - self.low) / self.span


def zero(x: float, rows: int) -> str:
    """The line where nothing changes."""
    bottom = TOP + rows * ROW
    return f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{bottom}" stroke="currentColor" stroke-dasharray="3"/>'
