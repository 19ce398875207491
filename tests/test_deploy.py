"""What docs/deploy holds for hosts: it must fit the bot as it is."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.__main__ import _parser
from bot.health import Health, Part, Vitals
from bot.settings import load
from tests.world.bot import NO_FILE

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "docs" / "deploy"
METRIC = re.compile(r"\b(?:earshot|process)_[a-z_]+\b")
NOW = date(2026, 11, 22)


async def vitals() -> Vitals:
    """The books of a quiet day."""
    return Vitals(1, 2, 3, 4, 5, 6, 7, {"ms": 0, "usd_micros": 0})


async def parts() -> Mapping[str, Part]:
    """A bot with one part."""
    return {"gateway": Part(is_ready=True, found="connected")}


async def exposed() -> set[str]:
    """Every name that stands in /metrics, whether it has a value yet or not."""
    health = Health()
    health.model_ends("whisper-1", NOW)
    text = (await health.metrics(vitals, parts, today=NOW)).decode()
    return set(re.findall(r"^(?:# TYPE )?(\w+)", text, re.MULTILINE))


def dashboard() -> Iterator[str]:
    """The expressions of the dashboard's panels."""
    for panel in json.loads((DEPLOY / "grafana.json").read_text("utf-8"))["panels"]:
        yield from (target["expr"] for target in panel["targets"])


def rules() -> Iterator[str]:
    """The expressions of the alert rules."""
    read = yaml.safe_load((DEPLOY / "alerts.yml").read_text("utf-8"))
    yield from (rule["expr"] for group in read["groups"] for rule in group["rules"])


async def test_every_metric_that_is_watched_exists() -> None:
    """Each metric the dashboard draws and each an alert waits for stands in /metrics."""
    drawn, awaited = {*METRIC.findall(" ".join(dashboard()))}, {*METRIC.findall(" ".join(rules()))}

    assert len(drawn) > 10
    assert len(awaited) > 8
    assert drawn | awaited <= await exposed()


async def test_every_metric_of_ours_is_drawn() -> None:
    """What the bot measures is on the dashboard: nothing is counted for nobody."""
    ours = {
        re.sub(r"_(bucket|count|sum|created)$", "", name) for name in await exposed() if name.startswith("earshot_")
    }
    drawn = {re.sub(r"_bucket$", "", name) for name in METRIC.findall(" ".join(dashboard()))}

    assert {name.removesuffix("_total") for name in ours} == {
        name.removesuffix("_total") for name in drawn if name.startswith("earshot_")
    }


def promtool(*words: str) -> str:
    """What Prometheus's own checker says about files in docs/deploy."""
    found = shutil.which("promtool")
    if found is None:
        pytest.skip("promtool is not installed")
    run = subprocess.run([found, *words], cwd=DEPLOY, capture_output=True, text=True, check=False)  # noqa: S603 -- fixed words
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_prometheus_takes_the_rules() -> None:
    """A real Prometheus loads the configuration with its rules, and each rule speaks when it should and not before."""
    assert "SUCCESS" in promtool("check", "config", "prometheus.yml")
    assert "SUCCESS" in promtool("test", "rules", "alerts_test.yml")


def compose() -> dict[str, Any]:
    """compose.yaml as Compose reads it: anchors filled in."""
    read: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    return read


