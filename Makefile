# `make run` and `make test` are all a newcomer needs; both set everything up on a fresh clone.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
FLASK := $(BIN)/flask --app wsgi

.DEFAULT_GOAL := help
.PHONY: help setup run test check lint types bench migrate demo translations lifecycles requirements

help: ## Show what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(VENV)/.installed: requirements.txt
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else 0'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

OWN_STATIC := $(wildcard static/css/*.css static/css/components/*.css static/js/* static/img/*)

static/vendor/manifest.json: $(VENV)/.installed marketplace/web/assets.py $(OWN_STATIC) marketplace/web/translations.py $(wildcard translations/*/LC_MESSAGES/*.po)
	$(FLASK) assets build

setup: export DUIJIE_DEMO ?= 1
setup: $(VENV)/.installed static/vendor/manifest.json ## Install, collect assets, migrate, load the demo, build the index
	$(FLASK) setup

run: export DUIJIE_DEMO ?= 1
run: setup ## Run web and worker together on PORT (default 8000)
	exec $(FLASK) serve --port $(PORT)

test: $(VENV)/.installed-dev static/vendor/manifest.json ## Run the test suite
	$(BIN)/python -m pytest -n 2 --dist loadgroup

lint: $(VENV)/.installed-dev ## Style, import contracts, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/djlint --check --lint --quiet templates

types: $(VENV)/.installed-dev ## Types
	$(BIN)/mypy

check: lint types test ## What CI runs

bench: $(VENV)/.installed-dev ## Measure against peers, side by side (SIZES=1000,10000,100000,1000000 for more)
	$(BIN)/python -m bench $(if $(SIZES),--sizes $(SIZES))

migrate: $(VENV)/.installed ## Bring the database to the newest revision
	$(FLASK) db upgrade

demo: $(VENV)/.installed ## Load the demonstration data again into an empty database
	$(FLASK) demo load

translations: $(VENV)/.installed ## List texts without English
	$(FLASK) translations check

lifecycles: $(VENV)/.installed ## Draw the lifecycles in docs/ again
	$(BIN)/python tools/write_lifecycles.py

requirements: ## Lock the requirements again (needs uv)
	uv pip compile pyproject.toml --generate-hashes --no-emit-index-url --universal --python-version 3.11 --no-header -q -o requirements.txt
	uv pip compile pyproject.toml --group dev --generate-hashes --no-emit-index-url --universal --python-version 3.11 --no-header -q -o requirements-dev.txt
