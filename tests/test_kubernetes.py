"""The Kubernetes manifests: valid by the schemas that kubernetes-validate carries, and their commands the bot's own."""

import ipaddress
import re
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
from bot.settings import load
from tests.world.bot import NO_FILE

FILE = Path(__file__).parents[1] / "docs" / "deploy" / "kubernetes.yaml"
MANIFESTS: list[dict[str, Any]] = list(yaml.safe_load_all(FILE.read_text("utf-8")))

READ_AS_FILES = ("DISCORD_TOKEN_FILE", "OPENAI_API_KEY_FILE", "DATABASE_URL_FILE")


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
    processes = gateways + scaler["spec"]["maxReplicas"]
    text = " ".join(FILE.read_text("utf-8").split("apiVersion", 1)[0].replace("#", " ").split())

    assert f"{CONNECTIONS + 2} connections to PostgreSQL" in text
    assert f"one more for each of its shards while they connect: {processes * (CONNECTIONS + 2) + 48} for" in text


PODS = [one["spec"]["template"]["spec"] for one in MANIFESTS if one["kind"] in {"StatefulSet", "Deployment"}]


@pytest.mark.parametrize("pod", PODS, ids=["gateway", "worker"])
def test_every_pod_is_fenced_in(pod: dict[str, Any]) -> None:
    """No account of the cluster, no root, no capability, nothing to write but bounded folders, bounds on memory."""
    (one,) = pod["containers"]

    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert one["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {"requests", "limits"} == one["resources"].keys()
    assert "memory" in one["resources"]["limits"]
    assert all("sizeLimit" in volume["emptyDir"] for volume in pod["volumes"] if "emptyDir" in volume)
    assert not pod.keys() & {"hostNetwork", "hostPID", "hostIPC"}
    assert {*one} & {"livenessProbe"}
    assert all(one[name]["timeoutSeconds"] >= 5 for name in one if name.endswith("Probe"))


@pytest.mark.parametrize("pod", PODS, ids=["gateway", "worker"])
def test_secrets_are_files_of_those_who_need_them(pod: dict[str, Any], tmp_path: Path) -> None:
    """No secret is a variable; each is a file that the bot reads, and a gateway is not given the key that pays."""
    (one,) = pod["containers"]
    (secrets,) = [volume["secret"] for volume in pod["volumes"] if "secret" in volume]
    (mounted,) = [mount for mount in one["volumeMounts"] if mount["name"] == "secrets"]
    files = {f"{mounted['mountPath']}/{item['path']}" for item in secrets["items"]}
    variables = {each["name"]: each["value"] for each in one["env"]}

    assert "envFrom" not in one
    assert mounted["readOnly"] is True
    assert secrets["defaultMode"] == 0o440
    assert {value for name, value in variables.items() if name in READ_AS_FILES} == files
    assert ("/secrets/OPENAI_API_KEY" in files) == (one["name"] == "worker")
    for name, text in {
        "DISCORD_TOKEN": f"{'a' * 24}.bbbbbb.{'c' * 30}",
        "OPENAI_API_KEY": f"sk-proj-{'d' * 40}",
        "DATABASE_URL": "postgresql://h/d",
    }.items():
        (tmp_path / name).write_text(text)
    here = {name: value.replace("/secrets", str(tmp_path)) for name, value in variables.items()}
    settings = load(NO_FILE, {"DATABASE_URL": "sqlite:////data/earshot.db"} | here)
    assert settings.discord_token is not None
    assert settings.database_url.startswith("postgresql")
    assert (settings.openai_api_key is not None) == (one["name"] == "worker")


def test_nobody_reaches_the_pods_but_who_watches_them() -> None:
    """The network lets in who asks for the health page from one namespace, and out what the bot needs: no cluster."""
    (policy,) = [one["spec"] for one in MANIFESTS if one["kind"] == "NetworkPolicy"]
    (chosen,) = policy["podSelector"]["matchExpressions"]
    labels = [one["spec"]["template"]["metadata"]["labels"]["app"] for one in MANIFESTS if "template" in one["spec"]]
    (way_in,) = policy["ingress"]
    world = [
        ipaddress.ip_network(to["ipBlock"]["cidr"]) for way in policy["egress"] for to in way["to"] if "ipBlock" in to
    ]
    shut = [
        ipaddress.ip_network(one)
        for way in policy["egress"]
        for to in way["to"]
        for one in to.get("ipBlock", {}).get("except", ())
    ]

    assert chosen["values"] == labels
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert way_in["from"][0]["namespaceSelector"]["matchLabels"]
    assert [port["port"] for port in way_in["ports"]] == ["health"]
    assert sorted({port["port"] for way in policy["egress"] for port in way["ports"]}) == [53, 443, 5432]
    assert {str(one) for one in world} == {"0.0.0.0/0", "::/0"}
    for address in ("10.1.2.3", "172.31.0.1", "192.168.1.1", "169.254.169.254", "127.0.0.1", "fd00::1", "fe80::1"):
        assert any(ipaddress.ip_address(address) in one for one in shut), address


def test_no_image_is_named_that_nobody_read() -> None:
    """Manifests name an image that cannot exist and a digest that is none: kustomization.yaml takes the host's own."""
    kustomization = yaml.safe_load((FILE.parent / "kustomization.yaml").read_text("utf-8"))
    (image,) = kustomization["images"]

    assert kustomization["resources"] == [FILE.name]
    assert {pod["containers"][0]["image"] for pod in PODS} == {image["name"]}
    for name in (image["name"], image["newName"]):
        # RFC 2606: no name below it is ever given to anybody.
        assert name.partition("/")[0].endswith(".invalid")
    assert image["digest"].startswith("sha256:")
    assert not re.search(r"[0-9a-f]{64}", FILE.read_text("utf-8") + str(kustomization))


def test_the_queue_is_not_counted_once_for_each_process() -> None:
    """The workers are scaled by the largest of the numbers that all processes tell alike, and so is the dashboard's."""
    (scaler,) = [one for one in MANIFESTS if one["kind"] == "HorizontalPodAutoscaler"]
    rules = yaml.safe_load((FILE.parent / "prometheus_adapter.yaml").read_text("utf-8"))["externalRules"]
    rule = {one["name"]["as"]: one["metricsQuery"] for one in rules}

    assert rule[scaler["spec"]["metrics"][0]["external"]["metric"]["name"]] == "max(earshot_queue_notes)"
    for file in ("grafana.json", "alerts.yml"):
        assert "sum(earshot_queue_notes" not in (FILE.parent / file).read_text("utf-8")


@pytest.mark.parametrize("kind", ["StatefulSet", "Deployment"])
def test_emptied_machines_take_one_at_a_time(kind: str) -> None:
    """Each kind of pod has a budget that selects it."""
    (pods,) = [one for one in MANIFESTS if one["kind"] == kind]
    budgets = [one["spec"] for one in MANIFESTS if one["kind"] == "PodDisruptionBudget"]

    assert {"maxUnavailable": 1, "selector": pods["spec"]["selector"]} in budgets
