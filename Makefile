# Needs Python 3.11 or later and make, nothing else. `make` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# An environment for each example of an orchestrator.
EXAMPLES := .venv-examples

# make build LANDING=files LANDING_PATH=/some/folder AS_OF_DATE=2011-12-10 VARS='rfm_window_days: 400'
LANDING ?=
LANDING_PATH ?=
AS_OF_DATE ?=
VARS ?=
TARGET ?=
PUBLISHED ?=
# Only the vars that are set: dbt parses everything anew when its arguments change.
var = $(if $($(2)),$(1): "$($(2))"$(comma) )
comma := ,
DBT_VARS = {$(call var,landing,LANDING)$(call var,landing_path,LANDING_PATH)$(call var,as_of_date,AS_OF_DATE)$(VARS)}
VARS_ARGUMENT = --vars '$(subst ','\'',$(DBT_VARS))'
DBT_ARGUMENTS = $(if $(TARGET),--target $(TARGET)) $(VARS_ARGUMENT)
# PUBLISHED, or the file that the vars name.
PUBLISHED_ARGUMENTS = $(VARS_ARGUMENT) $(if $(PUBLISHED),'$(PUBLISHED)')

export DBT_PROFILES_DIR := profiles
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export GX_ANALYTICS_ENABLED := false

.DEFAULT_GOAL := help
.PHONY: help build check preview app superset report rollback docs lineage map sample test test-changed lint lint-python lint-sql test-python test-builds test-spark test-all test-examples bench cluster-demo screenshots clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ---- what a user does ------------------------------------------------------------------------------

build: $(VENV)/installed ## Build and publish the segments of LANDING (the bundled sample by default)
	$(BIN)/dbt build $(DBT_ARGUMENTS)
	@$(BIN)/python -m customer_segmentation report $(PUBLISHED_ARGUMENTS)

check: $(VENV)/installed ## Read, stage and check the tables of LANDING only, and print what they have
	@$(BIN)/python -m customer_segmentation check $(if $(TARGET),--target $(TARGET)) $(VARS_ARGUMENT)

preview: $(VENV)/installed ## Say what today's rules, audiences and suppressions would give on the last build (BUSINESS_PATH=folder, MEMBERS=file.csv)
	@$(BIN)/python -m customer_segmentation preview $(if $(BUSINESS_PATH),--business-path '$(BUSINESS_PATH)') $(if $(MEMBERS),--members '$(MEMBERS)')

report: $(VENV)/installed ## Print again what is published, and open the report in a browser
	@$(BIN)/python -m customer_segmentation report --open $(PUBLISHED_ARGUMENTS)

rollback: $(VENV)/installed ## Publish the run before again (PUBLISHED=... for another file)
	@$(BIN)/python -m customer_segmentation rollback $(PUBLISHED_ARGUMENTS)

docs: $(VENV)/installed ## Write the documentation and lineage as one page: target/static_index.html
	$(BIN)/dbt docs generate --static $(DBT_ARGUMENTS)
	@echo "written: target/static_index.html"

# Only this machine can reach the pages, and they call nobody.
app: $(VENV)/installed-app ## Open pages over the published files: segments, cards, rules with a preview, history, quality
	$(BIN)/streamlit run src/customer_segmentation/app/main.py --server.address localhost --server.showEmailPrompt false \
		--browser.gatherUsageStats false --server.fileWatcherType none --client.toolbarMode minimal $(APP_ARGUMENTS)

superset: $(VENV)/installed .venv-superset/installed ## Start Superset with a dashboard for each department over the published file (bi/superset)
	$(BIN)/python bi/superset/start.py $(or $(PUBLISHED),published/customer_segments.duckdb)

lineage: $(VENV)/installed-lineage ## Show which columns each column of the last build is computed from: target/lineage/index.html
	$(BIN)/dbt docs generate $(DBT_ARGUMENTS)
	DBT_COLIBRI_NO_VERSION_CHECK=1 $(BIN)/colibri generate --light --disable-telemetry --output-dir target/lineage
	@echo "written: target/lineage/index.html"

map: $(VENV)/installed ## Draw the folders of models and what they read: docs/map.svg
	$(BIN)/dbt --quiet parse
	$(BIN)/python docs/draw_map.py

sample: $(VENV)/installed ## Write the bundled sample anew (seeds/sample)
	$(BIN)/python -m customer_segmentation.sample --format csv --prefix sample_ --out seeds/sample

# ---- what a contributor does -----------------------------------------------------------------------

PYTEST := $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

test: lint test-python ## Lint, and pytest with the gated build of the sample and all unit tests

# Changes count from the last run without a failure; the first time, from BASE.
BASE ?= $(or $(shell git merge-base HEAD origin/main 2>/dev/null),HEAD)
CHANGED := target/changed

test-changed: $(VENV)/installed-dev $(CHANGED)/manifest.json ## Changed models, models that read them, and their tests; pytest files that changed since BASE
	$(BIN)/dbt build --target ci --select state:modified+ --indirect-selection eager --state $(CHANGED) --exclude path:models/publishing
	@cp target/manifest.json $(CHANGED)
	@tests="$$($(BIN)/python tests/changed_tests.py $(BASE))"; test -z "$$tests" \
		|| $(BIN)/pytest -q -m "not end_to_end and not spark and not other_build" $$tests \
		|| test $$? -eq 5 # all of them are slow ones

