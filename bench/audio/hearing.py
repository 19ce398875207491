"""Whom the gate takes for silent: people in quiet and in noise on one side, noise and music on the other."""

import audioop
from collections.abc import Iterator

from bench.audio import sounds
from bot.audio.gate import Gate

SNRS_DB = (20, 10, 5, 0, -3, -5, -10)
QUIETER_DB = (0, -20, -30, -40, -45)
COLOURS = ("white", "pink", "brown")
SECONDS = 20
CHORD = "+".join(f"sin(2*PI*{hertz}*t*(1+floor(mod(t,4))/8))" for hertz in (262, 330, 392))
OTHERS = {
    "digital silence": "anullsrc",
    "mains hum": "aevalsrc='0.1*sin(2*PI*50*t)+0.05*sin(2*PI*100*t)'",
    "tone": "sine=440",
    "clicks": "aevalsrc='if(lt(mod(t,3),0.01),0.5*(random(0)*2-1),0.002*(random(1)*2-1))'",
    "typing": "aevalsrc='if(lt(mod(t,0.25),0.03),0.2,0.002)*(random(0)*2-1)'",
    "wind": "anoisesrc=c=pink:a=0.3:seed=3,tremolo=f=0.3:d=0.9,lowpass=800",
    "breath": "anoisesrc=c=pink:a=0.1:seed=9,tremolo=f=0.4:d=1,highpass=300,lowpass=4000",
    "music: organ": f"aevalsrc='0.1*({CHORD})'",
    "music: piano": f"aevalsrc='0.15*exp(-2*mod(t,0.5))*({CHORD})'",
    "music: drums": "aevalsrc='0.5*exp(-20*mod(t,0.5))*(random(0)*2-1)+0.6*exp(-15*mod(t,1))*sin(2*PI*60*t)'",
}


def is_heard(pcm: bytes) -> bool:
    """What the gate says of all of it."""
    gate = Gate()
    gate.feed(pcm)
    return gate.hears(len(gate.levels))


def missed() -> Iterator[str]:
    """The table of missed speech."""
    people = sounds.recordings()
    voices = {recording.path.name: sounds.pcm_of(recording.path) for recording in people}
    languages = ", ".join(
        sorted(f"{code} {sum(one.language == code for one in people)}" for code in {r.language for r in people})
    )
    yield f"{len(voices)} recordings ({languages})."
    yield ""
    yield "| speech | missed |"
    yield "|---|--:|"
    for quieter in QUIETER_DB:
        deaf = [name for name, pcm in voices.items() if not is_heard(audioop.mul(pcm, 2, 10 ** (quieter / 20)))]
        yield f"| turned down by {-quieter} dB | {_share(deaf, voices)} |"
    for colour in COLOURS:
        noise = sounds.generated(f"anoisesrc=c={colour}:a=0.5:seed=3:r=16000", SECONDS)
        for snr in SNRS_DB:
            deaf = [name for name, pcm in voices.items() if not is_heard(sounds.mixed(pcm, noise, snr))]
            yield f"| in {colour} noise, {snr} dB above it | {_share(deaf, voices)} |"


def let_through() -> Iterator[str]:
    """The table of noise that is sent."""
    yield "| nobody speaks | sent |"
    yield "|---|---|"
    if (sounds.RECORDINGS / "pico_empty.wav").exists():
        yield f"| recording `pico_empty.wav` | {_yes(sounds.pcm_of(sounds.RECORDINGS / 'pico_empty.wav'))} |"
    for name, source in OTHERS.items():
        yield f"| {name} | {_yes(sounds.generated(source, SECONDS))} |"
    for colour in COLOURS:
        for amplitude in (0.003, 0.03, 0.3):
            noise = sounds.generated(f"anoisesrc=c={colour}:a={amplitude}:seed=7:r=16000", SECONDS)
            yield f"| {colour} noise, amplitude {amplitude} | {_yes(noise)} |"


def _share(deaf: list[str], voices: dict[str, bytes]) -> str:
    return f"{len(deaf)} of {len(voices)}"


def _yes(pcm: bytes) -> str:
    return "yes" if is_heard(pcm) else "no"
