"""`cleanup-whisper-cache`: what a local Whisper left is found, listed, and deleted after a yes; nothing else is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.whisper_cache import Found, Refused, delete, find
from tests.conftest import command
from tests.world.bot import ROOT


def model(folder: Path, size: int = 1000) -> Path:
    """A model as Hugging Face keeps it today: bytes in blobs, and links to them in snapshots."""
    (folder / "blobs").mkdir(parents=True)
    (folder / "snapshots" / "1").mkdir(parents=True)
    (folder / "blobs" / "abc").write_bytes(b"x" * size)
    (folder / "snapshots" / "1" / "model.bin").symlink_to(Path("..") / ".." / "blobs" / "abc")
    return folder


def old_file(folder: Path, url: str, size: int = 500) -> Path:
    """A file as transformers kept it until 2022: a hash, and a note beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "0f1e2d.3c4b"
    path.write_bytes(b"x" * size)
    path.with_name(path.name + ".json").write_text(json.dumps({"url": url, "etag": "x"}))
    path.with_name(path.name + ".lock").write_text("")
    return path


def all_layouts(cache: Path) -> list[Path]:
    """One Whisper model in each place the libraries ever used; beside each something that must stay."""
    whisper = [
        model(cache / "huggingface" / "hub" / "models--openai--whisper-large-v3", 3000),
        model(cache / "huggingface" / "hub" / "models--Systran--faster-whisper-small", 2000),
        old_file(
            cache / "huggingface" / "transformers", "https://huggingface.co/openai/whisper-small/resolve/main/a.bin"
        ),
        old_file(cache / "torch" / "transformers", "https://huggingface.co/openai/whisper-tiny/resolve/main/a.bin"),
        model(cache / "torch" / "hub" / "openai_whisper_main"),
        cache / "torch" / "hub" / "checkpoints" / "whisper_medium.pth",
        cache / "whisper" / "large-v3.pt",
        cache / "whisper" / "base.en.pt",
    ]
    for file in whisper[5:]:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x" * 100)
    return whisper


def bystanders(cache: Path) -> list[Path]:
    """Other people's models, and files of nobody's."""
    others = [
        model(cache / "huggingface" / "hub" / "models--google--gemma-3"),
        cache / "huggingface" / "token",
        cache / "torch" / "hub" / "checkpoints" / "resnet50.pth",
        cache / "whisper" / "my-notes.pt.txt",
        cache / "whisper" / "fine-tuned.pt",
        cache / "pip" / "whisper.whl",
    ]
    for file in others[1:]:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"keep")
    return others


def paths(env: dict[str, str], home: Path) -> set[Path]:
    """What is found."""
    return {row.path for row in find(env, home) if isinstance(row, Found)}


def test_every_layout_is_found_and_nothing_else(tmp_path: Path) -> None:
    """Current and old layouts of four libraries are known; other models and strangers' files are not touched."""
    whisper = all_layouts(tmp_path / ".cache")
    others = bystanders(tmp_path / ".cache")
    rows = list(find({}, tmp_path))

    assert {row.path for row in rows} == set(whisper)
    sizes = {row.name: row.size_bytes for row in rows if isinstance(row, Found)}
    assert sizes["openai/whisper-large-v3"] == 3000
    assert sizes["openai/whisper-small"] == 500
    assert [delete(row) for row in rows if isinstance(row, Found)] == [None] * len(whisper)
    assert not [path for path in whisper if path.exists()]
    assert all(path.exists() for path in others)
    assert not list((tmp_path / ".cache" / "huggingface" / "transformers").iterdir())  # notes and locks went too


@pytest.mark.parametrize(
    ("variable", "below", "where"),
    [
        ("HF_HOME", "big", "big/hub/models--openai--whisper-tiny"),
        ("HF_HUB_CACHE", "hub", "hub/models--openai--whisper-tiny"),
        ("HUGGINGFACE_HUB_CACHE", "hub", "hub/models--openai--whisper-tiny"),
        ("TRANSFORMERS_CACHE", "old", "old/models--openai--whisper-tiny"),
        ("XDG_CACHE_HOME", "xdg", "xdg/huggingface/hub/models--openai--whisper-tiny"),
        ("TORCH_HOME", "torch", "torch/hub/openai_whisper_main"),
    ],
)
def test_caches_that_were_moved_are_found(tmp_path: Path, variable: str, below: str, where: str) -> None:
    """The variables with which people move their caches are followed; a relative one is not."""
    here = model(tmp_path / "disk" / where)

    assert paths({variable: str(tmp_path / "disk" / below)}, tmp_path) == {here}
    assert not paths({variable: f"disk/{below}"}, tmp_path)


