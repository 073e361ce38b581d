# Everything a person needs to run and work on Attain; `make help` lists it.
# The machine needs python3 (3.11 or later) with pip and venv; tests of sign-in need Node.js 18 or later with npm, those of Spark Java 17.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.attain-setup
PROVIDER := tests/people/identity_provider
PROVIDER_STAMP := $(PROVIDER)/node_modules/.package-lock.json
NODE_MAJOR = $$(node --version 2>/dev/null | sed -n 's/^v\([0-9]*\).*/\1/p')
JAVA_PACKAGE := openjdk-17-jre-headless
JAVA := $(if $(JAVA_HOME),$(JAVA_HOME)/bin/java,java)
JAVA_MAJOR = $$($(JAVA) -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p')

DEMO := demo
DEMO_DAY := 2026-11-24
DEMO_HOME := .attain/demo
PORT := 8000
CAST := $(foreach id,1000001 1000002 1000003 1000004,--partner $(id))

LOCK := $(BIN)/uv pip compile pyproject.toml --generate-hashes --universal --python-version 3.11 \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-core test-web test-postgres test-package test-browser test-spark identity-provider postgres chromium java check format readme docs bench package lock audit clean

help: ## list what make can do
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 26

setup: $(STAMP) ## create .venv with everything, each package checked against its hash

$(STAMP): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Attain needs Python 3.11 or later: make setup PYTHON=python3.12' >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## write demo facts, print scores, statuses and reasons of four partners, and serve them (SERVE=0 ends before)
	rm -rf $(DEMO)
	$(BIN)/attain demo $(DEMO)
	$(BIN)/attain score $(DEMO) --as-of $(DEMO_DAY) $(CAST)
	$(BIN)/attain status $(DEMO) --as-of $(DEMO_DAY) $(CAST)
	$(BIN)/attain explain $(DEMO) --as-of $(DEMO_DAY) --partner 1000001 --designation security --metric net_customer_adds
ifneq ($(SERVE),0)
	ATTAIN_HOME=$(DEMO_HOME) $(BIN)/attain refresh --store $(DEMO) --as-of $(DEMO_DAY)
	ATTAIN_HOME=$(DEMO_HOME) $(BIN)/attain serve --store $(DEMO) --demo --demo-day $(DEMO_DAY) --port $(PORT)
endif

test: test-core test-web test-postgres test-package test-browser test-spark ## run every test

test-core: setup ## run the tests that need nothing but Python
	$(BIN)/python -m pytest -n 2 -m 'not spark and not web and not browser and not package'

test-web: setup identity-provider ## run the tests of the web workspace and the REST interface
	$(BIN)/python -m pytest -n 2 -m web

test-postgres: setup postgres identity-provider ## run the tests of the database once more, on a PostgreSQL of their own
	$(BIN)/python -m tests.databases.cluster $(BIN)/python -m pytest -m postgres

test-package: setup postgres ## build the wheel and install it where there is no repository
	$(BIN)/python -m pytest -m package

test-browser: setup chromium identity-provider ## run the tests that drive a browser (Chromium)
	$(BIN)/python -m pytest -m browser

test-spark: setup java ## run the tests on Apache Spark (Java 17 or later)
	$(BIN)/python -m pytest -m spark

identity-provider: $(PROVIDER_STAMP) ## install the OpenID Connect provider that tests of sign-in talk to (npm), and Node.js where this is root on Debian

$(PROVIDER_STAMP): $(PROVIDER)/package.json $(PROVIDER)/package-lock.json
	@if [ "$(NODE_MAJOR)" -ge 18 ] 2>/dev/null && command -v npm >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends nodejs npm; \
	else \
		echo 'The tests of sign-in need Node.js 18 or later with npm: install both, then run make identity-provider.' >&2; exit 1; \
	fi
	cd $(PROVIDER) && npm ci --ignore-scripts
	@touch $@

chromium: ## install Chromium for the browser tests where it is missing and this is root on Debian
	@if command -v chromium >/dev/null || command -v google-chrome >/dev/null || [ -n "$$CHROMIUM" ]; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium; \
	else \
		echo 'The browser tests need Chromium: install it, or name one in CHROMIUM, then run make test-browser.' >&2; exit 1; \
	fi

postgres: ## install PostgreSQL for its tests where it is missing and this is root on Debian
	@if command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends postgresql; \
	else \
		echo 'These tests need PostgreSQL 15 or later: install it with initdb in the PATH, then run make test-postgres.' >&2; exit 1; \
	fi

java: ## install Java for the Spark tests where it is missing and this is root on Debian
	@if [ "$(JAVA_MAJOR)" -ge 17 ] 2>/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $(JAVA_PACKAGE); \
	else \
		echo 'The Spark tests need Java 17 or later: install $(JAVA_PACKAGE) (Debian, Ubuntu) or set JAVA_HOME, then run make test-spark.' >&2; exit 1; \
	fi

check: setup ## lint, types, import contracts and the rulebook
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/basedpyright
	$(BIN)/lint-imports --no-cache
	$(BIN)/attain rules lint

format: setup ## mend what ruff can mend by itself
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

readme: setup ## print the output that the README and the handbook show, docs/sources.md and docs/licenses.md, anew
	$(BIN)/python -m tests.health.readme
	$(BIN)/python -m tests.health.sources_page
	$(BIN)/python -m tests.health.licenses_page
	$(BIN)/python -m tests.handbook.examples

docs: setup ## build the handbook into build/docs; a link that leads nowhere is an error
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet
	@echo 'The handbook is in build/docs: open index.html, or serve it with $(BIN)/python -m http.server --directory build/docs (search needs a server)'

bench: setup ## measure speed and memory on synthetic facts (bench/README.md says how long it takes)
	$(BIN)/python -m bench

package: setup ## build the wheel and the source distribution into dist/
	rm -rf dist
	$(BIN)/hatchling build -d dist

audit: setup ## list the licenses of what a server runs on, check that it fits together, and look for known vulnerabilities
	$(BIN)/python -m pytest -q tests/health/test_licenses_document.py
	@sed -n '/^| package/,$$p' docs/licenses.md
	$(BIN)/python -m pip check
	@if command -v pip-audit >/dev/null; then pip-audit --require-hashes --disable-pip -r requirements/runtime.txt; \
	else echo 'Known vulnerabilities were not looked for: that asks a service. Install pip-audit and run make audit again (docs/licenses.md).'; fi

lock: setup ## compile requirements/*.txt anew from pyproject.toml, the newest releases
	$(LOCK) --upgrade --all-extras --group dev --output-file requirements/dev.txt
	$(LOCK) --constraints requirements/dev.txt --output-file requirements/runtime.txt
	$(LOCK) --constraints requirements/dev.txt --extra cjk --output-file requirements/cjk.txt
	$(LOCK) --constraints requirements/dev.txt --extra spark --output-file requirements/spark.txt
	$(LOCK) --constraints requirements/dev.txt --extra postgres --output-file requirements/postgres.txt

clean: ## remove .venv, the demo and every cache
	rm -rf $(VENV) $(DEMO) dist .pytest_cache .ruff_cache .hypothesis
	find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
