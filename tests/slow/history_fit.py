#!/usr/bin/env python3
"""The shipped fit, made anew, byte for byte.

    cargo build --release -p formateur
    tests/slow/history_fit.py
    tests/slow/history_fit.py --scores

Not part of continuous integration: a fit takes a minute or two. Exit code 0 where `data/formation/fit/best.json` and
`record.toml` are what `formateur history fit` writes, for one thread and for two. With `--scores` nothing is fitted: the scores
of the shipped fit on `valid`, which the workbench shows, are written anew.
"""
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
FORMATEUR = ROOT / "target/release/formateur"
DATA = ROOT / "data/formation"


def scores():
    fit = DATA / "fit/best.json"
    done = subprocess.run([FORMATEUR, "history", "score", "--data", DATA, "--fit", fit, "--json"], check=True,
                          capture_output=True, text=True)
    told = json.loads(done.stdout)
    kept = {"fit_sha256": hashlib.sha256(fit.read_bytes()).hexdigest(), "split": told["split"], "n": told["all"]["n"]}
    for name in ("top1", "top5", "pm", "log_loss", "brier"):
        kept |= {name: told["all"][name], f"{name}_error": told["all"][f"{name}_error"]}
    bins = [{key: round(bar[key], 6) for key in ("n", "forecast", "happened")} for bar in told["reliability"]]
    kept["reliability"] = {"of": "Parties in governments from 2000 to 2009", "bins": bins}
    (DATA / "fit/scores.json").write_text(json.dumps(kept, indent=1) + "\n")


def main():
    if sys.argv[1:] == ["--scores"]:
        return scores()
    same = True
    for threads in ("1", "2"):
        with tempfile.TemporaryDirectory() as folder:
            fit, record = pathlib.Path(folder, "best.json"), pathlib.Path(folder, "record.toml")
            begun = time.perf_counter()
            subprocess.run([FORMATEUR, "history", "fit", "--data", DATA, "--model", "best", "--out", fit, "--record",
                            record, "--threads", threads], check=True, capture_output=True)
            print(f"{threads} thread(s): {time.perf_counter() - begun:.0f} s")
            for made in (fit, record):
                if made.read_bytes() != (DATA / "fit" / made.name).read_bytes():
                    same = False
                    print(f"DIFFERS: {made.name}")
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
