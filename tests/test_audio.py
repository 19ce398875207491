"""The audio room from its door: sound files in, small speech-ready pieces out."""

import subprocess
import wave
from dataclasses import replace
from pathlib import Path

import pytest

from bot import audio
from bot.outcome import Why
from tests.decoders import DECODER, MAKER
from tests.hostile import craft, good_files
from tests.hostile.trial import bare_ms

SPEECH = Path(__file__).parent / "speech"
RECORDINGS = Path(__file__).parent.parent.parent / "shared" / "speech"
TOLERANCE_MS = 50

recordings = pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings are not beside this checkout")


def make(path: Path, *words: str) -> Path:
    """A sound made by ffmpeg."""
    subprocess.run([MAKER, "-v", "error", "-nostdin", *words, "-y", str(path)], check=True)  # noqa: S603 - our own words
    return path


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One file of every kind people send."""
    return good_files(tmp_path_factory.mktemp("good"), MAKER)


async def refusal(path: Path, rules: audio.UploadRules) -> audio.UnreadableSound:
    """Why a file is refused."""
    with pytest.raises(audio.UnreadableSound) as refused:
        async with audio.open(path, rules=rules):
            pass
    return refused.value


async def test_a_voice_note_is_sent_as_it_is(rules: audio.UploadRules) -> None:
    """An ordinary Ogg/Opus note is passed through byte for byte, under the name the provider accepts."""
    note = SPEECH / "birthday.ogg"

    async with audio.open(note, rules=rules) as clip:
        (piece,) = clip.pieces

        assert (clip.length_ms, clip.is_silent, clip.converted) == (5_025, False, False)
        assert (piece.name, piece.content_type, piece.path) == ("voice.ogg", "audio/ogg", note)
        assert (piece.start_ms, piece.end_ms, piece.sent_ms, piece.moment(900)) == (0, 5_025, 5_025, 900)


@pytest.mark.parametrize(
    "change",
    [{"convert": "always"}, {"accepts": frozenset({"mp3", "wav"})}, {"max_bytes": 20_000}, {"piece_ms": 5_000}],
    ids=["always", "not accepted", "too many bytes", "too long for the model"],
)
async def test_a_voice_note_that_may_not_pass_is_converted(rules: audio.UploadRules, change: dict[str, object]) -> None:
    """A note goes through pydub when the host wants it so, or when the model would not take it as it is."""
    async with audio.open(SPEECH / "birthday.ogg", rules=replace(rules, **change)) as clip:  # type: ignore[arg-type] # one field each
        assert clip.converted
        assert abs(clip.length_ms - 5_025) <= TOLERANCE_MS
        assert clip.pieces[0].path.read_bytes()[:4] == b"OggS"
        assert all(piece.path.stat().st_size <= 26_000_000 for piece in clip.pieces)


async def test_every_kind_of_file_is_heard_by_its_content(good: dict[str, Path], rules: audio.UploadRules) -> None:
    """Whatever people send is decoded whatever its name says, and is as long as a bare ffmpeg finds it."""
    found = {}
    for name, path in good.items():
        disguised = path.with_name(f"{path.name}.txt")
        disguised.write_bytes(path.read_bytes())
        async with audio.open(disguised, rules=replace(rules, convert="always", hushed=False)) as clip:
            found[name] = abs(clip.length_ms - bare_ms(path, DECODER, max_ms=60_000)), len(clip.pieces)

    assert {name: pieces for name, (_, pieces) in found.items()} == dict.fromkeys(good, 1)
    assert max(found.values())[0] <= TOLERANCE_MS


async def test_mp3_is_the_other_format(rules: audio.UploadRules) -> None:
    """Where the host wants mp3, that is what is sent."""
    async with audio.open(SPEECH / "report.m4a", rules=replace(rules, format="mp3")) as clip:
        (piece,) = clip.pieces

        assert (piece.name, piece.content_type) == ("clip.mp3", "audio/mpeg")
        assert piece.path.read_bytes()[:3] in {b"ID3", b"\xff\xfb\x90"}
        assert clip.converted


@pytest.mark.parametrize("name", ["birthday.ogg", "report.m4a"], ids=["passed", "converted"])
async def test_a_piece_is_made_again_as_mp3(rules: audio.UploadRules, name: str) -> None:
    """A piece the provider calls corrupted is offered once more as mp3, of the same length, and goes with the clip."""
    async with audio.open(SPEECH / name, rules=rules) as clip:
        (piece,) = clip.pieces
        again = await audio.recode(piece)

        assert (again.index, again.start_ms, again.end_ms) == (piece.index, piece.start_ms, piece.end_ms)
        assert (again.name, again.content_type) == ("clip.mp3", "audio/mpeg")
        assert abs(bare_ms(again.path, DECODER, max_ms=60_000) - clip.length_ms) <= 2 * TOLERANCE_MS
        assert piece.path.exists()


async def test_a_recording_that_changes_its_form_is_whole(tmp_path: Path, rules: audio.UploadRules) -> None:
    """Where stereo becomes mono and the rate changes, as in joined files and taken-down radio, nothing is left out."""
    parts = [
        make(tmp_path / f"{rate}-{channels}.mp3", "-i", str(SPEECH / "birthday.ogg"), "-ar", rate, "-ac", channels)
        for rate, channels in (("44100", "2"), ("22050", "1"), ("48000", "2"), ("44100", "1"))
    ]
    joined = tmp_path / "joined.mp3"
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))

    async with audio.open(joined, rules=rules) as clip:
        assert abs(clip.length_ms - 4 * 5_025) < 4 * TOLERANCE_MS * 2


async def test_a_film_says_so(tmp_path: Path, rules: audio.UploadRules) -> None:
    """Of a film with several tracks the first one is heard, and the clip says that there were more."""
    tones = [word for hertz in (300, 600, 900) for word in ("-f", "lavfi", "-i", f"sine={hertz}:d={hertz // 100}")]
    film = make(
        tmp_path / "film.mkv",
        *("-f", "lavfi", "-i", "testsrc=s=64x64:d=2", *tones, "-map", "0", "-map", "1", "-map", "2", "-map", "3"),
    )

    async with audio.open(film, rules=rules) as clip:
        assert (clip.has_video, clip.tracks) == (True, 3)
        assert abs(clip.length_ms - 3_000) <= TOLERANCE_MS

    async with audio.open(SPEECH / "report.m4a", rules=rules) as clip:
        assert (clip.has_video, clip.tracks) == (False, 1)


async def test_a_film_that_is_longer_than_its_sound_is_whole(tmp_path: Path, rules: audio.UploadRules) -> None:
    """A film goes on after its sound has ended; its pictures are never decoded, and none of it is damage."""
    source = ("-f", "lavfi", "-i", "testsrc=s=64x64:d=9", "-i", str(SPEECH / "report.m4a"))
    film = make(tmp_path / "film.mp4", *source, "-c:v", "libx264", "-c:a", "copy")

    async with audio.open(film, rules=rules) as clip, audio.open(SPEECH / "report.m4a", rules=rules) as sound:
        assert (clip.has_video, clip.damaged) == (True, False)
        assert abs(clip.length_ms - sound.length_ms) <= TOLERANCE_MS


async def test_a_sound_nobody_sends_is_not_decoded(tmp_path: Path, rules: audio.UploadRules) -> None:
    """A codec that is not on the list stays closed, also in a container that is."""
    rare = make(tmp_path / "rare.mkv", "-f", "lavfi", "-i", "sine=300:d=2", "-c:a", "tta")

    assert (await refusal(rare, rules)).why is Why.NOT_SOUND


async def test_a_cover_is_no_film(tmp_path: Path, good: dict[str, Path], rules: audio.UploadRules) -> None:
    """A song's cover picture does not make a film of it."""
    song = tmp_path / "song.mp3"
    song.write_bytes(craft.id3((b"APIC", b"\x00image/png\x00\x03\x00" + craft.png(8))) + good["plain.mp3"].read_bytes())

    async with audio.open(song, rules=rules) as clip:
        assert (clip.has_video, clip.tracks, clip.damaged) == (False, 1, False)


