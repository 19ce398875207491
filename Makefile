# Everything a newcomer needs. `make demo` and `make test` prepare .venv by themselves:
# no root, no system packages; Python 3.11 to 3.13, pip and make are enough.

PYTHON ?= $(firstword $(foreach p,python3.13 python3.12 python3.11 python3,$(if $(shell $(p) -c 'import sys; print((3,11) <= sys.version_info < (3,14) or "")' 2>/dev/null | grep True),$(p))))
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEVELOP := $(VENV)/.develop
# What builds the site and looks for holes has an environment of its own: neither bot nor tests need it.
TOOLS := .venv-tools/bin
# And so have the real ears: Whisper, and servers that have it heard. Who needs them says why where they cannot be had.
EARS := .venv-ears/made
# Of `make chaos`: who is hurt and when, and how much of the full runs is made.
SEED := 1
SIZE := 10
# Of `make explore`: how many percent of the pairs, and how many times three at once.
SHARE := 100
TRIPLES := 500
# Of `make test-speech`: how long at most, and which tests are drawn for that time; by hand all of them are run.
MINUTES :=
# Of `make demo`: who listens. Empty: a small offline recogniser for English.
SPEECH :=
# Of `make bustle`: how long people act.
SECONDS := 600
# Of `make test-decoders`: the distribution's ffmpeg, and the one docs/deploy/try_image.sh takes out of the image.
SYSTEM := $(shell command -v ffmpeg)
IMAGE := $(or $(TMPDIR),/tmp)/earshot-image/ffmpeg
# Three test processes even on two cores, for some always wait; each takes its next tests from where the longest row is
# left, so that those of one file, which share what they prepared, mostly stay together.
TESTS := -n 3 --dist worksteal -m 'not long and not chaos and not speech'

# Where this is set, whatever starts compiles all anew, and each test process rewrites all its assertions.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help ears demo world pictures pages docs security audit release-check test coverage test-long test-speech test-decoders chaos chaos-table explore bustle run service check bench bench-check lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

# pip too: without it a venv that broke off half-way would count as whole.
$(BIN)/python $(BIN)/pip &:
	@test -n "$(PYTHON)" || { echo "Earshot needs Python 3.11, 3.12 or 3.13 on the PATH (or: make PYTHON=/path/to/python3)"; exit 2; }
	@fresh=$$(test -e $(VENV) || test -L $(VENV) || echo yes); $(PYTHON) -m venv $(VENV) || { test -z "$$fresh" || rm -rf $(VENV); \
		echo "No environment could be made. On Debian and Ubuntu: apt install python3-venv, then the same again"; exit 2; }

$(RUNTIME): requirements.txt | $(BIN)/python $(BIN)/pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(DEVELOP): requirements-dev.txt | $(BIN)/python $(BIN)/pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# A reason why they cannot be had is an answer too, and asked for again when `made` is removed.
$(EARS): requirements-ears.txt tests/ears/install.py tests/ears/home.py | $(BIN)/python
	@echo "Real ears (Whisper; 350 MB) are put into .venv-ears, once"
	@$(PYTHON) -m tests.ears.install
	@touch $@

ears: $(EARS) ## a real Whisper, and servers of others that have it heard, into .venv-ears: for SPEECH=whisper, test-speech and bench.words

demo: $(DEVELOP) $(if $(SPEECH),$(EARS)) ## a voice note goes in, its words come out: no accounts needed (FILE=path for your own sound, SCENE=name or all for more, WEB=1 for a page to try it on, SPEECH=whisper for a real Whisper)
ifdef WEB
	@$(BIN)/python -m tests.world.web $(if $(PORT),--port "$(PORT)") $(if $(SPEECH),--speech "$(SPEECH)")
else
	@$(BIN)/python -m tests.world.demo $(SCENE) $(if $(SPEECH),--speech "$(SPEECH)") $(if $(FILE),--file "$(FILE)") $(if $(PICTURE),--picture "$(PICTURE)")
endif

world: $(DEVELOP) ## a Discord and an OpenAI on this machine, to try your own configured bot against: no accounts needed
	@$(BIN)/python -m tests.world

pictures: $(DEVELOP) ## the pictures of docs/pictures, taken in Chromium (SCENE=name for one)
	@$(BIN)/python -m tests.world.web.pictures $(SCENE)

test: $(DEVELOP) ## all tests but the long ones
	$(BIN)/python -m pytest $(TESTS) $(ARGS)

coverage: $(DEVELOP) ## the same, and which lines they reach
	$(BIN)/python -m coverage erase
	$(BIN)/python -m pytest $(TESTS) --cov --cov-report= $(ARGS)
	$(BIN)/python -m coverage report

test-long: $(DEVELOP) ## the suites that take minutes: hostile media, ledger machine, mutants
	$(BIN)/python -m pytest -n 4 -m long --timeout 1200 $(ARGS)

test-speech: $(DEVELOP) $(EARS) ## the whole bot over real servers with a real Whisper (MINUTES=3 SEED=1: as many tests as fit, drawn by the seed)
	$(BIN)/python -m pytest -n 0 -m speech --timeout 1200 --speech-seed "$(SEED)" $(if $(MINUTES),--speech-minutes "$(MINUTES)") $(ARGS) tests/ears

