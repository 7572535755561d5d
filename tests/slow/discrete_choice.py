"""The conditional logit's log-likelihood and coefficients against an independent library, to 1e-6.

    cargo build --release -p fit --examples
    pip install numpy pandas pylogit
    python tests/slow/discrete_choice.py

Not part of continuous integration: it needs packages from outside. The formations are the core ones of `train` with at
most 8 parties (255 coalitions), since the library holds every alternative as a row of a data frame.
"""
import collections
import collections.abc
import csv
import json
import os
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
DATA = os.path.join(ROOT, "data", "formation")
BIN = os.path.join(ROOT, "target", "release", "examples")
COVARIATES = 10


def main():
    # pylogit still imports two names from where older versions of Python had them
    collections.Iterable = collections.abc.Iterable
    if not hasattr(np, "in1d"):
        np.in1d = np.isin
    import pylogit

    with tempfile.TemporaryDirectory() as folder:
        ours = json.loads(subprocess.run([os.path.join(BIN, "small_logit"), DATA], check=True,
                                         capture_output=True).stdout)
        subprocess.run([os.path.join(BIN, "design_matrix"), DATA, folder, "literature10"], check=True,
                       capture_output=True)
        with open(os.path.join(folder, "meta.csv"), newline="", encoding="utf-8") as file:
            meta = list(csv.DictReader(file))
        flat = np.fromfile(os.path.join(folder, "x.f32"), dtype="<f4")
    frames, at = [], 0
    for obs, m in enumerate(meta):
        n, k = 2 ** int(m["n"]) - 1, int(m["k"])
        if m["core"] == "1" and m["split"] == "train" and int(m["n"]) <= 8:
            frame = pd.DataFrame(flat[at:at + n * k].reshape(k, n).T.astype(float),
                                 columns=[f"x{i}" for i in range(k)])
            frame["obs"], frame["alt"] = obs + 1, np.arange(1, n + 1)
            frame["choice"] = (frame["alt"] == int(m["chosen"])).astype(int)
            frames.append(frame)
        at += n * k
    long = pd.concat(frames, ignore_index=True)
    specification = collections.OrderedDict((f"x{i}", "all_same") for i in range(COVARIATES))
    model = pylogit.create_choice_model(data=long, alt_id_col="alt", obs_id_col="obs", choice_col="choice",
                                        specification=specification, model_type="MNL")
    model.fit_mle(np.zeros(COVARIATES), method="BFGS", gtol=1e-9, print_res=False)
    theirs, beta = model.llf, np.asarray(model.params)
    print(f"log-likelihood: ours {ours['log_likelihood']:.8f}, theirs {theirs:.8f}, {len(frames)} formations")
    print("largest difference of a coefficient:", np.abs(beta - np.array(ours["beta"])).max())
    ok = ours["n"] == len(frames) and abs(theirs - ours["log_likelihood"]) < 1e-6
    ok &= np.abs(beta - np.array(ours["beta"])).max() < 1e-4
    sys.exit(0 if ok else 1)


if __name__ == "__main__":
    main()