async def test_a_film_without_sound_is_refused(tmp_path: Path, rules: audio.UploadRules) -> None:
    """A silent film has no audio track, which is another thing than a broken file."""
    film = make(tmp_path / "film.mp4", "-f", "lavfi", "-i", "testsrc=s=64x64:d=1", "-c:v", "mpeg4")

    assert (await refusal(film, rules)).why is Why.NO_AUDIO


@pytest.mark.parametrize("content", [b"", b"These are only words.", bytes(100_000)], ids=["empty", "words", "zeros"])
async def test_what_is_no_sound_is_refused(tmp_path: Path, rules: audio.UploadRules, content: bytes) -> None:
    """Text and other bytes are refused as no sound, whatever the file's name says."""
    lie = tmp_path / "note.mp3"
    lie.write_bytes(content)

    assert (await refusal(lie, rules)).why is Why.NOT_SOUND


@pytest.mark.parametrize("lock", [b"enca", b"drms", b"aavd"])
async def test_a_locked_file_is_called_so(
    tmp_path: Path, good: dict[str, Path], rules: audio.UploadRules, lock: bytes
) -> None:
    """Copy-protected sound is refused as protected, not sent to be transcribed as noise."""
    song = tmp_path / "song.m4a"
    song.write_bytes(craft.mp4_renamed(good["phone.m4a"].read_bytes(), b"mp4a", lock))

    assert (await refusal(song, rules)).why is Why.PROTECTED


