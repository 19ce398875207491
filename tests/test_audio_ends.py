"""Long silent ends: models write words into them, so they are not sent."""

import audioop
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import audio
from bot.audio.crop import crop
from bot.audio.cut import spoken_part
from bot.audio.gate import FRAME_BYTES, FRAME_MS, Gate
from bot.audio.ogg import walk
from tests.conftest import WORDS, World
from tests.decoders import DECODER, MAKER
from tests.hostile.trial import bare_ms
from tests.test_audio import RECORDINGS, recordings
from tests.test_audio_cut import VOICES, cuts_of, noise, pcm_of

SPEECH = Path(__file__).parent / "speech"
MAX_MS = 7_200_000
PARK = SPEECH / "park.ogg"
NOTHING = bytes(12_000 * 32)
ROOM = noise(12, 33)  # -60 dBFS
BREATH = noise(2, 3_000)
DISCORD = ("-b:a", "32k")
ENCODERS = {
    "as Discord's clients": DISCORD,
    "for voice": ("-b:a", "24k", "-application", "voip"),
    "few bits": ("-b:a", "16k", "-application", "voip"),
    "many bits": ("-b:a", "64k"),
    "constant rate": ("-b:a", "32k", "-vbr", "off"),
    "long packets": ("-b:a", "32k", "-frame_duration", "60"),
    "DTX": ("-b:a", "32k", "-application", "voip", "-dtx", "1"),
}


def encoded(pcm: bytes, path: Path, *options: str) -> Path:
    """16 kHz samples as a file of the kind its name says."""
    rate = ("-ar", "48000", "-c:a", "libopus") if path.suffix == ".ogg" else ()
    words = ("-f", "s16le", "-ar", "16000", "-ac", "1", "-i", "-", *rate, *options, "-y", str(path))
    subprocess.run([MAKER, "-v", "error", *words], check=True, input=pcm)  # noqa: S603 - our own words
    return path


@pytest.mark.parametrize("end", [NOTHING, ROOM], ids=["nothing", "a room"])
@pytest.mark.parametrize("encoder", ENCODERS)
async def test_silent_ends_of_a_note_are_not_sent(
    tmp_path: Path, rules: audio.UploadRules, encoder: str, end: bytes
) -> None:
    """Whatever encoder wrote it: its own packets are sent, from just before the first word to just after the last."""
    note = encoded(end + pcm_of(PARK) + end, tmp_path / "note.ogg", *ENCODERS[encoder])

    async with audio.open(note, rules=rules) as clip:
        (piece,) = clip.pieces
        whole, sent = pcm_of(note), pcm_of(piece.path)

    assert (clip.is_silent, clip.converted) == (False, False)
    assert abs(clip.length_ms - (24_000 + 3_610)) <= 20
    assert 11_000 < piece.start_ms < 12_100
    assert 15_400 < piece.end_ms < 16_600
    assert piece.spans == ((piece.start_ms, piece.end_ms),)
    assert len(sent) // 32 == piece.sent_ms == piece.end_ms - piece.start_ms
    there = whole[piece.start_ms * 32 :][: len(sent)]
    assert audioop.rms(audioop.add(sent, audioop.mul(there, 2, -1), 2), 2) < 10, "it plays what the note plays there"


@pytest.mark.parametrize(("before", "behind"), [(ROOM, b""), (b"", ROOM)], ids=["before", "behind"])
async def test_one_silent_end_is_enough(tmp_path: Path, rules: audio.UploadRules, before: bytes, behind: bytes) -> None:
    """Where only one end is silent, the other stays as it is, to the last millisecond."""
    note = encoded(before + pcm_of(PARK) + behind, tmp_path / "note.ogg", *DISCORD)

    async with audio.open(note, rules=rules) as clip:
        (piece,) = clip.pieces

        assert (piece.start_ms == 0) == (not before)
        assert (piece.end_ms == clip.length_ms) == (not behind)
        assert piece.sent_ms < 5_100


async def test_silent_ends_of_a_file_are_not_sent(tmp_path: Path, rules: audio.UploadRules) -> None:
    """What is converted loses its silent ends too, and each moment of the rest knows its place in the clip."""
    file = encoded(ROOM + pcm_of(PARK) + NOTHING, tmp_path / "file.m4a", "-b:a", "64k")

    async with audio.open(file, rules=rules) as clip:
        (piece,) = clip.pieces

        assert abs(clip.length_ms - 27_610) < 100
        assert 11_000 < piece.start_ms < 12_200
        assert 15_400 < piece.end_ms < 16_700
        assert abs(bare_ms(piece.path, DECODER, max_ms=60_000) - piece.sent_ms) <= 50
        assert piece.moment(1_000) == piece.start_ms + 1_000


