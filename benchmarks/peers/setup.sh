#!/usr/bin/env bash
# Makes benchmarks/peers/.venv-joeynmt (git-ignored). Usage: benchmarks/peers/setup.sh [PYTHON]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
python=${1:-python3.11}
venv=$here/.venv-joeynmt
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
"$venv/bin/python" -m pip install --disable-pip-version-check --quiet -r "$here/requirements.txt"
"$venv/bin/python" -c "import joeynmt, torch; print('joeynmt', joeynmt.__version__, 'torch', torch.__version__)"