async def test_locked_windows_media_is_called_so(
    tmp_path: Path, good: dict[str, Path], rules: audio.UploadRules
) -> None:
    """A WMA file whose header holds an encryption object is protected."""
    song = good["windows.wma"].read_bytes()
    locked = tmp_path / "song.wma"
    locked.write_bytes(song[:30] + bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e") + song[46:])

    assert (await refusal(locked, rules)).why is Why.PROTECTED


async def test_a_damaged_file_tells_what_could_be_read(
    tmp_path: Path, good: dict[str, Path], rules: audio.UploadRules
) -> None:
    """A file broken in the middle is refused with the length that can be read; that part is there for the asking."""
    content = bytearray(good["plain.flac"].read_bytes())
    for at in range(len(content) // 4, len(content), 50):
        content[at] ^= 0xFF
    broken = tmp_path / "broken.flac"
    broken.write_bytes(content)

    refused = await refusal(broken, rules)
    async with audio.open(broken, rules=replace(rules, salvage=True, hushed=False)) as clip:
        assert (refused.why, refused.readable_ms) == (Why.DAMAGED, clip.length_ms)
        assert clip.damaged
        assert 1_000 < clip.length_ms < 5_000
        assert len(clip.pieces) == 1


async def test_half_a_recording_of_a_phone_is_damaged(
    tmp_path: Path, good: dict[str, Path], rules: audio.UploadRules
) -> None:
    """An m4a without its index is damaged and nothing of it can be read, by anybody."""
    half = tmp_path / "half.m4a"
    half.write_bytes(good["phone.m4a"].read_bytes()[:40_000])

    refused = await refusal(half, rules)

    assert (refused.why, refused.readable_ms) == (Why.DAMAGED, 0)


@pytest.mark.parametrize("name", ["birthday.ogg", "report.m4a"], ids=["voice note", "upload"])
async def test_too_long_is_said_before_all_of_it_is_read(rules: audio.UploadRules, name: str) -> None:
    """A sound beyond the limit is refused at the limit, with what is known of its length."""
    with pytest.raises(audio.SoundTooLong) as refused:
        async with audio.open(SPEECH / name, rules=replace(rules, max_ms=2_000)):
            pass

    assert 2_000 < refused.value.at_least_ms < 6_000


async def test_a_header_that_says_too_much_costs_a_second_look(
    tmp_path: Path, good: dict[str, Path], rules: audio.UploadRules
) -> None:
    """A file whose header claims a day is counted, found to be short, and heard."""
    liar = tmp_path / "liar.mkv"
    liar.write_bytes(craft.mkv_with_duration(good["plain.mkv"].read_bytes(), 86_400_000))

    async with audio.open(liar, rules=replace(rules, hushed=False)) as clip:
        assert abs(clip.length_ms - 11_000) <= TOLERANCE_MS
        assert len(clip.pieces) == 1


async def test_a_deadline_ends_the_work(tmp_path: Path, rules: audio.UploadRules) -> None:
    """What takes longer than the host allows is given up."""
    long = make(tmp_path / "long.wav", "-f", "lavfi", "-i", "anoisesrc=d=600:r=16000")

    refused = await refusal(long, replace(rules, deadline_s=0.2))

    assert refused.why is Why.TOO_SLOW


@pytest.mark.parametrize("name", ["silence.ogg", "silence.wav"], ids=["voice note", "upload"])
async def test_silence_is_known_before_it_is_paid_for(tmp_path: Path, rules: audio.UploadRules, name: str) -> None:
    """A note in which nobody speaks is called silent; without the gate it is sent like any other."""
    note = SPEECH / "silence.ogg"
    path = note if name == note.name else make(tmp_path / name, "-i", str(note))

    async with audio.open(path, rules=rules) as clip:
        assert clip.is_silent
    async with audio.open(path, rules=replace(rules, hushed=False)) as clip:
        assert not clip.is_silent
        assert len(clip.pieces) == 1


async def test_a_blink_is_silence(tmp_path: Path, rules: audio.UploadRules) -> None:
    """Less than a tenth of a second, which the provider refuses, is silence."""
    blink = make(tmp_path / "blink.wav", "-i", str(SPEECH / "birthday.ogg"), "-ss", "1", "-t", "0.09")
    tiny = make(tmp_path / "blink.ogg", "-i", str(blink), "-ar", "48000", "-c:a", "libopus")

    for path in (blink, tiny):
        async with audio.open(path, rules=rules) as clip:
            assert clip.is_silent


async def test_a_long_sound_is_cut_into_pieces_side_by_side(tmp_path: Path, rules: audio.UploadRules) -> None:
    """Pieces follow each other without gap or overlap, are as long as their files, and are the same each time."""
    words = [word for _ in range(4) for word in ("-i", str(SPEECH / "pauses.ogg"))]
    joined = make(tmp_path / "joined.wav", *words, "-filter_complex", "concat=n=4:v=0:a=1")
    rules = replace(rules, target_ms=10_000)

    async with audio.open(joined, rules=rules) as clip, audio.open(joined, rules=rules) as again:
        edges = [(piece.start_ms, piece.end_ms) for piece in clip.pieces]

        assert edges == [(piece.start_ms, piece.end_ms) for piece in again.pieces]
        assert [start for start, _ in edges[1:]] == [end for _, end in edges[:-1]]
        assert (edges[0][0], edges[-1][1]) == (0, clip.length_ms)
        assert [piece.index for piece in clip.pieces] == list(range(len(edges)))
        assert all(8_000 <= end - start <= 12_000 for start, end in edges[:-1])
        assert edges[-1][1] - edges[-1][0] >= 5_000
        for piece in clip.pieces:
            assert abs(bare_ms(piece.path, DECODER, max_ms=60_000) - piece.sent_ms) <= TOLERANCE_MS


async def test_long_pauses_can_be_left_out(tmp_path: Path, rules: audio.UploadRules) -> None:
    """Trimming takes long pauses out of what is sent, and every moment sent still knows its place in the clip."""
    first, second = SPEECH / "birthday.ogg", SPEECH / "hotel.ogg"
    spoken = make(
        tmp_path / "pause.wav",
        *("-i", str(first), "-i", str(second)),
        *("-filter_complex", "[0]aresample=48000,apad=pad_dur=6[a];[1]aresample=48000[b];[a][b]concat=n=2:v=0:a=1"),
    )

    async with audio.open(spoken, rules=replace(rules, trimmed=True)) as clip:
        (piece,) = clip.pieces

        assert 15_000 < clip.length_ms < 16_000
        assert piece.sent_ms < clip.length_ms - 4_500
        assert abs(bare_ms(piece.path, DECODER, max_ms=60_000) - piece.sent_ms) <= TOLERANCE_MS
        assert piece.moment(0) == piece.spans[0][0]
        assert piece.moment(piece.sent_ms - 1_000) == clip.length_ms - 1_000
        assert piece.moment(99_000) == clip.length_ms


async def test_a_note_without_long_pauses_is_not_touched_by_trimming(rules: audio.UploadRules) -> None:
    """Where trimming has nothing to take out, the author's own bytes are sent."""
    async with audio.open(SPEECH / "birthday.ogg", rules=replace(rules, trimmed=True)) as clip:
        assert not clip.converted
        assert clip.pieces[0].path == SPEECH / "birthday.ogg"


def test_ffmpeg_is_found_where_the_setting_points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting "auto" prefers the system's ffmpeg, "system" insists on it, a path is taken as it is."""
    mine = tmp_path / "ffmpeg"
    mine.symlink_to(MAKER)

    monkeypatch.setenv("PATH", str(tmp_path))
    assert audio.ffmpeg_of("auto") == audio.ffmpeg_of("system") == Path(MAKER)
    assert audio.ffmpeg_of(str(mine)) == mine
    monkeypatch.setenv("PATH", "")
    assert audio.ffmpeg_of("auto") == audio.ffmpeg_of("bundled") == Path(MAKER)
    for nowhere in ("system", "ffmpeg", str(tmp_path / "none")):
        with pytest.raises(audio.FfmpegMissing, match="bundled"):
            audio.ffmpeg_of(nowhere)
    with pytest.raises(audio.FfmpegMissing, match="there is no such file"):
        audio.ffmpeg_of("/nowhere/ffmpeg")


async def test_a_machine_in_trouble_is_not_the_members_fault(tmp_path: Path, rules: audio.UploadRules) -> None:
    """An ffmpeg that cannot start is an error of the host's, not a bad file."""
    broken = tmp_path / "ffmpeg"
    broken.write_text("#!/bin/sh\necho no such library >&2\nexit 127\n")
    broken.chmod(0o755)

    with pytest.raises(RuntimeError, match="no such library"):
        async with audio.open(SPEECH / "report.m4a", rules=replace(rules, ffmpeg=str(broken))):
            pass


@recordings
async def test_real_recordings_are_measured_and_heard(rules: audio.UploadRules) -> None:
    """Every recording of a person is as long as a bare ffmpeg finds it, and is not called silent."""
    voices = [path for path in RECORDINGS.iterdir() if path.suffix in {".wav", ".ogg", ".flac"}]
    silent = set()
    for path in voices:
        async with audio.open(path, rules=rules) as clip:
            assert abs(clip.length_ms - bare_ms(path, DECODER, max_ms=60_000)) <= TOLERANCE_MS
            if clip.is_silent:
                silent.add(path.name)

    assert silent == {"pico_empty.wav"}


def test_wave_files_of_the_tests_are_what_they_say(good: dict[str, Path]) -> None:
    """The yardstick itself: eleven seconds of sound are in the source of all good files."""
    with wave.open(str(good["source.wav"])) as source:
        assert source.getnframes() == 11 * source.getframerate()