@pytest.mark.parametrize("name", ["earshot", "gateway", "worker"])
def test_every_process_of_ours_is_fenced_in(name: str) -> None:
    """A read-only root, no capability, no new privileges, another user than root, bounds on all there is to take."""
    service = compose()["services"][name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"] == "10001:10001"
    assert service["tmpfs"]
    assert {"mem_limit", "cpus", "pids_limit"} <= service.keys()
    assert not service.get("ports")


def test_secrets_are_files() -> None:
    """No secret stands in compose.yaml: each is a file in ./secrets, which git ignores."""
    read = compose()
    for service in read["services"].values():
        for variable, value in service["environment"].items():
            if value and any(word in variable for word in ("TOKEN", "KEY", "PASSWORD")):
                assert variable.endswith("_FILE"), variable
                assert value.rpartition("/")[2] in service["secrets"], variable
    assert all(secret["file"].startswith("secrets/") for secret in read["secrets"].values())
    assert "secrets/" in (ROOT / ".gitignore").read_text("utf-8").split()
    assert (ROOT / ".dockerignore").read_text("utf-8").startswith("*\n")  # what is not named does not reach the image


def test_one_profile_starts_one_shape() -> None:
    """`single` is one process, `scaled` is gateway, workers and PostgreSQL; nothing starts with neither."""
    profiles: dict[str, set[str]] = {}
    for name, service in compose()["services"].items():
        for profile in service.get("profiles", ["(always)"]):
            profiles.setdefault(profile, set()).add(name)

    assert profiles == {"single": {"earshot"}, "scaled": {"gateway", "worker", "postgres"}}
    assert load(NO_FILE, {"DATABASE_URL": "", "DATABASE_URL_FILE": ""}).database_url.startswith("sqlite")


def test_the_image_runs_what_exists() -> None:
    """The Dockerfile's commands are the bot's own, its user is not root, and its health check asks the port it sets."""
    text = (ROOT / "Dockerfile").read_text("utf-8")
    commands = [json.loads(words) for words in re.findall(r"CMD (\[.*\])", text)]

    assert [words[:3] for words in commands] == [["python", "-m", "bot"]] * 2
    for words in commands:
        _parser().parse_args(words[3:])
    assert re.search(r"^USER earshot$", text, re.MULTILINE)
    variables = dict(re.findall(r"(EARSHOT_\w+|DATABASE_URL)=(\S+)", text))
    assert load(NO_FILE, variables).health.port == 9464
    assert "--require-hashes" in text


def test_the_scaled_profile_keeps_to_discord_s_fifty() -> None:
    """A gateway and as many workers as the file's own command starts ask for 50 requests a second at most."""
    workers = re.search(r"--scale worker=(\d+)", (ROOT / "compose.yaml").read_text("utf-8"))
    assert workers is not None
    share = {
        name: int(compose()["services"][name]["environment"]["EARSHOT_DISCORD__REQUESTS_PER_SECOND"])
        for name in ("gateway", "worker")
    }

    assert share["gateway"] + int(workers[1]) * share["worker"] <= 50


def test_images_are_arguments_that_take_a_digest() -> None:
    """Every image of compose.yaml, and the Dockerfile's first, is a variable that docs/container.md names."""
    read, told = compose(), (ROOT / "docs" / "container.md").read_text("utf-8")
    named = [service["image"] for service in read["services"].values()]
    named += [service["build"]["args"]["BASE"] for service in read["services"].values() if "build" in service]
    variables = {re.fullmatch(r"\$\{(\w+):-[a-z:0-9.-]+\}", one) for one in named}

    assert None not in variables
    assert {one[1] for one in variables if one} == {"EARSHOT_IMAGE", "EARSHOT_BASE", "POSTGRES_IMAGE"}
    assert all(f"{one[1]}=" in told for one in variables if one)
    assert re.search(r"^ARG BASE=", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert not re.search(r"sha256:[0-9a-f]{64}", (ROOT / "compose.yaml").read_text("utf-8") + told)


def test_a_gateway_is_not_given_the_key_that_pays() -> None:
    """compose.yaml hands the speech key to those who hear."""
    services = compose()["services"]

    assert "openai_api_key" not in services["gateway"]["secrets"]
    assert not services["gateway"]["environment"]["OPENAI_API_KEY_FILE"]
    assert all("openai_api_key" in services[name]["secrets"] for name in ("earshot", "worker"))


def test_what_alerts_tell_to_look_for_stands_in_logs_of_both_formats() -> None:
    """An action to search for is named by its word alone: `action=...` is not how it stands in JSON."""
    assert "action=" not in (DEPLOY / "alerts.yml").read_text("utf-8")
