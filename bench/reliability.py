#!/usr/bin/env python3
"""The reliability diagram of `docs/history.md`, as SVG on standard output, from what `formateur history score --json` says.

    formateur history score --data data/formation --fit data/formation/fit/best.json --json | bench/reliability.py

A dot per tenth of forecast chances: how often parties with about that chance sat in the government. The bar is 1.96 binomial
standard errors, as if parties were independent (those of one chamber are not, so the bars are somewhat too short); the dot's
size goes with the number of parties.
"""
import json
import math
import sys

SIDE, LEFT, TOP = 360, 62, 20


def main():
    bins = json.load(sys.stdin)["reliability"]

    def x(p):
        return LEFT + SIDE * p

    def y(p):
        return TOP + SIDE * (1 - p)

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + SIDE + 20} {TOP + SIDE + 56}" '
           f'font-family="sans-serif" font-size="13" role="img">',
           "<title>How often parties governed, by the chance they were given</title>",
           f'<rect width="{LEFT + SIDE + 20}" height="{TOP + SIDE + 56}" fill="#ffffff"/>']
    for tick in range(0, 11, 2):
        p = tick / 10
        out.append(f'<path d="M{x(p):.1f} {y(0)}V{y(1)}M{x(0)} {y(p):.1f}H{x(1)}" stroke="#dddddd" fill="none"/>')
        out.append(f'<text x="{x(p):.1f}" y="{y(0) + 18}" text-anchor="middle">{tick * 10}</text>')
        out.append(f'<text x="{x(0) - 8}" y="{y(p) + 4:.1f}" text-anchor="end">{tick * 10}</text>')
    out.append(f'<path d="M{x(0)} {y(0)}L{x(1)} {y(1)}" stroke="#777777" stroke-dasharray="5 4"/>')
    for b in bins:
        n, forecast, happened = b["n"], b["forecast"], b["happened"]
        reach = 1.96 * math.sqrt(max(happened * (1 - happened), 1 / n) / n)
        low, high = max(0, happened - reach), min(1, happened + reach)
        out.append(f'<path d="M{x(forecast):.1f} {y(low):.1f}V{y(high):.1f}" stroke="#1f5fa8" stroke-width="2"/>')
        out.append(f'<circle cx="{x(forecast):.1f}" cy="{y(happened):.1f}" r="{2 + math.sqrt(n) / 2.5:.1f}" fill="#1f5fa8"/>')
    out.append(f'<text x="{x(0.5)}" y="{y(0) + 42}" text-anchor="middle">chance to govern, forecast, %</text>')
    out.append(f'<text transform="translate(18 {y(0.5)}) rotate(-90)" text-anchor="middle">governed, %</text>')
    out.append("</svg>")
    print("\n".join(out))


if __name__ == "__main__":
    main()