async def test_a_silent_middle_is_sent(tmp_path: Path, rules: audio.UploadRules) -> None:
    """Between two sentences nothing is taken out unless the host wants it: the note passes byte for byte."""
    note = encoded(pcm_of(PARK) + ROOM + pcm_of(PARK), tmp_path / "note.ogg", *DISCORD)

    async with audio.open(note, rules=rules) as clip:
        assert [piece.path for piece in clip.pieces] == [note]


async def test_where_silence_is_wanted_it_is_sent(tmp_path: Path, rules: audio.UploadRules) -> None:
    """Who has everything sent has the ends sent as well."""
    note = encoded(NOTHING + pcm_of(PARK), tmp_path / "note.ogg", *DISCORD)

    async with audio.open(note, rules=replace(rules, hushed=False)) as clip:
        assert [piece.path for piece in clip.pieces] == [note]


@pytest.mark.parametrize("encoder", ENCODERS)
async def test_silence_is_silence_in_every_encoding(tmp_path: Path, rules: audio.UploadRules, encoder: str) -> None:
    """A note of nothing is called silent, also where the encoder sends nearly nothing of it."""
    note = encoded(NOTHING, tmp_path / "note.ogg", *ENCODERS[encoder])

    async with audio.open(note, rules=rules) as clip:
        assert clip.is_silent


def test_ordinary_notes_are_not_listened_to() -> None:
    """Of no spoken note does the walk think that an end may be silent: it costs what it cost."""
    notes = {name: walk(SPEECH / name, max_ms=MAX_MS) for name in VOICES}

    assert [name for name, note in notes.items() if not note or note.has_calm_ends] == []


@recordings
def test_recordings_of_people_are_not_listened_to(tmp_path: Path) -> None:
    """Nor of a recording of a real person, encoded as Discord's clients do."""
    calm = set()
    for path in RECORDINGS.glob("*.wav"):
        note = walk(encoded(pcm_of(path), tmp_path / "note.ogg", *DISCORD), max_ms=MAX_MS)
        if note is None or note.has_calm_ends:
            calm.add(path.name)

    assert calm - {"pico_empty.wav"} == set()


def turned_to(pcm: bytes, level_db: float) -> bytes:
    """The same, so loud in all (dBFS)."""
    return audioop.mul(pcm, 2, 10 ** (level_db / 20) * 32_768 / audioop.rms(pcm, 2))


def whispered(pcm: bytes) -> bytes:
    """Noise that is as loud as the voice at each moment: syllables without a pitch."""
    frames = range(0, len(pcm) - FRAME_BYTES, FRAME_BYTES)
    return b"".join(
        audioop.mul(BREATH[at : at + FRAME_BYTES], 2, audioop.rms(pcm[at : at + FRAME_BYTES], 2) / 3_000)
        for at in frames
    )


def kept(pcm: bytes) -> tuple[int, int]:
    """From which to which moment a sound is sent."""
    gate = Gate()
    gate.feed(pcm)
    first, last = spoken_part(gate, len(gate.levels))
    return first * FRAME_MS, last * FRAME_MS


