"""The decoder by itself: what it offers, and how the image's is cut to what the room names."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.audio import reader
from docs.deploy import decoder
from tests.decoders import DECODER

ROOT = Path(__file__).parents[1]
FORMATS = set(reader.FORMATS.split(","))
DECODERS = {name for name in reader.DECODERS.split(",") if not name.startswith("lib")}
# What the program ffmpeg itself is not built without (its `ffmpeg_select`), and both ends of every graph.
PROGRAM = {"aformat", "anull", "atrim", "crop", "format", "hflip", "null", "rotate", "transpose", "trim", "vflip"}
ENDS = {"abuffer", "abuffersink", "buffer", "buffersink"}

built = pytest.mark.skipif(
    "disable-everything"
    not in subprocess.run([DECODER, "-buildconf"], capture_output=True, text=True, check=False).stdout,  # noqa: S603 -- the ffmpeg on trial
    reason="the ffmpeg on trial is not the image's",
)


def said(*words: str) -> str:
    """What the ffmpeg on trial prints."""
    run = subprocess.run([DECODER, "-hide_banner", *words], check=True, capture_output=True, text=True)  # noqa: S603 -- the ffmpeg on trial
    return run.stdout


def offered(kind: str) -> set[str]:
    """The names in one of ffmpeg's lists: flags, then names with commas between them; a format has several."""
    rows = re.findall(r"^ [ .A-Z|]{2,6} ([\w,]+) +\S", said(f"-{kind}"), re.MULTILINE)
    return {name for row in rows for name in row.split(",")}


def test_any_decoder_reads_what_people_send() -> None:
    """The ffmpeg on trial has every format and every decoder that the room allows, and what our own pieces need."""
    assert offered("demuxers") >= FORMATS
    assert offered("decoders") >= DECODERS
    assert offered("encoders") >= {"libopus", "libmp3lame", "pcm_s16le"}
    assert offered("muxers") >= {"ogg", "mp3", "s16le"}


@built
def test_the_image_s_decoder_has_nothing_else() -> None:
    """No format, decoder, encoder, filter or device is in the image's ffmpeg that the room does not name."""
    assert offered("demuxers") == FORMATS
    assert offered("decoders") == DECODERS
    assert offered("encoders") == {"libopus", "libmp3lame", "pcm_s16le"}
    assert offered("muxers") == {"ogg", "mp3", "s16le"}
    assert offered("filters") == {"aresample"} | PROGRAM | ENDS
    assert offered("devices") == set()
    assert said("-bsfs").split() == ["Bitstream", "filters:"]
    assert said("-hwaccels").split() == ["Hardware", "acceleration", "methods:"]


@built
def test_the_image_s_decoder_reaches_files_and_pipes_alone() -> None:
    """The image's ffmpeg has no protocol that leads to a network."""
    assert re.findall(r"^ +(\w+)$", said("-protocols"), re.MULTILINE) == ["file", "pipe"] * 2


@built
def test_the_image_s_decoder_needs_no_other_file() -> None:
    """The image's ffmpeg is one program: it names no loader and no library, is placed anew at each start."""
    head = Path(DECODER).read_bytes()[:4096]

    assert head[16:18] == b"\x03\x00"  # ELF: position independent
    assert b"/ld-" not in head  # no loader is asked for


