# make help tells what there is. Everything is installed into .venv, once, and again when a lock file changes: what the
# assistant needs with the first command, what its tests and checks need besides with the first of those.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore $(BIN)/python -m pip --quiet --quiet
ENVIRONMENT := .venv/.installed
TOOLS := .venv/.tools-installed
MODEL := .venv/.model-prepared

# Run a command whose output matters only when it fails.
quietly = output=$$($(1) 2>&1) || { echo "$$output"; exit 1; }

.PHONY: help
help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: chat
chat: $(MODEL)  ## Set up what is missing, index corpus/ and open the chat in the browser
	@$(BIN)/assistant index
	@$(BIN)/assistant chat --open

.PHONY: index
index: $(MODEL)  ## Read what is new or changed in corpus/ into the index
	@$(BIN)/assistant index

.PHONY: test
test: $(MODEL) $(TOOLS)  ## Run all tests, those in the browser too (installs Chromium where there is none)
	@CHROMIUM=$$(.ci/browser); export CHROMIUM; $(BIN)/pytest

.PHONY: check
check: $(TOOLS)  ## Check format, lint, types, import layers and declared dependencies
	@$(BIN)/ruff format --check --quiet --output-format concise || { echo "Not formatted: run make format."; exit 1; }
	@$(BIN)/ruff check --quiet
	@$(BIN)/mypy --no-error-summary
	@$(call quietly,$(BIN)/lint-imports --no-logo)
	@$(call quietly,$(BIN)/deptry . --no-ansi)
	@$(call quietly,$(BIN)/python -m pip check)
	@echo "Format, lint, types, layers and dependencies: all in order."

.PHONY: format
format: $(TOOLS)  ## Format the code and mend what the linter can
	@$(BIN)/ruff check --fix --quiet --exit-zero
	@$(BIN)/ruff format --quiet

# "+cpu" names the build that this machine happens to have, and no other machine could install it by that name. The
# second list is the first one and the tools; that both have the same versions is what the constraint is for.
.PHONY: lock
lock: $(TOOLS)  ## Write the two lock files from pyproject.toml (UPGRADE=--upgrade takes newer versions)
	@export CUSTOM_COMPILE_COMMAND="make lock"; \
	$(BIN)/pip-compile $(UPGRADE) --extra dev --output-file .requirements.tools.lock; \
	sed -i.before -E 's/^(torch==[0-9.]+)\+.*/\1/' .requirements.tools.lock; \
	$(BIN)/pip-compile $(UPGRADE) --constraint .requirements.tools.lock --output-file .requirements.lock; \
	sed -i.before -E 's/^(torch==[0-9.]+)\+.*/\1/' .requirements.lock; \
	rm .requirements.lock.before .requirements.tools.lock.before

.PHONY: clean
clean:  ## Remove the environment and caches; documents and the index stay
	@rm -rf .venv build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find assistant tests -name __pycache__ -prune -exec rm -rf {} +

$(ENVIRONMENT): .requirements.lock pyproject.toml
	@if [ -e $@ ]; then echo "Bringing the environment in .venv up to date."; \
	else echo "Setting up the environment in .venv: about 2.4 GB, a few minutes, once."; fi
	@python=$$(PYTHON="$(PYTHON)" .ci/python); "$$python" -m venv .venv
	@$(PIP) install --requirement .requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(TOOLS): $(ENVIRONMENT) .requirements.tools.lock
	@.ci/compiler
	@echo "Installing what the tests and checks need, a language model among it: up to ten minutes, once."
	@$(PIP) install --requirement .requirements.tools.lock
	@touch $@

PREPARED_FROM := export networks normalisation onnx_building unfusing
$(MODEL): $(ENVIRONMENT) $(PREPARED_FROM:%=assistant/embedding/%.py) assistant/embedding/answerability.safetensors
	@$(BIN)/python -m assistant.embedding.export
	@touch $@
