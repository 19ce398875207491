"""
`decoder.py SOURCE PREFIX`: the image's ffmpeg, out of the distribution's source, with what the audio room uses alone.

SOURCE is FFmpeg as `apt-get source ffmpeg` unpacks it. PREFIX gets `bin/ffmpeg`, one program without a library beside
it, and `share/ffmpeg.cdx.json`, the list of what it is made of (CycloneDX). What is enabled is read out of `bot/audio`:
there is no list here that could be forgotten. Promises: a name in those lists that this FFmpeg does not have fails the
build. Needs Debian's dpkg-dev, gcc, make, nasm, pkgconf, libopus-dev, libmp3lame-dev and zlib1g-dev.
"""

import ast
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

AUDIO = Path(__file__).resolve().parents[2] / "bot" / "audio"
LINKED = ("libopus.a", "libmp3lame.a", "libz.a", "libc.a", "libgcc.a")  # what becomes a part of the program
# How FFmpeg's source names things: a format's part is called by one name and opened by several.
DEMUXER = re.compile(r'\bff_(\w+)_demuxer\s*=\s*\{\s*(?:\.p)?\.name\s*=\s*"([^"]+)"')
DECODER = re.compile(r"\bff_(\w+)_decoder\s*=\s*\{.*?(?:\.p)?\.id\s*=\s*(AV_CODEC_ID_\w+)", re.DOTALL)
PARSER = re.compile(r"\bff_(\w+)_parser\s*=\s*\{(.*?)\};", re.DOTALL)


def wanted() -> dict[str, set[str]]:
    """What the audio room names on ffmpeg's command lines: `format`, `decoder`, `protocol`, `muxer`, and so on."""
    if "bot.audio" not in sys.modules:  # the room's own face would want every package of the bot
        face = types.ModuleType("bot.audio")
        face.__path__ = [str(AUDIO)]
        sys.modules["bot.audio"] = face
        sys.path.insert(0, str(AUDIO.parents[1]))
    from bot.audio import reader  # noqa: PLC0415 - after the face

    tree = ast.parse((AUDIO / "export.py").read_text("utf-8"))  # not imported: pydub is not installed where this runs
    (settings,) = (node.value for node in tree.body if isinstance(node, ast.AnnAssign) and node.value)
    made = ast.literal_eval(settings).values()

    def after(word: str, *lines: tuple[str, ...]) -> set[str]:
        return {name for line in lines for name in line[line.index(word) + 1].split(",")}

    raw = {f"pcm_{name}" for name in after("-f", reader.OUTPUT)}
    sources = (reader.FROM_FILE, reader.FROM_TABLE)
    return {
        "format": after("-format_whitelist", *sources) | {"wav"},  # pydub hands over its PCM as wav
        # What a library (lib...) decodes in other builds, FFmpeg decodes by itself.
        "decoder": {name for name in after("-codec_whitelist", reader.INPUT) if not name.startswith("lib")},
        "protocol": after("-protocol_whitelist", *sources),
        "muxer": {container for container, *_ in made} | raw,
        "encoder": {codec for _, codec, *_ in made} | raw,
        "filter": {"aresample"},  # what -ac and -ar need
    }


def parts(source: Path, want: dict[str, set[str]]) -> list[str]:
    """The flags for `configure` that enable so much and no more. Raises SystemExit for a format that is not there."""
    formats = {part: want["format"].intersection(names.split(",")) for part, names in _found(source, DEMUXER)}
    if missing := want["format"].difference(*formats.values()):
        raise SystemExit(f"This FFmpeg does not know {', '.join(sorted(missing))}, which bot/audio/reader.py names.")
    codecs = {codec for name, codec in _found(source, DECODER) if name in want["decoder"]}
    enabled = {
        **{kind: want[kind] for kind in want if kind != "format"},
        "demuxer": {part for part, names in formats.items() if names},
        "parser": {part for part, body in _found(source, PARSER) if codecs & {*re.findall(r"AV_CODEC_ID_\w+", body)}},
    }
    return [
        *(f"--enable-{kind}={name}" for kind, names in sorted(enabled.items()) for name in sorted(names)),
        *(f"--enable-{name}" for name in sorted(want["encoder"]) if name.startswith("lib")),
    ]