ALONE = {"mp3", "ogg", "wav", "w64", "flac", "aac", "asf", "amr", "aiff", "caf"}
SOURCE = {
    "libavformat/mov.c": 'const FFInputFormat ff_mov_demuxer = {\n    .p.name         = "mov,mp4,m4a,3gp,3g2,mj2",\n};',
    "libavformat/older.c": 'const AVInputFormat ff_matroska_demuxer = {\n    .name = "matroska,webm",\n};',
    "libavformat/hls.c": 'const FFInputFormat ff_hls_demuxer = {\n    .p.name = "hls",\n};',
    "libavcodec/flac.c": "const FFCodec ff_flac_decoder = {\n .p.type = AUDIO,\n .p.id = AV_CODEC_ID_FLAC,\n};",
    "libavcodec/h264.c": "const FFCodec ff_h264_decoder = {\n .p.type = VIDEO,\n .p.id = AV_CODEC_ID_H264,\n};",
    "libavcodec/parsers.c": (
        "const AVCodecParser ff_flac_parser = {\n .codec_ids = { AV_CODEC_ID_FLAC },\n};\n"
        "const AVCodecParser ff_h264_parser = {\n .codec_ids = { AV_CODEC_ID_H264 },\n};"
    ),
    **{
        f"libavformat/{name}dec.c": f'const FFInputFormat ff_{name}_demuxer = {{ .p.name = "{name}" }};'
        for name in ALONE
    },
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """What there is to read in an FFmpeg, in its own words, old and new."""
    for name, text in SOURCE.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_the_image_s_decoder_is_built_of_the_room_s_own_lists(source: Path) -> None:
    """Each allowed format is enabled by the name its source has for it, with the parsers of allowed decoders."""
    flags = decoder.parts(source, decoder.wanted())

    demuxers = {flag.partition("=")[2] for flag in flags if flag.startswith("--enable-demuxer=")}
    assert demuxers == {"mov", "matroska"} | ALONE
    assert {flag.partition("=")[2] for flag in flags if flag.startswith("--enable-decoder=")} == DECODERS
    assert [flag for flag in flags if "parser" in flag] == ["--enable-parser=flac"]
    assert {"--enable-libopus", "--enable-libmp3lame"} <= {*flags}
    assert [flag for flag in flags if "protocol" in flag] == ["--enable-protocol=file", "--enable-protocol=pipe"]


@pytest.mark.filterwarnings("ignore:Couldn't find ffmpeg or avconv:RuntimeWarning")
def test_the_image_s_encoders_are_those_of_the_export() -> None:
    """What is built to write is what the pieces are exported as, and raw samples."""
    from bot.audio import export  # noqa: PLC0415 -- pydub warns where there is no ffmpeg on the PATH

    settings = export.SETTINGS.values()
    assert decoder.wanted()["encoder"] == {codec for _, codec, *_ in settings} | {"pcm_s16le"}
    assert decoder.wanted()["muxer"] == {container for container, *_ in settings} | {"pcm_s16le"}


def test_the_image_s_build_has_what_its_lists_are_read_from(tmp_path: Path) -> None:
    """The files that the Dockerfile hands to the decoder's stage are enough to read the room's lists there."""
    stage = (ROOT / "Dockerfile").read_text("utf-8").split("\nFROM ")[2]
    for source, target in re.findall(r"^COPY (\S+) (\S+)$", stage, re.MULTILINE):
        path = tmp_path / target / Path(source).name if target.endswith("/") else tmp_path / target
        path.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / source).is_dir() else shutil.copy2)(ROOT / source, path)
    ask = "import runpy, sys; print(sorted(runpy.run_path(sys.argv[1])['wanted']()['format']))"
    script = tmp_path / "earshot/docs/deploy/decoder.py"

    run = subprocess.run([sys.executable, "-I", "-S", "-c", ask, script], capture_output=True, text=True, check=False)  # noqa: S603 -- our own words

    assert run.stdout.strip() == str(sorted(FORMATS)), run.stderr


def test_a_format_that_is_not_there_fails_the_build(source: Path) -> None:
    """An FFmpeg without a format that the room allows is not built in silence."""
    (source / "libavformat/cafdec.c").unlink()

    with pytest.raises(SystemExit, match="does not know caf"):
        decoder.parts(source, decoder.wanted())


def test_the_image_s_decoder_says_what_it_is_made_of() -> None:
    """The list beside it names each source package with its version, as scanners of advisories read it."""
    listed = decoder.listed([("ffmpeg", "7:7.1.5-0+deb13u1"), ("opus", "1.5.2-2")])

    assert listed["bomFormat"] == "CycloneDX"
    (ffmpeg, opus) = listed["components"]
    assert ffmpeg["version"] == "7:7.1.5-0+deb13u1"
    assert ffmpeg["purl"].startswith("pkg:deb/")
    assert "/ffmpeg@7%3A7.1.5-0%2Bdeb13u1?arch=source" in ffmpeg["purl"]
    assert (opus["type"], opus["name"]) == ("library", "opus")


ASK = "import runpy, sys; print(runpy.run_path(sys.argv[1])['ffmpeg_of'](sys.argv[2]))"


def test_the_environment_s_own_ffmpeg_is_the_bundled_one(tmp_path: Path) -> None:
    """The setting "bundled" means the image's ffmpeg in the image, where imageio-ffmpeg is not installed."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path)], check=True)  # noqa: S603 -- our own words

    def asked(setting: str) -> subprocess.CompletedProcess[str]:
        words = [str(tmp_path / "bin" / "python"), "-I", "-c", ASK, str(ROOT / "bot/audio/ffmpeg.py"), setting]
        return subprocess.run(words, env={"PATH": ""}, capture_output=True, text=True, check=False)  # noqa: S603 -- our own words

    assert "FfmpegMissing: imageio-ffmpeg has no ffmpeg" in asked("bundled").stderr
    (tmp_path / "bin" / "ffmpeg").symlink_to(DECODER)
    assert {asked(setting).stdout.strip() for setting in ("auto", "bundled")} == {str(Path(DECODER).resolve())}


def test_the_image_is_built_without_a_choice_of_our_own() -> None:
    """Each stage begins with the argument that may name a digest; the last one holds no compiler and no source."""
    text = (ROOT / "Dockerfile").read_text("utf-8")
    *_, last = text.split("\nFROM ")

    assert set(re.findall(r"^FROM (\S+)", text, re.MULTILINE)) == {"${BASE}"}
    assert "apt-get source ffmpeg" in text
    assert not re.search(r"\b(gcc|make|nasm|dpkg-dev|\w+-dev|pip|venv)\b", last)
