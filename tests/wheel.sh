#!/usr/bin/env bash
# The wheel built from the repository's root and installed into a clean environment, with nothing but what it needs; a forecast from
# there. Passed over, visibly, where there is no python3 with venv or no package index.
#   tests/wheel.sh           in an environment that goes again
#   tests/wheel.sh FOLDER    in one that stays
set -euo pipefail
cd "$(dirname "$0")/.."
here=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
clean=${1:-$work/clean}
if ! python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "tests/wheel.sh: passed over: no python3 of version 3.11 or later with venv"
  exit 0
fi
python3 -m venv "$clean"
if ! "$clean/bin/pip" -q --disable-pip-version-check --retries 1 --timeout 20 download --no-deps -d "$work" 'maturin>=1.16,<2' 2>"$work/why"; then
  echo "tests/wheel.sh: passed over: no package index: $(tail -n 1 "$work/why")"
  exit 0
fi
"$clean/bin/pip" -q --disable-pip-version-check install .
cd "$work"
"$clean/bin/python" -c "
import formateur, sys
forecast = formateur.run(sys.argv[1], draws=20, draws_out='draws.parquet')
assert abs(sum(o.mean for o in forecast.outcomes) - 1) < 1e-9
assert formateur.__file__.startswith(sys.prefix), formateur.__file__
print('tests/wheel.sh: formateur', formateur.__version__, 'installed and run')" "$here/cases/germany-2025-chancellor"