def test_links_are_not_followed(tmp_path: Path) -> None:
    """A cache or a model that is a link is named and left alone; so is one that became a link meanwhile."""
    elsewhere = model(tmp_path / "precious" / "models--openai--whisper-tiny")
    hub = tmp_path / "home" / ".cache" / "huggingface" / "hub"
    real = model(hub / "models--openai--whisper-base")
    (hub / "models--openai--whisper-small").symlink_to(elsewhere)
    (tmp_path / "home" / ".cache" / "whisper").symlink_to(tmp_path / "precious")
    rows = list(find({}, tmp_path / "home"))
    found = [row for row in rows if isinstance(row, Found)]
    refused = {row.path.name: row.why for row in rows if isinstance(row, Refused)}

    assert [row.path for row in found] == [real]
    assert set(refused) == {"models--openai--whisper-small", "whisper"}
    assert all("is a link" in why for why in refused.values())
    real.rename(tmp_path / "moved")
    real.symlink_to(elsewhere)
    assert isinstance(delete(found[0]), Refused)
    assert (elsewhere / "blobs" / "abc").exists()


def test_what_lies_outside_the_cache_is_refused(tmp_path: Path) -> None:
    """A row whose path is not directly in its cache cannot be deleted, whoever made it."""
    model(tmp_path / ".cache" / "huggingface" / "hub" / "models--openai--whisper-tiny")
    row = next(row for row in find({}, tmp_path) if isinstance(row, Found))
    outside = tmp_path / ".cache" / "huggingface" / "hub" / ".." / "token"
    outside.parent.mkdir(exist_ok=True)
    outside.write_text("keep")

    assert isinstance(delete(Found(row.cache, outside, "x", 1)), Refused)
    assert isinstance(delete(Found(row.cache, row.cache.root, "x", 1)), Refused)
    assert outside.exists()


async def test_what_only_sounds_like_whisper_stays_unless_it_is_named(tmp_path: Path) -> None:
    """A model with "whisper" in its name whose owner and name are not known is listed and left, until it is named."""
    hub = tmp_path / ".cache" / "huggingface" / "hub"
    others = [
        model(hub / f"models--{name}")
        for name in (
            "collabora--whisperspeech",
            "someone--asmr-whisperer-llama-7b",
            "openai--not-whisper-tiny",
            "my--whisper",
        )
    ]
    others.append(model(tmp_path / ".cache" / "torch" / "hub" / "me_whisper-voices-tts_main"))
    others.append(
        old_file(tmp_path / ".cache" / "torch" / "transformers", "https://huggingface.co/me/whisper/resolve/a")
    )
    env = {"HOME": str(tmp_path)}
    told = await command(tmp_path, env, "cleanup-whisper-cache", "--yes")

    assert all(path.exists() for path in others)
    assert told.out.count("is not known as Whisper's") == len(others)
    assert "--also my/whisper" in told.out
    await command(tmp_path, env, "cleanup-whisper-cache", "--yes", "--also", "my/whisper")
    assert [path.exists() for path in others] == [True, True, True, False, True, True]


@pytest.mark.parametrize(
    "name",
    [
        "openai--whisper-large-v3-turbo",
        "Systran--faster-whisper-large-v3",
        "Systran--faster-distil-whisper-large-v3",
        "guillaumekln--faster-whisper-tiny",
        "distil-whisper--distil-large-v3",
        "mobiuslabsgmbh--faster-whisper-large-v3-turbo",
        "deepdml--faster-whisper-large-v3-turbo-ct2",
    ],
)
def test_the_usual_models_are_known_by_owner_and_name(tmp_path: Path, name: str) -> None:
    """What the libraries download by themselves is found without being named."""
    kept = model(tmp_path / ".cache" / "huggingface" / "hub" / f"models--{name}")

    assert paths({}, tmp_path) == {kept}


async def test_nothing_is_deleted_without_a_yes(tmp_path: Path) -> None:
    """The list is printed with sizes; --dry-run and an answer that is no yes delete nothing, --yes does."""
    kept = model(tmp_path / ".cache" / "huggingface" / "hub" / "models--openai--whisper-tiny", 2_000_000)
    env = {"HOME": str(tmp_path)}

    dry = await command(tmp_path, env, "cleanup-whisper-cache", "--dry-run")
    silent = await command(tmp_path, env, "cleanup-whisper-cache")

    assert (dry.code, silent.code) == (0, 0)
    assert "2.0 MB  openai/whisper-tiny" in dry.out
    assert "Nothing was deleted" in silent.out
    assert kept.exists()
    done = await command(tmp_path, env, "cleanup-whisper-cache", "--yes")
    assert "2.0 MB  freed" in done.out
    assert "pip uninstall" in done.out
    assert not kept.exists()


def test_the_script_is_the_same_command(tmp_path: Path) -> None:
    """docs/migrate/cleanup_whisper_cache.sh lists the same and hands its words on; a typed yes deletes."""
    kept = model(tmp_path / ".cache" / "huggingface" / "hub" / "models--openai--whisper-tiny")
    script = ROOT / "docs" / "migrate" / "cleanup_whisper_cache.sh"
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHON": sys.executable}
    run = subprocess.run([script], env=env, input="네\n", capture_output=True, text=True, check=True)  # noqa: S603 -- our own

    assert "openai/whisper-tiny" in run.stdout
    assert not kept.exists()
