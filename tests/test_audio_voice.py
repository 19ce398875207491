"""A closer look at doubtful sentences: was anybody speaking, and can they have said that?"""

import audioop
import subprocess
from pathlib import Path

import pytest

from bot import audio
from bot.audio.voice import Meter, Voice
from bot.speech import is_doubtful, syllables

SPEECH = Path(__file__).parent / "speech"
FFMPEG = str(audio.ffmpeg_of("bundled"))
CHORD = "+".join(f"sin(2*PI*{hertz}*t*(1+floor(mod(t,4))/8))" for hertz in (262, 330, 392))
# Sounds in which nobody speaks and that the gate lets through, as ffmpeg makes them.
NOBODY = {
    "typing": "aevalsrc='if(lt(mod(t,0.25),0.03),0.2,0.002)*(random(0)*2-1)'",
    "wind": "anoisesrc=c=pink:a=0.3:seed=3,tremolo=f=0.3:d=0.9,lowpass=800",
    "gusts": "anoisesrc=c=pink:a=0.3:seed=11,tremolo=f=0.3:d=0.9,lowpass=800",
    "breath": "anoisesrc=c=pink:a=0.1:seed=9,tremolo=f=0.4:d=1,highpass=300,lowpass=4000",
    "rumble": "anoisesrc=c=brown:a=0.3:seed=3",
    "rain": "anoisesrc=c=pink:a=0.3:seed=3",
    "piano": f"aevalsrc='0.15*exp(-2*mod(t,0.5))*({CHORD})'",
    "flute": "aevalsrc='0.15*exp(-2*mod(t,0.5))*(sin(2*PI*262*t)+0.5*sin(2*PI*524*t))'",
    "drums": "aevalsrc='0.5*exp(-20*mod(t,0.5))*(random(0)*2-1)+0.6*exp(-15*mod(t,1))*sin(2*PI*60*t)'",
}


def pcm_of(*source: str) -> bytes:
    """16 kHz mono samples of whatever ffmpeg is told."""
    words = ("-v", "error", *source, "-ac", "1", "-ar", "16000", "-f", "s16le", "-")
    return subprocess.run([FFMPEG, *words], check=True, capture_output=True).stdout  # noqa: S603 - our own words


def made(name: str, seconds: int) -> bytes:
    """So many seconds in which nobody speaks."""
    return pcm_of("-f", "lavfi", "-i", NOBODY[name], "-t", str(seconds))


def voice_in(pcm: bytes, *, detects: bool = True) -> Voice:
    """What the meter says of it, fed in blocks of any size."""
    meter = Meter(detects=detects)
    for at in range(0, len(pcm), 7_000):
        meter.feed(pcm[at : at + 7_000])
    return meter.end()


@pytest.mark.parametrize("name", NOBODY)
@pytest.mark.parametrize("seconds", [2, 4, 9])
def test_noise_and_music_say_nothing(name: str, seconds: int) -> None:
    """No sentence of one to twelve syllables is believed to be in noise or music, however long they last."""
    voice = voice_in(made(name, seconds))

    assert not [count for count in range(1, 13) if voice.may_say(count)]


@pytest.mark.parametrize("snr_db", [None, 20, 15, 10])
def test_a_spoken_thank_you_is_believed(snr_db: int | None) -> None:
    """Who says "Thank you for watching" is believed, also with a noise behind them, but not to have said much more."""
    pcm = pcm_of("-i", str(SPEECH / "thanks.ogg"))
    if snr_db is not None:
        noise = made("rain", 3)[: len(pcm)]
        level = audioop.rms(pcm, 2) / audioop.rms(noise, 2) * 10 ** (-snr_db / 20)
        pcm = audioop.add(audioop.mul(pcm, 2, 0.5), audioop.mul(noise, 2, level / 2), 2)
    voice = voice_in(pcm)

    assert voice.may_say(syllables("Thank you for watching."))
    assert voice.may_say(syllables("Thank you."))
    assert not voice.may_say(60)


@pytest.mark.parametrize("path", sorted(SPEECH.glob("[!s]*.ogg")), ids=lambda path: path.stem)
def test_a_long_speech_is_no_thank_you(path: Path) -> None:
    """Where somebody speaks for long, a short sentence that models make up was not what they said."""
    voice = voice_in(pcm_of("-i", str(path)))

    assert voice.voiced_ms > 0
    assert voice.may_say(1) == (voice.voiced_ms <= 1_500)


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for watching!",
        "  THANKS FOR WATCHING. Please subscribe. ",
        "시청해주셔서 감사합니다.",
        "시청해 주셔서 감사합니다",
        "MBC 뉴스 이덕영입니다.",
        "MBC 뉴스데스크 김성현입니다.",
        "구독과 좋아요, 알림 설정 부탁드립니다.",
        "ご視聴ありがとうございました。",
        "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
        "Sous-titres réalisés par la communauté d'Amara.org",
        "Untertitel im Auftrag des ZDF für funk, 2017",
        "Субтитры сделал DimaTorzok",
        "♪♪ Music ♪♪",
        "www.mooji.org",
    ],
)
def test_known_inventions_are_doubtful(text: str) -> None:
    """What models are known to make up is doubted in any spelling and in many languages."""
    assert is_doubtful(text)


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for the flowers.",
        "Thank you for watching the children.",
        "감사합니다. 내일 봬요.",
        "이덕영입니다.",
        "See you at nine.",
        "구독 취소했어",
        "Sous la pluie",
    ],
)
def test_what_people_say_is_not_doubted(text: str) -> None:
    """A sentence with more in it than models make up is taken as it is."""
    assert not is_doubtful(text)


def test_recited_hints_are_doubtful() -> None:
    """An answer of nothing but the request's own vocabulary is doubted, a sentence that uses it is not."""
    hints = ("Earshot", "김민아", "Kubernetes")

    assert is_doubtful("Earshot, 김민아, Kubernetes.", hints)
    assert is_doubtful("kubernetes earshot", hints)
    assert not is_doubtful("Earshot runs on Kubernetes", hints)
    assert not is_doubtful("Earshot, 김민아, Kubernetes.")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Thank you for watching.", 5),
        ("감사합니다", 5),
        ("谢谢观看", 4),
        ("… ♪ !", 0),
        ("5", 1),
        ("شكرا", 2),
        ("Danke schön", 3),
    ],
)
def test_syllables_are_counted_in_any_script(text: str, count: int) -> None:
    """A text's spoken length is known in every script; mere signs have none."""
    assert syllables(text) == count
