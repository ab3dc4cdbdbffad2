# Needs Python 3, make, git and a network to the package index. Everything else is set up here.
STEADY := .venv/bin/steady
PYTHON := .venv/bin/python
export RASA_TELEMETRY_ENABLED := false

.PHONY: run setup train test lint evaluate encoder

run: setup ## set up what is missing and start the whole product; Ctrl-C stops it
	@$(STEADY) up

setup: ## uv, Python 3.11 and the locked packages
	@python3 bot/ops/bootstrap.py

train: setup ## the model, where something it depends on has changed
	@$(STEADY) train

test: setup train ## every test
	@$(PYTHON) -m pytest -q

evaluate: setup train ## how well the guide understands: writes docs/evaluation.md
	@$(PYTHON) -m bot.ops.evaluation

encoder: TEACHERS ?= 4
encoder: DEVICE ?= cpu
encoder: setup ## fine-tune the sentence encoders (needs torch: `uv pip install torch==2.13.0`; see CONTRIBUTING.md)
	@CUBLAS_WORKSPACE_CONFIG=:4096:8 $(PYTHON) -m bot.nlu.finetune --teacher "$(TEACHER)" --teachers $(TEACHERS) --device $(DEVICE)

lint: setup
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy
