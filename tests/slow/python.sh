#!/usr/bin/env bash
# Python as a user meets it: installed from the repository's root into an environment of its own, tested there, types checked,
# notebooks run, a cluster of two nodes. Needs python3 with venv, and packages from PyPI. Not in CI: it installs Ray.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cargo build --release --locked -p formateur
tests/wheel.sh "$work/clean"
"$work/clean/bin/pip" -q install pytest mypy pyarrow duckdb polars pandas openpyxl nbclient nbformat ipykernel 'ray==2.60.*'
"$work/clean/bin/mypy" --config-file pyproject.toml
cp -r python/tests "$work/tests"
cd "$work/tests"
FORMATEUR_ROOT="$here" FORMATEUR="$here/target/release/formateur" "$work/clean/bin/python" -m pytest -q --slow -p no:cacheprovider .
