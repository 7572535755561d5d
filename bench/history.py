"""Fitting and building, against SciPy and NumPy, as ratios in one run.

    cargo build --release -p fit --examples
    python bench/history.py

Needs numpy and scipy. The same 385 formations, the same covariates, one thread each. NumPy builds the ten covariates of
the literature for every coalition, one chamber at a time and vectorised over its coalitions; SciPy minimises the same
penalised log-likelihood (BFGS or L-BFGS with the analytic gradient, from zero, vectorised over all coalitions), of the
22-covariate logit and of the one with all covariates, until both agree to about 1e-4.
"""
import csv
import json
import os
import subprocess
import tempfile
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np
from scipy.optimize import minimize

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
DATA = os.path.join(ROOT, "data", "formation")
BIN = os.path.join(ROOT, "target", "release", "examples")


def rows(name):
    with open(os.path.join(DATA, name), newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def chambers():
    """What NumPy builds from: arrays per chamber, prepared outside the clock."""
    split = {r["formation_id"]: r for r in rows("split.csv")}
    parties = {}
    for r in rows("parties.csv"):
        if r["actor_1pct"] == "1":
            parties.setdefault(r["formation_id"], []).append(r)
    out = []
    for f in rows("formations.csv"):
        s = split[f["formation_id"]]
        if s["core"] == "1" and s["split"] == "train":
            p = sorted(parties[f["formation_id"]], key=lambda r: float(r["left_right"]))
            out.append((
                np.array([int(r["seats"]) for r in p]),
                np.array([float(r["left_right"]) for r in p]),
                np.array([int(r["in_prev_cabinet"]) for r in p]),
                np.array([int(r["pm_prev_cabinet"]) for r in p]),
                np.array([int(r["family"] in ("com", "right")) for r in p]),
                int(f["majority_quota"]),
            ))
    return out


def build(chamber):
    seats, place, incumbent, premier, anti, quota = chamber
    n = len(seats)
    member = (np.arange(1, 2**n)[:, None] >> np.arange(n)) & 1
    total = member @ seats
    wins = total >= quota
    least = np.where(member == 1, seats, 1 << 30).min(axis=1)
    high = np.where(member == 1, place, -np.inf).max(axis=1)
    low = np.where(member == 1, place, np.inf).min(axis=1)
    median = np.searchsorted(np.cumsum(seats), seats.sum() / 2)
    return np.column_stack([
        ~wins, wins & (total - least < quota), member.sum(axis=1), high - low, member[:, seats.argmax()],
        member[:, median], (member == incumbent).all(axis=1), member @ incumbent, member @ premier > 0, member @ anti > 0,
    ]).astype(np.float32)


def best_of(n, f):
    times = []
    for _ in range(n):
        start = time.perf_counter()
        value = f()
        times.append(time.perf_counter() - start)
    return min(times), value


def main():
    ours = json.loads(subprocess.run([os.path.join(BIN, "timing"), DATA], check=True, capture_output=True).stdout)
    prepared = chambers()
    seconds, built = best_of(20, lambda: [build(c) for c in prepared])
    assert sum(len(b) for b in built) == ours["coalitions"]
    print(f"building {ours['coalitions']} coalitions: ours {ours['build']:.4f} s, NumPy {seconds:.4f} s, "
          f"ratio {seconds / ours['build']:.1f}")

    for covariates, name, goal in [("literature22", "the 22 covariates", ours), ("rich", "all covariates, penalised", None)]:
        loss, start = model(covariates, [1e-6] * 22 if goal else ours["penalty"])
        # both methods of SciPy that take a gradient; the faster one counts
        tries = []
        for method, options in [("BFGS", {"gtol": 1e-5}), ("L-BFGS-B", {"gtol": 1e-5, "ftol": 1e-13, "maxiter": 5000, "maxfun": 5000})]:
            if method == "BFGS" and not goal:
                continue
            seconds, result = best_of(3 if goal else 1, lambda: minimize(loss, start, jac=True, method=method, options=options))
            tries.append((seconds, -result.fun, method))
        mine, value = (ours["fit"], ours["log_likelihood"]) if goal else (ours["fit_rich"], ours["penalised"])
        for seconds, theirs, method in tries:
            print(f"fitting {name}: ours {mine:.3f} s ({value:.6f}), SciPy {method} {seconds:.3f} s ({theirs:.6f}), "
                  f"ratio {seconds / mine:.1f}")


def model(covariates, penalty):
    """The penalised negative log-likelihood with its gradient, over all coalitions at once, and where to start."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([os.path.join(BIN, "design_matrix"), DATA, folder, covariates], check=True, capture_output=True)
        with open(os.path.join(folder, "meta.csv"), newline="", encoding="utf-8") as file:
            meta = list(csv.DictReader(file))
        flat = np.memmap(os.path.join(folder, "x.f32"), dtype="<f4", mode="r")
        blocks, starts, chosen, at, offset = [], [], [], 0, 0
        for m in meta:
            n, k = 2 ** int(m["n"]) - 1, int(m["k"])
            if m["core"] == "1" and m["split"] == "train":
                blocks.append(np.array(flat[at:at + n * k]).reshape(k, n).T)
                starts.append(offset)
                chosen.append(offset + int(m["chosen"]) - 1)
                offset += n
            at += n * k
    x = np.vstack(blocks).astype(np.float64)
    starts, penalty = np.array(starts), np.array(penalty)
    counts = np.diff(np.append(starts, offset))
    seen = x[chosen].sum(axis=0)

    def loss(beta):
        u = x @ beta
        top = np.maximum.reduceat(u, starts)
        e = np.exp(u - np.repeat(top, counts))
        sums = np.add.reduceat(e, starts)
        p = e / np.repeat(sums, counts)
        value = -(u[chosen] - top - np.log(sums)).sum() + 0.5 * (penalty * beta) @ beta
        return value, p @ x - seen + penalty * beta

    return loss, np.zeros(x.shape[1])


if __name__ == "__main__":
    main()
