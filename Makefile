# The commands people type. Each does its own set-up on a fresh machine (scripts/setup.sh).

ARGS =
SUBMISSIONS = examples/class
OUT = out
HANDOUT = handout
NOTEBOOKS = notebooks

.DEFAULT_GOAL := help
.PHONY: help check batch handout notebooks test lint audit bench clean

# Another environment of the user's must not reach into .venv.
unexport PYTHONHOME PYTHONPATH

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

# Exit code 1 of the grader means a report below full marks: a beginning, not a failure.
check: ## Grade your exercises; options as in ARGS="--only gradient"
	@sh scripts/setup.sh run
	@.venv/bin/grader check $(ARGS); code=$$?; [ $$code -eq 1 ] || exit $$code

batch: ## Grade a folder of submissions: SUBMISSIONS=examples/class OUT=out
	@sh scripts/setup.sh run
	@.venv/bin/grader batch "$(SUBMISSIONS)" --out "$(OUT)" $(ARGS)

handout: ## Make what students receive: HANDOUT=handout ARGS="--zip"
	@sh scripts/setup.sh run
	@.venv/bin/grader handout --out "$(HANDOUT)" $(ARGS)

notebooks: ## Write each chapter as a notebook: NOTEBOOKS=notebooks, options as in ARGS="--wheel URL"
	@sh scripts/setup.sh run
	@.venv/bin/grader notebooks --out "$(NOTEBOOKS)" $(ARGS)

# Three at a time also on two cores: a third of what tests do is to wait for what they have started.
test: lint ## Lint, then test the kit itself
	.venv/bin/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

lint: ## Check style, types, layers, generated files and workflows
	@sh scripts/setup.sh dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/python scripts/generate.py --check
	.venv/bin/python -m audit --check
	.venv/bin/zizmor --offline --quiet .github
	.venv/bin/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml

audit: ## Prove how strong and fair the checks are; writes docs/strength.md
	@sh scripts/setup.sh dev
	.venv/bin/python -m audit $(ARGS)

bench: ## Measure speed beside other graders; writes docs/performance.md
	@sh scripts/setup.sh dev
	.venv/bin/python -m benchmarks $(ARGS)

clean: ## Remove .venv and every cache
	rm -rf .venv gradlings.egg-info build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name .git -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
