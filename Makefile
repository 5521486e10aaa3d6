# Each target does all its own set-up; what is there is not installed again.
#   make app      opens the chat window          make test     runs the tests
#   make slow     the long tests                 make lint     style and types
#   make bench    the benchmarks                 make clean    removes the environment
# TORCH="torch==2.13.0 --index-url URL" installs another build of torch, for CUDA.
PYTHON ?= python3
TORCH ?= torch==2.13.0
VENV := .venv
RUN := $(VENV)/bin
PIP := $(RUN)/python -m pip install --disable-pip-version-check --progress-bar on -c $(VENV)/constraints.txt

.PHONY: setup dev app test slow lint bench clean browser

setup: $(VENV)/.base
dev: $(VENV)/.dev

$(VENV)/.base: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || (echo "Python 3.11 or newer is needed; name one with PYTHON=python3.12" && exit 1)
	@test -x $(RUN)/python || $(PYTHON) -m venv $(VENV) || (test "$$(id -u)" = 0 && apt-get update && apt-get install -y python3-venv && $(PYTHON) -m venv --clear $(VENV))
	@grep -v '^torch==' constraints.txt > $(VENV)/constraints.txt
	@echo "== installing torch ($(TORCH)), then the rest: three to six minutes, about 2.3 GB"
	$(PIP) $(TORCH)
	$(PIP) -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.base
	$(PIP) -e '.[dev]'
	@touch $@

app: setup
	$(RUN)/python app.py

# A browser for the page's tests: installed where that is possible without asking, otherwise those tests skip and say why.
browser:
	@command -v chromium google-chrome chrome chromium-browser >/dev/null || \
	  { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq chromium fonts-noto-cjk; } || \
	  echo "no Chromium or Chrome found: the tests of the page will be skipped"

test: dev browser
	OMP_NUM_THREADS=1 $(RUN)/python -m pytest -n 2 --dist loadfile

slow: dev browser
	OMP_NUM_THREADS=1 $(RUN)/python -m pytest -m slow --timeout 1200

lint: dev
	$(RUN)/ruff check .
	$(RUN)/mypy

bench: dev
	$(RUN)/python -m benchmarks

clean:
	rm -rf $(VENV) build dist *.egg-info
