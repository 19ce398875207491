"""
Finds and deletes the models an earlier, local Whisper left on this machine.

Hides where Hugging Face, torch hub, faster-whisper and openai-whisper keep theirs, today and in years past.
Promises: nothing outside those caches is touched, and nothing that is reached through a link or another file
system; nothing is deleted that was not listed first; what does not have the exact owner and name of a Whisper model
stays, unless it is asked for by its name.
"""

import json
import os
import re
import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

# openai-whisper: `_MODELS` in whisper/__init__.py; each is one file of that name.
_SIZE = r"(tiny|base|small|medium|large|turbo)(\.en|-v[123]|-v3-turbo)?"
_NAMES = {
    "torch hub": re.compile(rf"openai_whisper_[\w.-]+|whisper[_-]{_SIZE}\.pth?"),  # torch.hub.load("openai/whisper")
    "openai-whisper": re.compile(rf"{_SIZE}\.pt"),
}
# Who publishes Whisper's weights, as Hugging Face's own "Whisper" pages and the libraries' tables of models name them.
_REPOSITORIES = re.compile(
    r"openai/whisper-[\w.-]+"
    r"|(Systran|guillaumekln)/faster-(distil-)?whisper-[\w.-]+"
    r"|(deepdml|mobiuslabsgmbh|dropbox-dash)/faster-whisper-large-v3-turbo[\w.-]*"
    r"|distil-whisper/distil-[\w.-]+"
    r"|(Xenova|onnx-community|mlx-community)/(distil-)?whisper-[\w.-]+"
    r"|ggerganov/whisper\.cpp"
)
_LIKE_WHISPER = re.compile(r"whisper", re.IGNORECASE)
# What a local Whisper is made of; `pip` says which of them are here.
_PACKAGES = frozenset(
    "accelerate ctranslate2 faster-whisper huggingface-hub insanely-fast-whisper llvmlite numba openai-whisper"  # noqa: SIM905 -- twenty lines otherwise
    " optimum safetensors tiktoken tokenizers torch torchaudio torchvision transformers triton whisper-timestamped"
    " whisperx".split()
)


@dataclass(frozen=True, slots=True)
class Cache:
    """
    One place where models rest.

    `anchor` is where trust begins (the home, or above a folder the environment names); no step below it may be a link.
    """

    kind: str
    anchor: Path
    root: Path


@dataclass(frozen=True, slots=True)
class Found:
    """One model, or one file of an old layout: what `delete` may delete."""

    cache: Cache
    path: Path
    name: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that looks like a model's, and that we keep our hands off."""

    path: Path
    why: str


def caches(env: Mapping[str, str], home: Path) -> list[Cache]:
    """Every place models may rest, by the rules of the libraries that put them there; places that are not there too."""
    home = home.resolve()
    shared = _named(env, "XDG_CACHE_HOME") or (home, home / ".cache")
    hugging = _named(env, "HF_HOME") or (shared[0], shared[1] / "huggingface")
    torch = _named(env, "TORCH_HOME") or (shared[0], shared[1] / "torch")
    hub = _named(env, "HF_HUB_CACHE") or _named(env, "HUGGINGFACE_HUB_CACHE") or (hugging[0], hugging[1] / "hub")
    old = _named(env, "TRANSFORMERS_CACHE") or (hugging[0], hugging[1] / "transformers")
    found = [
        Cache("Hugging Face", *hub),
        Cache("Hugging Face, old layout", *old),
        Cache("Hugging Face, oldest layout", torch[0], torch[1] / "transformers"),
        Cache("torch hub", torch[0], torch[1] / "hub"),
        Cache("torch hub", torch[0], torch[1] / "hub" / "checkpoints"),
        Cache("openai-whisper", shared[0], shared[1] / "whisper"),
    ]
    return list({cache.root: cache for cache in reversed(found)}.values())[::-1]


def find(env: Mapping[str, str], home: Path, *, also: Collection[str] = ()) -> Iterator[Found | Refused]:
    """
    All Whisper models of this account, largest first within a cache; and what is refused.

    `also` are names of models, as they are listed, that are to be taken for one as well.
    """
    for cache in caches(env, home):
        if link := _link_on_the_way(cache.anchor, cache.root):
            yield Refused(cache.root, f"{link} is a link")
        elif cache.root.is_dir():
            rows = [
                _judged(cache, path, name)
                if is_known or name in also
                else Refused(path, f"{name} is not known as Whisper's; if you want it deleted: --also {name}")
                for path, name, is_known in _models(cache)
            ]
            yield from sorted(rows, key=lambda row: -row.size_bytes if isinstance(row, Found) else 0)