$(CHANGED)/manifest.json: | $(VENV)/installed-dev
	$(BIN)/dbt --quiet build --target ci --exclude path:models/publishing resource_type:test resource_type:unit_test
	@rm -rf $(CHANGED) && mkdir -p $(CHANGED)/base && git archive $(BASE) | tar -x -C $(CHANGED)/base
	@cd $(CHANGED)/base && PYTHONPATH=src $(CURDIR)/$(BIN)/dbt --quiet parse --target ci
	@mv $(CHANGED)/base/target/manifest.json $(CHANGED) && rm -r $(CHANGED)/base

lint: $(VENV)/installed-dev ## Format, types and SQL style
	@$(MAKE) --no-print-directory -j2 lint-python lint-sql

lint-python:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python tests/lint_prose.py

lint-sql:
	$(BIN)/sqlfmt --check --no-progressbar models macros tests
	$(BIN)/python tests/lint_compiled_sql.py

test-python: $(VENV)/installed-dev ## pytest, the end-to-end tests of the sample included
	$(PYTEST) -m "not spark and not other_build"

test-builds: $(VENV)/installed-dev ## Builds of other landings, days and vars than the sample's
	$(PYTEST) -m other_build

test-all: lint $(VENV)/installed-spark ## All of these in one session of pytest
	$(PYTEST)

test-spark: $(VENV)/installed-spark ## The same build on Spark, compared with DuckDB; needs Java
	$(PYTEST) -m spark

screenshots: $(VENV)/installed-dev ## Take the pictures of README.md from the published report; needs Chromium
	$(BIN)/python tests/take_screenshots.py $(or $(PUBLISHED),published/customer_segments.duckdb)

# Not part of test-all: three more environments, and three builds in two of them.
test-examples: $(EXAMPLES)/dagster/installed $(EXAMPLES)/airflow/installed .venv-superset/installed $(VENV)/installed-dev $(VENV)/installed-lineage ## Dagster, Airflow and Superset, each in an environment of its own; make lineage
	PYTHONPATH=tests/python:examples $(EXAMPLES)/dagster/bin/pytest examples/dagster
	PYTHONPATH=tests/python:examples $(EXAMPLES)/airflow/bin/pytest examples/airflow
	PYTHONPATH=tests/python:examples $(BIN)/pytest examples/lineage
	PYTHONPATH=tests/python:bi/superset $(BIN)/pytest bi/superset

bench: SCALE ?= 10k
bench: $(VENV)/installed-bench ## Costs of a build beside DuckDB by hand, pandas and polars (SCALE=10k, 100k, 1m)
	$(BIN)/python benchmarks/bench.py $(SCALE)

cluster-demo: SCALE ?= sample
cluster-demo: $(VENV)/installed-spark ## A build on a Spark cluster of this machine, compared with DuckDB's (SCALE=sample, 10k, 100k); needs Java
	$(BIN)/python benchmarks/cluster_demo.py $(SCALE)

clean: ## Remove what a build writes, but not what is published
	rm -rf target logs warehouse.duckdb warehouse.duckdb.wal ci.duckdb ci.duckdb.wal spark-warehouse

# ---- installation ----------------------------------------------------------------------------------

# Another installer may take its place, as in .ci/run.
INSTALL ?= $(BIN)/pip install --quiet --disable-pip-version-check

# pip compiles what it installs to bytecode, which halves the start of dbt and Great Expectations.
$(VENV)/installed: requirements.txt pyproject.toml
	@echo "Installing the pinned requirements into $(VENV), about a minute ..."
	@$(PYTHON) -m venv $(VENV)
	@$(INSTALL) -r requirements.txt
	@$(INSTALL) --no-deps -e .
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt requirements-warehouses.txt requirements-metrics.txt requirements-app.txt $(VENV)/installed
	@echo "Installing the tools of contributors into $(VENV) ..."
	@$(INSTALL) -r requirements-dev.txt
	@touch $@

$(VENV)/installed-app: requirements-app.txt $(VENV)/installed
	@$(INSTALL) -r requirements.txt -r requirements-app.txt
	@touch $@

$(VENV)/installed-bench: requirements-bench.txt $(VENV)/installed
	@$(INSTALL) -r requirements-bench.txt
	@touch $@

$(VENV)/installed-spark: requirements-spark.txt $(VENV)/installed-dev
	@echo "Installing Spark into $(VENV) ..."
	@$(INSTALL) -r requirements-spark.txt
	@touch $@

$(VENV)/installed-lineage: requirements-lineage.txt $(VENV)/installed
	@$(INSTALL) -r requirements-lineage.txt
	@touch $@

.venv-superset/installed: bi/superset/requirements.txt
	@echo "Installing Superset into .venv-superset, some minutes ..."
	@$(PYTHON) -m venv .venv-superset
	@.venv-superset/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(EXAMPLES)/%/installed: examples/%/requirements.txt requirements.txt pyproject.toml
	@echo "Installing $* and dbt into $(EXAMPLES)/$*, some minutes ..."
	@$(PYTHON) -m venv $(EXAMPLES)/$*
	@$(EXAMPLES)/$*/bin/pip install --quiet --disable-pip-version-check -r $< $$(grep -E '^(pytest|iniconfig|pluggy)==' requirements-dev.txt)
	@$(EXAMPLES)/$*/bin/pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@
