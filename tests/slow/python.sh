#!/usr/bin/env bash
# The wheel as a user meets it: built, installed into an environment of its own, tested there, types checked, notebooks run, a
# cluster of two nodes. Needs python3 with venv, and packages from PyPI. Not in CI: it installs Ray and builds Parquet.
#   tests/slow/python.sh            everything, with Parquet
#   FEATURES= tests/slow/python.sh  without Parquet, some minutes quicker
set -euo pipefail
cd "$(dirname "$0")/../.."
here=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
features=${FEATURES-parquet}
python3 -m venv "$work/build"
"$work/build/bin/pip" -q install 'maturin>=1.16,<2'
cargo build --release --locked -p formateur
"$work/build/bin/maturin" build --release --locked ${features:+--features "$features,pyo3/extension-module"} -o "$work/wheel"
python3 -m venv "$work/clean"
"$work/clean/bin/pip" -q install "$work"/wheel/formateur-*.whl
# With nothing but the wheel and what it needs.
(cd "$work" && clean/bin/python -c "
import formateur, sys
forecast = formateur.run(sys.argv[1], draws=20)
assert abs(sum(o.mean for o in forecast.outcomes) - 1) < 1e-9
print('formateur', formateur.__version__, 'from', formateur.__file__)" "$here/cases/germany-2025-chancellor")
"$work/clean/bin/pip" -q install pytest mypy pyarrow duckdb polars pandas openpyxl nbclient nbformat ipykernel 'ray==2.60.*'
"$work/clean/bin/mypy" --config-file pyproject.toml
cp -r python/tests "$work/tests"
cd "$work/tests"
FORMATEUR_ROOT="$here" FORMATEUR="$here/target/release/formateur" "$work/clean/bin/python" -m pytest -q --slow -p no:cacheprovider .
