# Every verb sets itself up in .venv; the stamps make a second run start at once.
# ARGS is passed on: make run ARGS="--port 8000", make test ARGS="tests/core -x".
VENV   := .venv
PY     := $(VENV)/bin/python
SOURCE := app.py core demo_app tests benchmarks
ARGS   ?=
DATA   ?=
# Two processes, each test file whole in one of them, so that its fixtures are made once, in the order of conftest.py.
# What is compiled is kept, whatever the environment says: a test starts processes, and each would compile it again.
PYTEST := PYTHONDONTWRITEBYTECODE= $(PY) -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder
PIP    := $(PY) -m pip install --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help run test check format bench screenshots clean

help:  ## print these verbs
	@echo "Interlinear: make VERB [ARGS=\"...\"]"
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r verb what; do \
	  printf '  make %-11s %s\n' "$$verb" "$$what"; done

run: $(VENV)/.stamp-run  ## serve the page at http://127.0.0.1:7860
	$(PY) app.py $(ARGS)

test: $(VENV)/.stamp-dev  ## run every test (the browser's too, where chromium is installed)
	$(PYTEST) $(ARGS)

check: $(VENV)/.stamp-dev  ## formatting, lint, types, then every test
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy --exclude '^benchmarks/peers/' $(SOURCE)
	$(PYTEST) $(ARGS)

format: $(VENV)/.stamp-dev  ## rewrite the code in the house style
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: $(VENV)/.stamp-run  ## measure decoding: make bench DATA=pairs.fr-en.test.tsv.gz
	@test -n "$(DATA)" || { echo "make bench needs test pairs: make bench DATA=FILE.tsv.gz (docs/train.md says which columns)."; exit 1; }
	$(PY) -m benchmarks.bench_decode --data "$(DATA)" $(ARGS)

screenshots: $(VENV)/.stamp-dev  ## renew the pictures of the documentation (needs chromium; minutes)
	$(PY) -m tests.e2e.pictures $(ARGS)

clean:  ## remove .venv and caches; your data directory stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find app.py core demo_app tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

# Order-only: the interpreter's own age says nothing about what is installed.
$(VENV)/.stamp-run: requirements.txt | $(PY)
	$(PIP) --requirement requirements.txt
	@touch $@

$(VENV)/.stamp-dev: requirements.txt requirements-dev.txt | $(PY)
	$(PIP) --requirement requirements-dev.txt
	@touch $@ $(VENV)/.stamp-run

# 3.11 first: it is what the pins were tested with. A name on the PATH may be a shim that does not run, so each is tried.
$(PY):
	@for name in $(PYTHON) python3.11 python3.12 python3.13 python3.14 python3 python; do \
	  if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then found=$$name; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "Interlinear needs Python 3.11 or newer, and none was found; install it, or name it: make PYTHON=/path/to/python3.11 run"; exit 1; \
	fi; \
	echo "Setting up $(VENV) with $$("$$found" --version); this takes some minutes, once."; \
	if ! "$$found" -m venv --clear $(VENV) || ! $(PY) -m pip --version >/dev/null; then \
	  rm -rf $(VENV); \
	  echo "$$found could not make a virtual environment; on Debian or Ubuntu: apt install python3-venv"; exit 1; \
	fi