test-decoders: $(DEVELOP) ## the audio room's tests, hostile media too, with each ffmpeg there is: bundled, SYSTEM=path, IMAGE=path
	@set -e; with() { echo "== $$1"; test -n "$$2" || { echo "skipped: it is not on this machine"; return 0; }; \
		EARSHOT_TEST_FFMPEG=$$2 $(BIN)/python -m pytest -n 2 --dist loadfile -m 'not long' --timeout 600 $(ARGS) \
			tests/test_audio.py $(wildcard tests/test_audio_*.py); }; \
	with "the bundled ffmpeg" bundled; \
	with "the distribution's ffmpeg" "$(SYSTEM)"; \
	with "the image's ffmpeg: $(IMAGE)" "$(wildcard $(IMAGE))"

chaos: $(DEVELOP) ## everything that can go wrong, on purpose: SEED=1 SIZE=10 (a percentage of the full runs)
	@mkdir -p .chaos && rm -f .chaos/$(SEED)-$(SIZE).jsonl
	CHAOS_SEED=$(SEED) CHAOS_SIZE=$(SIZE) CHAOS_RECORD=$(CURDIR)/.chaos/$(SEED)-$(SIZE).jsonl $(BIN)/python -m pytest -n 2 -m chaos --timeout 3600 --tb short tests/chaos $(ARGS)

chaos-table: $(DEVELOP) ## writes what the runs of `make chaos` recorded into docs/reliability.md
	$(BIN)/python -m tests.chaos.table .chaos/*.jsonl

explore: $(DEVELOP) ## every two verbs beside each other on one note, over PostgreSQL: SHARE=100 (percent of the pairs) SEED=1, with figures for docs/reliability.md
	$(BIN)/python -m tests.explorer --share $(SHARE) --seed $(SEED) --triples $(TRIPLES) --write $(ARGS)

bustle: $(DEVELOP) ## real processes over PostgreSQL, many people, the end of a month: SECONDS=600 SEED=1, with figures for docs/reliability.md
	$(BIN)/python -m tests.bustle --seconds $(SECONDS) --seed $(SEED) --write $(ARGS)

run: $(RUNTIME) ## the bot itself, with your .env and config.toml
	$(BIN)/python -m bot run

# Links, not a path: of this folder `-I` shall find bot and cogs, and no other file that somebody puts here.
service: $(RUNTIME) ## makes `.venv/bin/python -I -m bot` work from any folder, as docs/deploy/earshot.service wants it
	@site=$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') \
		&& ln -sfn ../../../../bot "$$site/bot" && ln -sfn ../../../../cogs "$$site/cogs"
	@$(BIN)/python -m compileall -q bot cogs

check: $(DEVELOP) ## lint and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(DEVELOP) ## the measurements README quotes
	$(BIN)/python -m bench

bench-check: $(DEVELOP) ## fails where a figure passes its budget (bench/budget.toml)
	$(BIN)/python -m bench --check

pages: $(DEVELOP) ## writes the pages of docs that the code knows best: settings and commands
	$(BIN)/python -m tests.pages

.venv-tools/.installed: requirements-tools.txt | $(BIN)/python
	$(PYTHON) -m venv .venv-tools
	$(TOOLS)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-tools.txt
	@touch $@

docs: .venv-tools/.installed ## builds the site into site/; a dead link fails
	NO_MKDOCS_2_WARNING=1 $(TOOLS)/mkdocs build --quiet --strict
	@echo site/index.html

security: .venv-tools/.installed ## bandit over the bot, and sbom.json: every part it is made of (CycloneDX)
	$(TOOLS)/bandit --quiet --recursive --configfile pyproject.toml bot cogs
	$(TOOLS)/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml --output-reproducible --of JSON -o sbom.json

audit: .venv-tools/.installed ## asks the advisories about every locked package (needs network; UNREACHED=1: without one it is no failure)
	@$(TOOLS)/python -m tests.advisories $(if $(UNREACHED),--unreached-is-no-failure) requirements.txt requirements-telemetry.txt

release-check: $(DEVELOP) ## everything a release must have
	$(BIN)/python -m tests.release
	$(MAKE) check docs security test

lock: ## write the requirement files anew from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-emit-find-links --no-annotate --no-header -q -o requirements.txt
	uv pip compile pyproject.toml --extra telemetry -c requirements.txt --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-emit-find-links --no-annotate --no-header -q -o requirements-telemetry.txt
	uv pip compile pyproject.toml --extra telemetry --group dev -c requirements.txt --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-emit-find-links --no-annotate --no-header -q -o requirements-dev.txt
	uv pip compile --group pyproject.toml:tools --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-emit-find-links --no-annotate --no-header -q -o requirements-tools.txt
	uv pip compile --group pyproject.toml:ears --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-emit-find-links --no-annotate --no-header -q -o requirements-ears.txt

clean: ## removes .venv and what the tools leave
	rm -rf $(VENV) .venv-tools .venv-ears site sbom.json .mypy_cache .ruff_cache .pytest_cache .coverage* htmlcov
