#!/usr/bin/env python3
"""What the Python door and Ray cost beside the command line, on one case, in turns.

    bench/python.py PYTHON [--case CASE] [--draws N] [--rounds K] [--cores C]

PYTHON is an interpreter with formateur and Ray installed (`tests/wheel.sh FOLDER`, then pip install ray there). Each round runs
the command line, the Python door and Ray on one node, one after the other, on C threads; the fastest of K rounds counts. Ray's
own start is told apart, since a cluster is started once.
"""
import argparse
import json
import os
import pathlib
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
INSIDE = """
import json, sys, time
case, draws, cores, how = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
import formateur
begun = time.perf_counter()
started = 0.0
if how == "ray":
    import os
    os.environ.update(RAY_USAGE_STATS_ENABLED="0", RAY_AUTH_MODE="token", RAY_AUTH_TOKEN="0123456789abcdef" * 4)
    import ray
    ray.init(num_cpus=cores, include_dashboard=False, log_to_driver=False, object_store_memory=100_000_000)
    from formateur import ray as cluster
    cluster.connect()
    started = time.perf_counter() - begun
    answer = cluster.run(case, draws=draws)
else:
    answer = formateur.run(case, draws=draws, threads=cores)
print(json.dumps({"seconds": time.perf_counter() - begun - started, "start": started, "outcomes": answer.json["headline"]}))
"""


def command_line(case: str, draws: int, cores: int) -> dict:
    begun = time.perf_counter()
    program = ROOT / "target/release/formateur"
    args = ["run", case, "--draws", str(draws), "--threads", str(cores), "--json", "--quiet"]
    said = json.loads(subprocess.run([program, *args], capture_output=True, text=True, check=True).stdout)
    return {"seconds": time.perf_counter() - begun, "start": 0.0, "outcomes": said["headline"]}


def inside(python: str, how: str, case: str, draws: int, cores: int) -> dict:
    done = subprocess.run(
        [python, "-c", INSIDE, case, str(draws), str(cores), how], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("python")
    parser.add_argument("--case", default=str(ROOT / "cases/iraq-2026-veto"))
    parser.add_argument("--draws", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--cores", type=int, default=1)
    given = parser.parse_args()
    rest = (given.case, given.draws, given.cores)
    print(f"{pathlib.Path(given.case).name}, {given.draws} draws, {given.cores} threads; load {os.getloadavg()[0]:.1f}")
    times: dict[str, list[dict]] = {"command line": [], "python": [], "ray": []}
    for _ in range(given.rounds):
        times["command line"].append(command_line(*rest))
        for how in ("python", "ray"):
            times[how].append(inside(given.python, how, *rest))
    assert len({json.dumps(one["outcomes"]) for many in times.values() for one in many}) == 1, "not the same answer"
    base = min(one["seconds"] for one in times["command line"])
    for name, many in times.items():
        best = min(one["seconds"] for one in many)
        all = ", ".join(f"{one['seconds']:.1f}" for one in many)
        print(f"{name:<14} {best:7.1f} s  {100 * (best / base - 1):+6.1f} %  (all: {all}; start {many[-1]['start']:.1f} s)")
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