def delete(found: Found) -> Refused | None:
    """Delete one model, looking once more first; the reason where that cannot be."""
    again = _judged(found.cache, found.path, found.name)
    if isinstance(again, Refused):
        return again
    try:
        if found.path.is_dir():
            shutil.rmtree(found.path)  # follows no link, also none that appears meanwhile
        else:
            found.path.unlink()
            for beside in (".json", ".lock"):  # the old layout's note about a file, and its lock
                found.path.with_name(found.path.name + beside).unlink(missing_ok=True)
    except OSError as error:
        return Refused(found.path, (error.strerror or type(error).__name__).lower())
    return None


def packages() -> list[str]:
    """What a local Whisper needed and nothing else here needs: names for `pip uninstall`."""
    needs = {_canonical(dist.name): {_needed(line) for line in dist.requires or ()} for dist in distributions()}
    ours = {name for name in needs if name in _PACKAGES or name.startswith("nvidia-")}
    while kept := {name for name in ours if any(name in need for by, need in needs.items() if by not in ours)}:
        ours -= kept
    return sorted(ours)


def _named(env: Mapping[str, str], name: str) -> tuple[Path, Path] | None:
    """A folder the environment names, with where trust in it begins; relative names are not followed."""
    path = Path(env.get(name, ""))
    return (path.parent.resolve(), path.parent.resolve() / path.name) if path.is_absolute() else None


def _models(cache: Cache) -> Iterator[tuple[Path, str, bool]]:
    """What in a cache may be a Whisper model: its path, its name for people, and whether owner and name are known."""
    for path in sorted(cache.root.iterdir()):
        rule, name = _NAMES.get(cache.kind), path.name
        if path.name.startswith("models--"):
            rule, name = _REPOSITORIES, path.name.removeprefix("models--").replace("--", "/", 1)
        elif cache.kind.endswith("layout") and (url := _origin(path)):
            rule, name = _REPOSITORIES, url.partition("huggingface.co/")[2].partition("/resolve")[0] or url
        is_known = rule is not None and rule.fullmatch(name) is not None
        is_model = rule is _REPOSITORIES or cache.kind == "torch hub"
        if is_known or (is_model and _LIKE_WHISPER.search(name)):
            yield path, name, is_known


def _origin(path: Path) -> str | None:
    """Where a file of the old layout came from, as the note beside it says."""
    try:
        note = json.loads(path.with_name(path.name + ".json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    url = note.get("url") if isinstance(note, dict) else None
    return url if isinstance(url, str) else None


def _judged(cache: Cache, path: Path, name: str) -> Found | Refused:
    """A model that may be deleted, or why not."""
    if link := _link_on_the_way(cache.anchor, path):
        return Refused(path, f"{link} is a link")
    if path.resolve().parent != cache.root.resolve():
        return Refused(path, "it lies outside the cache")
    if path.is_mount():
        return Refused(path, "it is a file system of its own")
    return Found(cache, path, name, _size(path))


def _link_on_the_way(anchor: Path, path: Path) -> Path | None:
    """The first step from `anchor` down to `path` that is a link; `path` itself counts."""
    steps = path.relative_to(anchor).parts
    ways = [anchor.joinpath(*steps[:count]) for count in range(1, len(steps) + 1)]
    return next((way for way in ways if way.is_symlink()), None)


def _size(path: Path) -> int:
    """The bytes a deletion frees: each file once, however many names it has; links count nothing."""
    files: dict[tuple[int, int], int] = {}
    inside = (Path(folder) / name for folder, _, names in os.walk(path) for name in names) if path.is_dir() else [path]
    for file in inside:
        facts = file.lstat()
        if not file.is_symlink():
            files[facts.st_dev, facts.st_ino] = facts.st_size
    return sum(files.values())


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _needed(requirement: str) -> str:
    """The project a line of a package's requirements names; what only an extra wants is not needed."""
    name = re.match(r"[\w.-]+", requirement)
    return _canonical(name[0]) if name and "extra ==" not in requirement else ""
