"""The meter against real people and against sounds in which nobody speaks: spans, syllables, clearness, belief."""

import json
from pathlib import Path

import pytest

from bot import audio
from bot.audio.gate import Gate
from bot.audio.voice import Voice
from bot.speech import syllables
from tests.nobody import SOUNDS, made
from tests.people import BYTES_PER_MS, RECORDINGS, noisy, pcm_of, people, quieter, slices
from tests.test_audio_voice import SPEECH, voice_in

recordings = pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings are not beside this checkout")
ours = pytest.mark.parametrize("path", sorted(SPEECH.glob("[!s]*.ogg")), ids=lambda path: path.stem)


@pytest.mark.parametrize("name", SOUNDS)
def test_sounds_of_things_say_nothing(name: str) -> None:
    """In noise, tones, music and the sounds of a house no voice is clear, and no sentence is believed."""
    voice = voice_in(made(name, 4, seed=2))

    assert not voice.is_clear
    assert not [count for count in range(1, 30) if voice.may_say(count)]


@ours
@pytest.mark.parametrize("snr_db", [None, 15, 10])
def test_syllables_are_counted_by_ear(path: Path, snr_db: int | None) -> None:
    """As many syllables are heard as the words have, within a quarter, also with noise behind them."""
    said = {row["file"]: row["text"] for row in json.loads((SPEECH / "notes.json").read_text("utf-8"))}
    pcm = pcm_of("-i", str(path))
    voice = voice_in(pcm if snr_db is None else noisy(pcm, snr_db))

    assert voice.syllables == pytest.approx(syllables(said[path.name]), rel=0.25)
    assert voice.is_clear


def test_silence_has_no_voice() -> None:
    """Nothing at all, and a sound of no length, say nothing."""
    for seconds in (0, 3):
        voice = voice_in(bytes(32_000 * seconds))

        assert voice == Voice(length_ms=seconds * 1_000, sounding_ms=0, clear_ms=0)
        assert not voice.may_say(1)


def test_who_speaks_where_is_told() -> None:
    """Between and behind sentences nobody speaks, and what is said there is not believed."""
    room = quieter(made("pink noise -50", 20), 10)
    speech = pcm_of("-i", str(SPEECH / "hotel.ogg"))
    length_ms = len(speech) // BYTES_PER_MS
    pcm = room + speech + room + speech + room
    voice = voice_in(pcm)
    first_ms, second_ms = 20_000, 40_000 + length_ms

    assert voice.length_ms == len(pcm) // BYTES_PER_MS
    for start_ms in (first_ms, second_ms):
        assert voice.voiced_between(start_ms - 200, start_ms + length_ms + 200) > 0.7 * length_ms
        assert voice.syllables_between(start_ms - 200, start_ms + length_ms + 200) == pytest.approx(20, abs=6)
    assert voice.voiced_ms < 2 * (length_ms + 400)
    assert voice.may_say(20, first_ms - 200, first_ms + length_ms + 200)
    assert not voice.may_say(2, first_ms + length_ms + 200, second_ms - 200)
    assert not voice.may_say(2, second_ms + length_ms + 200)
    assert not voice.may_say(2)


def test_a_quiet_sentence_beside_a_loud_one_is_heard() -> None:
    """Somebody far from the microphone is heard beside somebody near, minutes later too."""
    speech = pcm_of("-i", str(SPEECH / "park.ogg"))
    length_ms = len(speech) // BYTES_PER_MS
    voice = voice_in(speech + bytes(32_000 * 5) + quieter(speech, 20) + bytes(32_000 * 40) + quieter(speech, 40))
    far_ms, later_ms = length_ms + 5_000, 2 * length_ms + 45_000

    for start_ms in (0, far_ms, later_ms):
        assert voice.voiced_between(start_ms, start_ms + length_ms) > 0.6 * length_ms


def test_a_voice_at_the_edge_of_hearing_is_heard_but_not_clear() -> None:
    """Who can only be heard by turning it up is measured, but no empty answer is asked about again for that."""
    voice = voice_in(quieter(pcm_of("-i", str(SPEECH / "country.ogg")), 56))

    assert voice.may_say(20)
    assert not voice.is_clear


async def test_the_worker_tells_all_of_it(tmp_path: Path) -> None:
    """Behind the walls the same is measured as here."""
    rules = audio.UploadRules(scratch=tmp_path, ffmpeg="bundled")
    async with audio.open(SPEECH / "pauses.ogg", rules=rules) as clip:
        voice = await audio.voice_in(clip.pieces[0])

    assert voice == voice_in(pcm_of("-i", str(SPEECH / "pauses.ogg")))
    assert voice.spans


@ours
def test_a_processor_too_old_for_the_detector_believes_who_speaks(path: Path) -> None:
    """Without the detector people are believed as with it; nothing is called clear, so that nothing is asked twice."""
    pcm = pcm_of("-i", str(path))
    rough, fine = voice_in(pcm, detects=False), voice_in(pcm)

    assert rough.voiced_ms == pytest.approx(fine.voiced_ms, rel=0.3)
    assert rough.syllables == pytest.approx(fine.syllables, rel=0.3)
    assert not rough.is_clear


@recordings
def test_every_slice_of_a_person_may_be_a_thank_you() -> None:
    """Of all slices of 1.2 s in which somebody real speaks, at most one is not believed to be a "thank you"."""
    parts = [(name, pcm[start:end]) for name, (pcm, *_) in people().items() for start, end in slices(pcm)]
    doubted = [name for name, part in parts if not voice_in(part).may_say(syllables("thank you"))]

    assert len(parts) >= 100
    assert len(doubted) <= 1


@recordings
@pytest.mark.parametrize("by_db", [0, 40, 46, 52])
def test_a_low_rough_voice_is_believed(by_db: int) -> None:
    """A Korean's 감사합니다 is believed in every slice of his voice, however quiet it is."""
    pcm, *_ = people()["pico_test_ko.wav"]

    for start, end in slices(pcm):
        assert voice_in(quieter(pcm[start:end], by_db)).may_say(syllables("감사합니다"))


@recordings
def test_real_people_are_clear_and_their_syllables_counted() -> None:
    """Every recording is clear; its syllables are counted within a half, and on average within an eighth."""
    ratios = []
    for name, (pcm, words, _) in people().items():
        voice = voice_in(pcm)
        ratios.append(voice.syllables / syllables(words))

        assert voice.is_clear, name
        assert 0.75 <= ratios[-1] <= 1.5, name

    assert sum(ratios) / len(ratios) == pytest.approx(1, abs=0.125)


@recordings
@pytest.mark.parametrize("by_db", [40, 46, 52])
def test_nobody_quiet_is_called_silent(by_db: int) -> None:
    """The gate lets every recording through, however quiet it is."""
    for name, (pcm, *_) in people().items():
        gate = Gate()
        gate.feed(quieter(pcm, by_db))

        assert gate.hears(len(gate.levels)), name
