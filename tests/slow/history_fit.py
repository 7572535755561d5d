#!/usr/bin/env python3
"""The shipped fit, made anew, byte for byte.

    cargo build --release -p formateur
    tests/slow/history_fit.py

Not part of continuous integration: a fit takes a minute or two. Exit code 0 where `data/formation/fit/best.json` and
`record.toml` are what `formateur history fit` writes, for one thread and for two.
"""
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
FORMATEUR = ROOT / "target/release/formateur"
DATA = ROOT / "data/formation"


def main():
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