@pytest.mark.parametrize("level_db", [-40, -46, -52])
@pytest.mark.parametrize("is_whispered", [False, True], ids=["spoken", "whispered"])
@pytest.mark.parametrize("room", [bytes(8 * 32_000), noise(8, 10)], ids=["in nothing", "in a room"])
def test_a_quiet_word_at_an_end_is_sent(level_db: int, is_whispered: bool, room: bytes) -> None:  # noqa: FBT001 - a parameter
    """After a loud sentence and five seconds of silence, half a second that is faint or whispered is not cut off."""
    loud, silence = pcm_of(PARK), room[: 5 * 32_000]
    for name in VOICES:
        voice = pcm_of(SPEECH / name)
        word = voice[len(voice) // 2 & ~1 :][:16_000]
        word = turned_to(whispered(word) if is_whispered else word, level_db)
        after = loud + silence + audioop.add(word, room[: len(word)], 2) + room[: 4 * 32_000]
        before = room[: 4 * 32_000] + audioop.add(word, room[: len(word)], 2) + silence + loud

        assert kept(after)[1] >= (len(loud) + len(silence) + len(word)) // 32 - 60, name
        assert kept(before)[0] <= 4_000 + 60, name


@pytest.mark.parametrize("level_db", [-20, -40, -52])
def test_no_beginning_and_no_ending_is_lost(level_db: int) -> None:
    """However quiet somebody speaks, all of what they say lies within what is sent."""
    for name in VOICES:
        voice = pcm_of(SPEECH / name)
        start_ms, end_ms = kept(NOTHING + turned_to(voice, level_db) + NOTHING)

        assert start_ms <= 12_000, name
        assert end_ms >= 12_000 + len(voice) // 32 - 150, name
        assert end_ms - start_ms < len(voice) // 32 + 2_000, name


def test_a_step_in_the_noise_is_no_voice() -> None:
    """A room that gets louder, as encoders and microphones make it, is silence on both sides of the step."""
    voice = pcm_of(PARK)
    start_ms, _ = kept(noise(8, 30) + noise(8, 90) + voice)

    assert 15_000 < start_ms < 16_100


def test_a_piece_that_ends_amid_silence_ends_with_its_words() -> None:
    """Pieces cut in a long silence begin and end near the words, and the silence between belongs to none."""
    voice = pcm_of(SPEECH / "pauses.ogg")
    cuts = [cut for cut in cuts_of(voice + noise(16, 10) + voice, target_ms=20_000) if cut.pcm]

    assert len(cuts) == 2
    assert cuts[0].spans[-1][1] < len(voice) // 32 + 1_000
    assert cuts[1].spans[0][0] > len(voice) // 32 + 15_000
    assert all(sum(end - start for start, end in cut.spans) == len(cut.pcm) // 32 for cut in cuts)


def test_a_rumbling_room_after_a_voice_is_silence() -> None:
    """A quiet room whose rumble swings as a voice does is not sent, however loud somebody spoke in it before."""
    source = ("-f", "lavfi", "-i", "anoisesrc=c=brown:a=0.005:seed=7:r=16000", "-t", "60", "-f", "s16le", "-")
    rumble = subprocess.run([MAKER, "-v", "error", *source], check=True, capture_output=True).stdout  # noqa: S603 - our own words
    cuts = cuts_of(pcm_of(SPEECH / "pauses.ogg") + rumble, target_ms=20_000)

    assert [bool(cut.pcm) for cut in cuts] == [True, *[False] * (len(cuts) - 1)]
    assert len(cuts) > 2


@settings(max_examples=20, deadline=None)
@given(st.tuples(st.integers(0, 12_000), st.integers(0, 12_000)).filter(lambda pair: pair[0] + 100 < pair[1]))
def test_a_crop_plays_what_lies_between_two_moments(
    tmp_path_factory: pytest.TempPathFactory, moments: tuple[int, int]
) -> None:
    """A part of a note is a note, as long as asked for to the millisecond, of packets that the note has."""
    folder = tmp_path_factory.getbasetemp()
    start_ms, end_ms = moments

    crop(SPEECH / "pauses.ogg", folder / "part.ogg", start_ms=start_ms, end_ms=end_ms)

    note = walk(folder / "part.ogg", max_ms=MAX_MS)
    assert note
    assert note.length_ms == end_ms - start_ms
    assert abs(bare_ms(folder / "part.ogg", DECODER, max_ms=60_000) - (end_ms - start_ms)) <= 1


def test_nothing_has_no_part(tmp_path: Path) -> None:
    """Behind the end of a note there is nothing to take."""
    with pytest.raises(ValueError, match="nothing lies"):
        crop(PARK, tmp_path / "part.ogg", start_ms=9_000, end_ms=10_000)


async def test_silent_ends_are_neither_heard_nor_billed(world: World, tmp_path: Path) -> None:
    """The provider gets and the host pays what is spoken, so does the server; subtitles keep the note's own time."""
    note = encoded(ROOM + pcm_of(PARK) + ROOM, tmp_path / "note.ogg", *DISCORD)
    async with world.bot():
        answer = await (await world.mina.voice_note(world.general, note)).wait(seconds=30)
        await world.diary.until("note")
        more = await (await world.admin.press(answer.messages[-1], "More")).wait()

    (call,) = world.openai.calls
    committed_ms, held_ms = world.minutes
    assert WORDS in answer.content
    assert call.seconds is not None
    assert 3.6 <= call.seconds <= 5.0
    assert (abs(committed_ms - call.seconds * 1_000) <= 20, held_ms) == (True, 0)
    assert world.dollars[0] == 75 * -(-committed_ms // 1_000), "$0.0045 a minute"
    assert "00:00:11," in more.files[0].read().decode().splitlines()[1]
