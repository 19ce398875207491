"""The Kubernetes manifests: valid by the schemas that kubernetes-validate carries, and their commands the bot's own."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped] # it has no types
import pytest
import yaml

from bot.__main__ import _parser
from bot.client import ShardRange
from bot.database.postgresql import CONNECTIONS

FILE = Path(__file__).parents[1] / "docs" / "deploy" / "kubernetes.yaml"
MANIFESTS: list[dict[str, Any]] = list(yaml.safe_load_all(FILE.read_text("utf-8")))


def container(kind: str) -> dict[str, Any]:
    """The container of that manifest."""
    (manifest,) = [one for one in MANIFESTS if one["kind"] == kind]
    found: dict[str, Any] = manifest["spec"]["template"]["spec"]["containers"][0]
    return found


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda one: f"{one['kind']} {one['metadata']['name']}")
def test_manifests_are_valid(manifest: dict[str, Any]) -> None:
    """Each is what Kubernetes expects, without a field it does not know."""
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate({**manifest, "spec": {"nonsense": 1}}, "1.36", strict=True)
    kubernetes_validate.validate(manifest, "1.36", strict=True)


@pytest.mark.parametrize("ordinal", range(4))
def test_each_gateway_has_its_own_shards(ordinal: int) -> None:
    """The pods' command line is run by a shell as the cluster would; together the pods have each shard once."""
    (script,) = container("StatefulSet")["args"]
    said = subprocess.run(  # noqa: S603 -- our own manifest, with echo in place of python
        [shutil.which("sh") or "sh", "-c", script.replace("exec python", "echo")],
        env={"HOSTNAME": f"earshot-gateway-{ordinal}"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    options = _parser().parse_args(said[2:])

    assert said[:2] == ["-m", "bot"]
    assert options.role == "gateway"
    assert list(ShardRange.read(options.shards).ids) == list(range(12 * ordinal, 12 * ordinal + 12))


def test_workers_run_the_worker() -> None:
    """The Deployment's command is the one the tests' fleet starts."""
    command = container("Deployment")["command"]

    assert command[:3] == ["python", "-m", "bot"]
    assert _parser().parse_args(command[3:]).role == "worker"


def test_all_together_keep_to_discord_s_fifty() -> None:
    """The largest fleet the autoscaler may start asks Discord for no more than 50 requests a second."""
    (scaler,) = [one for one in MANIFESTS if one["kind"] == "HorizontalPodAutoscaler"]
    share = {
        kind: next(int(one["value"]) for one in container(kind)["env"] if one["name"].endswith("REQUESTS_PER_SECOND"))
        for kind in ("StatefulSet", "Deployment")
    }
    gateways = next(one for one in MANIFESTS if one["kind"] == "StatefulSet")["spec"]["replicas"]

    assert gateways * share["StatefulSet"] + scaler["spec"]["maxReplicas"] * share["Deployment"] <= 50


def test_the_largest_fleet_s_connections_are_told() -> None:
    """The manifests name how many connections to PostgreSQL each process may open: a pool, the queue's, a lock's."""
    (scaler,) = [one for one in MANIFESTS if one["kind"] == "HorizontalPodAutoscaler"]
    gateways = next(one for one in MANIFESTS if one["kind"] == "StatefulSet")["spec"]["replicas"]
    told = f"{CONNECTIONS + 2} connections to PostgreSQL"

    assert told in FILE.read_text("utf-8")
    assert f"{(gateways + scaler['spec']['maxReplicas']) * (CONNECTIONS + 2)} for the largest" in FILE.read_text(
        "utf-8"
    )
