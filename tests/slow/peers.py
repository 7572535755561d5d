#!/usr/bin/env python3
"""Gambit and Storm on our exports: do they get our numbers?

    tests/slow/peers.py [--venv DIR] [CASE ...]

Not part of CI: it installs pygambit 17.0.0b2 and stormpy 2.0.0 into DIR (default target/peers), and says so where that does
not work or something does not run. Without CASE: a case without ballots written for the purpose, and every case in cases/.

1. Gambit: our export of the case without ballots, read by pygambit and solved backwards by us and by its logit tracer at
   the same lambda; then games of Gambit's own catalogue, solved by both.
2. Storm: our DRN and PRISM files of each case; P=? [F "label"] against the outcomes that `formateur run` gives for the same
   numbers, and expected payoffs against the game's.

Exit code 0: all that ran agrees; 1: something differs; 2: nothing could be run.
"""
import argparse
import json
import pathlib
import signal
import subprocess
import sys
import venv

ROOT = pathlib.Path(__file__).resolve().parents[2]
FORMATEUR = ROOT / "target/release/formateur"
PINS = ["pygambit==17.0.0b2", "stormpy==2.0.0"]


def install(folder):
    """A venv with the peers that can be had; this script is run again inside it."""
    python = folder / "bin/python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    for pin in PINS:
        name = pin.split("==")[0]
        there = subprocess.run([python, "-c", f"import {name}"], capture_output=True).returncode == 0
        if not there and subprocess.run([python, "-m", "pip", "install", "-q", pin]).returncode != 0:
            print(f"not run: {pin} cannot be installed here")
    return python


def formateur(*args):
    done = subprocess.run([FORMATEUR, *map(str, args)], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


class Report:
    def __init__(self):
        self.ran = self.failed = 0

    def close(self, what, ours, theirs, tolerance):
        self.ran += 1
        difference = abs(ours - theirs)
        good = difference <= tolerance
        self.failed += not good
        if not good:
            print(f"DIFFERS {what}: ours {ours!r}, theirs {theirs!r}")
        return difference


# A case without ballots, all of one precision, whose choices have equal prior weights.
PLAIN = """formateur = 1
title     = "Who moves first"
question  = "Does the first mover claim the office?"
from      = 2026-01-01
now       = 2026-01-01
until     = 2026-01-29
period    = "1 week"
headline  = "office"
settled   = 'office != none'
ends      = 'office != none'
precision = 6

[actors]
left  = { name = "Left", kind = "party" }
right = { name = "Right", kind = "party" }

[state]
office = { values = ["none", "left", "right"], start = "none" }

[pace]
left  = "2 per month"
right = "1 per month"

[moves.left.claim]
when = 'office == none'
then = { office = "left" }
pays = { left = -0.1 }

[moves.right.claim]
when = 'office == none'
then = { office = "right" }
pays = { right = -0.2 }

[interests.office]
columns = ["left", "right", "none"]
left    = [0.5, -0.3, 0]
right   = [-0.2, 0.6, 0]
"""


def plain_case():
    folder = ROOT / "target/peers-cases/plain"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "case.toml").write_text(PLAIN)
    return folder


def payoffs(case):
    """Expected payoffs at the middle of the numbers, by the program's own solver."""
    _, text, _ = formateur("show", "solution", case, "--json")
    return {p["actor"]: p["payoff"] for p in json.loads(text)["payoffs"]}


class Slow(Exception):
    pass


def within(seconds, work):
    def stop(*_):
        raise Slow
    signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        return work()
    finally:
        signal.alarm(0)