def build(source: Path, prefix: Path) -> None:
    """Builds the program and puts it and its list under `prefix`."""
    version = _said("dpkg-parsechangelog", "-l", f"{source}/debian/changelog", "-S", "Version")
    # As the distribution hardens what it builds, and against overflowing numbers as it does with ffmpeg.
    os.environ["DEB_BUILD_MAINT_OPTIONS"] = "hardening=+all"
    flags = {name: _said("dpkg-buildflags", "--get", name) for name in ("CPPFLAGS", "CFLAGS", "LDFLAGS")}
    configure = [
        "./configure",
        f"--extra-version={version.rpartition('-')[2]}",
        f"--extra-cflags={flags['CPPFLAGS']} {flags['CFLAGS'].removeprefix('-g ')} -fno-strict-overflow -fPIE",
        # One file that needs no other: a cage can hide all else from it, and the tests run it outside of the image.
        *(f"--extra-ldflags={flags['LDFLAGS']}", "--extra-ldexeflags=-static-pie", "--pkg-config-flags=--static"),
        *("--enable-pic", "--disable-debug", "--disable-autodetect", "--disable-iconv"),
        "--enable-zlib",  # QuickTime may compress its tables, Matroska its tracks
        *("--disable-everything", "--disable-network", "--disable-doc", "--disable-programs", "--enable-ffmpeg"),
        *("--disable-avdevice", "--disable-swscale"),
        *parts(source, wanted()),
    ]
    sys.stdout.write(shlex.join(configure) + "\n")
    sys.stdout.flush()
    subprocess.run(configure, cwd=source, check=True)  # noqa: S603 - our own words
    subprocess.run(["make", f"-j{os.cpu_count()}", "ffmpeg"], cwd=source, check=True)  # noqa: S603, S607 - Debian's make
    for folder in ("bin", "share"):
        (prefix / folder).mkdir(parents=True, exist_ok=True)
    shutil.copy2(source / "ffmpeg", prefix / "bin")
    made_of = [("ffmpeg", version), *sorted({_package(library) for library in LINKED})]
    (prefix / "share" / "ffmpeg.cdx.json").write_text(json.dumps(listed(made_of), indent=1) + "\n")


def listed(made_of: list[tuple[str, str]]) -> dict[str, Any]:
    """The list of parts, as CycloneDX 1.6: source packages of the distribution, by which its advisories go."""
    system = dict(re.findall(r'^(ID|VERSION_ID)="?([^"\n]+)', Path("/etc/os-release").read_text("utf-8"), re.MULTILINE))
    place, suite = system["ID"], f"{system['ID']}-{system.get('VERSION_ID', 'unstable')}"
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "components": [
            {
                "type": "application" if name == "ffmpeg" else "library",
                "name": name,
                "version": version,
                "purl": f"pkg:deb/{place}/{name}@{quote(version, safe='')}?arch=source&distro={suite}",
            }
            for name, version in made_of
        ],
    }


def _package(library: str) -> tuple[str, str]:
    """The source package that a linked library comes from, and its version."""
    path = Path(_said("gcc", f"-print-file-name={library}")).resolve()
    owner = _said("dpkg", "-S", str(path)).partition(": ")[0]
    name, version = _said("dpkg-query", "-W", "-f", "${source:Package} ${source:Version}", owner).split()
    return name, version


def _found(source: Path, pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Every match in the source of FFmpeg's libraries."""
    for folder in ("libavformat", "libavcodec"):
        for path in sorted((source / folder).rglob("*.c")):
            yield from pattern.findall(path.read_text("utf-8", errors="replace"))


def _said(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603 - our own words


if __name__ == "__main__":
    build(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