def gambit(report):
    try:
        import pygambit
    except ImportError as error:
        print(f"not run: Gambit ({error})")
        return
    code, text, said = formateur("export", plain_case(), "--to", "efg")
    if code:
        print(f"DIFFERS export of the plain case: {said}")
        report.failed += 1
        return
    path = ROOT / "target/peers-cases/plain.efg"
    path.write_text(text)
    game = pygambit.read_efg(str(path))
    for wanted in (1.0, 6.0):
        result = pygambit.qre.logit_solve_lambda(game, [wanted], use_strategic=False)[0]
        _, answer, _ = formateur("solve", path, "--lambda", repr(result.lam), "--json")
        answer = json.loads(answer)
        worst = max(
            report.close(f"plain case, lambda {wanted}, {player}", answer["payoffs"][player], payoff, 1e-9)
            for player, payoff in ((p, float(result.profile.payoffs[p])) for p in game.players)
        )
        print(f"Gambit reads our export, lambda {wanted}: payoffs within {worst:.1e}")
        if wanted == 6.0:
            for player, payoff in payoffs(plain_case()).items():
                report.close(f"case against tree, {player}", payoff, float(result.profile.payoffs[player]), 1e-9)
    for name in pygambit.catalog.games()["Game"]:
        game = pygambit.catalog.load(name)
        if "Extensive" not in type(game).__name__:
            continue
        path = ROOT / "target/peers-cases/catalogue.efg"
        path.write_text(game.to_efg())
        try:
            result = within(30, lambda: pygambit.qre.logit_solve_lambda(game, [2.0], use_strategic=False)[0])
        except (Slow, ValueError, RuntimeError, pygambit.UndefinedOperationError) as error:
            print(f"not compared: {name} (Gambit: {error!r})")
            continue
        code, answer, said = formateur("solve", path, "--lambda", repr(result.lam), "--json")
        answer = json.loads(answer)
        if code:
            print(f"not compared: {name} (refused: {answer['diagnostics'][0]['message'][:60]}…)")
            continue
        if answer["stop"] != "converged":
            print(f"not compared: {name} ({answer['stop']} at lambda {answer['lambda']:.4f})")
            continue
        # Gambit's corrector may leave probabilities that sum to 1 only within 1e-7, which payoffs multiply.
        spread = float(game.max_payoff - game.min_payoff)
        worst = max(
            report.close(f"{name}, {p}", answer["payoffs"][p], float(result.profile.payoffs[p]), 1e-8 * max(1, spread))
            for p in game.players
        )
        print(f"Gambit's {name}: payoffs within {worst:.1e}")


def storm(report, cases):
    try:
        import stormpy
    except ImportError as error:
        print(f"not run: Storm ({error})")
        return
    for case in cases:
        for form in ("drn", "prism"):
            # The first draw of seed 1 is what a run of one draw answers for.
            model = storms(stormpy, case, form, "--draw", 0, "--seed", 1)
            if model is None:
                continue
            _, text, _ = formateur("run", case, "--draws", 1, "--seed", 1, "--json", "--quiet")
            worst = 0.0
            for outcome in json.loads(text)["headline"]["outcomes"]:
                theirs = check(stormpy, model, f'P=? [F "{outcome["id"]}"]')
                worst = max(worst, report.close(f"{case.name} {form}: {outcome['id']}", outcome["mean"], theirs, 1e-6))
            settled = 1 - json.loads(text)["when"]["never"]
            report.close(f"{case.name} {form}: settled", settled, check(stormpy, model, 'P=? [F "settled"]'), 1e-6)
            print(f"Storm reads our {form} of {case.name}: {model.nr_states} states, outcomes within {worst:.1e}")
            # Expected payoffs are shown for the middle of the numbers.
            model = storms(stormpy, case, form)
            worst = 0.0
            for actor, payoff in payoffs(case).items():
                rewards = [actor] if form == "drn" else [f"{actor}_gain", f"{actor}_loss"]
                sides = [check(stormpy, model, f'R{{"{r}"}}=? [F "end"]') for r in rewards]
                theirs = sides[0] - sum(sides[1:])
                worst = max(worst, report.close(f"{case.name} {form}: payoff of {actor}", payoff, theirs, 1e-6))
            print(f"Storm reads our {form} of {case.name}: payoffs within {worst:.1e}")


def storms(stormpy, case, form, *options):
    """Storm's model of our export, or None with a word why not."""
    code, text, said = formateur("export", case, "--to", form, *options)
    if code:
        print(f"not compared: {case} as {form} ({said.strip()[:100]})")
        return None
    path = ROOT / f"target/peers-cases/chain.{form}"
    path.write_text(text)
    if form == "drn":
        return stormpy.build_model_from_drn(str(path))
    return stormpy.build_model(stormpy.parse_prism_program(str(path)))


def check(stormpy, model, text):
    formula = stormpy.parse_properties(text)[0]
    result = stormpy.model_checking(model, formula)
    return result.get_value(model.initial_states[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--venv", type=pathlib.Path, default=ROOT / "target/peers")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("cases", nargs="*", type=pathlib.Path)
    args = parser.parse_args()
    if not FORMATEUR.exists():
        print(f"not run: build first (cargo build --release); {FORMATEUR.relative_to(ROOT)} is not there")
        return 2
    if not args.inside:
        python = install(args.venv)
        again = [python, __file__, "--inside", *map(str, args.cases)]
        return subprocess.run(again).returncode
    report = Report()
    gambit(report)
    storm(report, args.cases or [plain_case(), *sorted(p.parent for p in (ROOT / "cases").glob("*/case.toml"))])
    print(f"{report.ran} figures compared, {report.failed} differ")
    return 2 if report.ran == 0 else int(report.failed > 0)


if __name__ == "__main__":
    sys.exit(main())
