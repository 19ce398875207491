"""
Sounds in which nobody speaks, made by formulas: noise, hum, tones, music, and what is heard where people live.

Promises: the same samples for the same name, length and seed; 16 kHz mono, 16 bit.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000
Samples = NDArray[np.float64]  # full scale is 1.0


class Maker:
    """Makes one sound of so many seconds; every call of `random` goes on in one sequence."""

    def __init__(self, seconds: float, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.count = int(seconds * RATE_HZ)
        self.t = np.arange(self.count) / RATE_HZ

    def noise(self, tilt_db: float = 0.0, low_hz: float = 20.0, high_hz: float = 8_000.0) -> Samples:
        """Noise of rms 1 that changes by so many dB an octave: white 0, pink -3, brown -6."""
        spectrum = np.fft.rfft(self.random.standard_normal(self.count))
        hertz = np.fft.rfftfreq(self.count, 1 / RATE_HZ)
        shape = np.where(
            (hertz >= low_hz) & (hertz <= high_hz), np.maximum(hertz, low_hz) ** (tilt_db / 20 / np.log10(2)), 0
        )
        return _even(np.fft.irfft(spectrum * shape, self.count))

    def tone(self, hertz: float | Samples, partials: tuple[float, ...] = (1.0,)) -> Samples:
        """A tone, steady or gliding, with its overtones."""
        phase = 2 * np.pi * np.cumsum(np.broadcast_to(np.asarray(hertz) / RATE_HZ, self.t.shape))
        parts = [loud * np.sin((n + 1) * phase) for n, loud in enumerate(partials)]
        return np.asarray(sum(parts), dtype=np.float64)

    def slow(self, hertz: float) -> Samples:
        """A random curve between 0 and 1 that changes about so many times a second."""
        points = self.random.random(int(self.count / RATE_HZ * hertz) + 3)
        return np.interp(self.t * hertz, np.arange(len(points)), points)

    def events(self, every_s: float, length_s: float, event: Callable[["Maker"], Samples]) -> Samples:
        """The same kind of event again and again, about every so many seconds."""
        whole = np.zeros(self.count)
        at = int(self.random.random() * every_s * RATE_HZ)
        while at < self.count:
            part = event(Maker(length_s, int(self.random.integers(1 << 30))))
            end = min(at + len(part), self.count)
            whole[at:end] += part[: end - at] * self.random.uniform(0.5, 1)
            at += int(every_s * self.random.uniform(0.6, 1.4) * RATE_HZ)
        return whole

    def decay(self, seconds: float) -> Samples:
        """An envelope that has fallen to a third after so many seconds."""
        return np.asarray(np.exp(-self.t / seconds) * np.minimum(self.t / 0.002, 1), dtype=np.float64)

    def notes(
        self,
        pitches: tuple[float, ...],
        length_s: float,
        partials: tuple[float, ...],
        fall_s: float,
        vibrato: float = 0,
    ) -> Samples:
        """One note after the other, from the first again when they are at an end."""
        at = (self.t / length_s).astype(int) % len(pitches)
        within = self.t % length_s
        hertz = np.asarray(pitches)[at] * (1 + vibrato * np.sin(2 * np.pi * 5.5 * self.t))
        envelope = np.exp(-within / fall_s) * np.minimum(within / 0.01, 1) * np.minimum((length_s - within) / 0.02, 1)
        return np.asarray(self.tone(hertz, partials) * envelope, dtype=np.float64)

    def cadence(self, on_s: float, off_s: float) -> Samples:
        """On and off by turns."""
        return np.where(self.t % (on_s + off_s) < on_s, 1.0, 0.0)


def _even(samples: Samples) -> Samples:
    return np.asarray(samples / (np.sqrt(np.mean(samples**2)) or 1), dtype=np.float64)


def _click(low_hz: float, high_hz: float, fall_s: float) -> Callable[[Maker], Samples]:
    return lambda m: m.noise(0, low_hz, high_hz) * m.decay(fall_s)


def _cough(m: Maker) -> Samples:
    """A burst of breath, and a rough voiced end."""
    burst = m.noise(-2, 300, 5_000) * m.decay(0.06)
    late = np.clip((m.t - 0.08) / 0.03, 0, 1) * np.exp(-np.maximum(m.t - 0.1, 0) / 0.05)
    return burst + 0.4 * late * (m.noise(-3, 200, 3_000) + m.tone(180 - 200 * m.t, (1, 0.6, 0.4, 0.2)))


def _bark(m: Maker) -> Samples:
    """A dog: a tone with overtones that rises and falls, and noise."""
    pitch = 350 + 350 * np.sin(np.pi * np.clip(m.t / 0.22, 0, 1))
    envelope = np.sin(np.pi * np.clip(m.t / 0.22, 0, 1)) ** 0.5
    return envelope * (m.tone(pitch, (1, 0.8, 0.7, 0.5, 0.3, 0.2)) + 0.5 * m.noise(-3, 400, 5_000))


def _miaow(m: Maker) -> Samples:
    pitch = 500 + 300 * np.sin(np.pi * np.clip(m.t / 0.7, 0, 1))
    return np.sin(np.pi * np.clip(m.t / 0.7, 0, 1)) * m.tone(pitch, (0.6, 1, 0.7, 0.4, 0.2))


def _chirp(m: Maker) -> Samples:
    return m.tone(3_500 + 1_500 * np.sin(2 * np.pi * 18 * m.t)) * np.sin(np.pi * np.clip(m.t / 0.15, 0, 1))


def _car(m: Maker) -> Samples:
    """One that drives by."""
    near = np.exp(-(((m.t - 2) / 0.8) ** 2))
    return near * (m.noise(-4, 40, 3_000) + 0.4 * m.tone(90 - 8 * np.tanh(m.t - 2), (1, 0.7, 0.5, 0.3)))


def _chord(m: Maker, length_s: float, fall_s: float, partials: tuple[float, ...], vibrato: float = 0) -> Samples:
    """Four chords in turn."""
    rows = ((262, 349, 392, 330), (330, 440, 494, 415), (392, 523, 587, 494))
    return np.asarray(sum(m.notes(row, length_s, partials, fall_s, vibrato) for row in rows), dtype=np.float64)


_SCALE = (262, 294, 330, 349, 392, 440, 494, 523)
_TUNE = (392, 330, 330, 349, 294, 294, 262, 294, 330, 349, 392, 392, 392)
_STRING = (1, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1)

# By name: how it is made, and how loud its loudest half second is, in dBFS.
SOUNDS: dict[str, tuple[Callable[[Maker], Samples], float]] = {
    "silence": (lambda m: np.zeros(m.count), -100),
    **{
        f"{colour} noise {level}": (lambda m, tilt=tilt: m.noise(tilt), float(level))  # type: ignore[misc]
        for colour, tilt in (("white", 0.0), ("pink", -3.0), ("brown", -6.0))
        for level in (-60, -50, -40, -30)
    },
    "mains hum 50": (lambda m: m.tone(50, (1, 0.5, 0.3, 0.1)), -30),
    "mains hum 60": (lambda m: m.tone(60, (1, 0.2, 0.6, 0.1, 0.3)), -25),
    "fan": (lambda m: m.noise(-4, 60, 2_000) + 0.5 * m.tone(120, (1, 0.4)), -35),
    "engine": (lambda m: (1 + 0.3 * m.slow(1)) * m.tone(45 + 20 * m.slow(0.5), (1, 0.9, 0.8, 0.6, 0.4, 0.3)), -20),
    "tone 440": (lambda m: m.tone(440), -20),
    "tone 1000": (lambda m: m.tone(1_000), -25),
    "sweep": (lambda m: m.tone(100 + 1_900 * (m.t % 3) / 3), -20),
    "dial tone": (lambda m: m.tone(350) + m.tone(440), -20),
    "busy tone": (lambda m: (m.tone(480) + m.tone(620)) * m.cadence(0.5, 0.5), -20),
    "ring back": (lambda m: (m.tone(440) + m.tone(480)) * m.cadence(2, 4), -20),
    "phone ringing": (
        lambda m: m.notes((1_318, 1_568, 1_318, 1_568, 1_760), 0.12, (1, 0.3), 0.3) * m.cadence(1.5, 1),
        -18,
    ),
    "bell": (lambda m: m.events(0.9, 1.5, lambda n: n.tone(659, (1, 0.2, 0.6, 0.1, 0.4)) * n.decay(0.4)), -18),
    "siren": (lambda m: m.tone(700 + 300 * np.sin(2 * np.pi * 0.4 * m.t), (1, 0.5, 0.3)), -22),
    "alarm clock": (lambda m: m.tone(2_000, (1, 0, 0.3)) * m.cadence(0.1, 0.1) * m.cadence(0.7, 0.5), -20),
    "scale, flute": (lambda m: m.notes(_SCALE, 0.4, (1, 0.4, 0.1), 2.0), -20),
    "tune, piano": (lambda m: m.notes(_TUNE, 0.35, (1, 0.5, 0.3, 0.15), 0.25), -18),
    "tune, violin": (lambda m: m.notes(_TUNE, 0.5, _STRING, 5.0, 0.012), -20),
    "tune, low strings": (lambda m: m.notes(tuple(p / 2 for p in _TUNE), 0.6, _STRING, 5.0, 0.015), -20),
    "tune, whistled": (
        lambda m: m.notes(tuple(p * 4 for p in _TUNE), 0.3, (1, 0.05), 3.0, 0.02) + 0.05 * m.noise(),
        -22,
    ),
    "chords, organ": (lambda m: _chord(m, 1.0, 20.0, (1, 0.5, 0.25, 0.2)), -20),
    "chords, piano": (lambda m: _chord(m, 0.5, 0.4, (1, 0.5, 0.3)), -20),
    "chords, strings": (lambda m: _chord(m, 1.5, 20.0, _STRING, 0.01), -22),
    "guitar": (
        lambda m: m.notes((82, 123, 165, 208, 247, 330, 247, 208), 0.25, (1, 0.8, 0.6, 0.4, 0.3, 0.2), 0.3),
        -20,
    ),
    "bass": (lambda m: m.notes((65, 65, 98, 87), 0.4, (1, 0.7, 0.4, 0.2), 0.3), -18),
    "drums": (
        lambda m: (
            m.events(0.5, 0.4, lambda n: n.tone(60 + 60 * np.exp(-n.t * 30)) * n.decay(0.12))
            + m.events(0.25, 0.2, _click(2_000, 8_000, 0.03))
        ),
        -16,
    ),
    "band": (
        lambda m: (
            _chord(m, 0.5, 1.0, (1, 0.5, 0.3), 0.005)
            + m.notes((65, 98, 87, 98), 0.5, (1, 0.7, 0.4), 0.4)
            + 0.5 * m.events(0.5, 0.2, _click(1_000, 8_000, 0.05))
        ),
        -18,
    ),
    "breath": (lambda m: m.noise(-2, 300, 4_000) * np.maximum(np.sin(2 * np.pi * 0.35 * m.t), 0) ** 2, -40),
    "panting": (lambda m: m.noise(-2, 400, 5_000) * np.maximum(np.sin(2 * np.pi * 1.3 * m.t), 0), -32),
    "snoring": (
        lambda m: (m.noise(-3, 80, 2_000) * (1 + m.tone(28, (1, 0.5)))) * np.maximum(np.sin(2 * np.pi * 0.25 * m.t), 0),
        -30,
    ),
    "keyboard": (lambda m: m.events(0.16, 0.08, _click(800, 7_000, 0.008)) + 0.01 * m.noise(-3), -28),
    "mouse": (lambda m: m.events(0.8, 0.05, _click(1_500, 7_000, 0.004)) + 0.01 * m.noise(-3), -30),
    "cough": (lambda m: m.events(1.4, 0.4, _cough) + 0.003 * m.noise(-3), -20),
    "sneeze": (lambda m: m.events(2.5, 0.5, lambda n: n.noise(1, 500, 8_000) * n.decay(0.12)), -20),
    "wind": (lambda m: m.noise(-5, 30, 1_000) * m.slow(1.5) ** 2, -22),
    "rain": (lambda m: m.noise(-1, 500, 8_000) + 0.5 * m.events(0.03, 0.02, _click(2_000, 8_000, 0.003)), -35),
    "thunder": (lambda m: m.noise(-6, 30, 500) * m.slow(0.7) ** 3, -20),
    "waves": (lambda m: m.noise(-3, 100, 6_000) * (0.1 + np.sin(np.pi * 0.12 * m.t) ** 4), -28),
    "rustle": (lambda m: m.noise(0, 1_000, 8_000) * m.slow(9) ** 4, -30),
    "pocket": (lambda m: m.noise(-4, 60, 3_000) * m.slow(6) ** 3 + m.events(0.7, 0.2, _click(60, 400, 0.04)), -25),
    "footsteps": (lambda m: m.events(0.55, 0.2, _click(80, 1_500, 0.025)), -25),
    "door": (lambda m: m.events(1.8, 0.8, lambda n: n.noise(-5, 50, 1_500) * n.decay(0.08)), -18),
    "dishes": (
        lambda m: m.events(0.5, 0.4, lambda n: n.tone(n.random.uniform(1_800, 4_500), (1, 0, 0.4)) * n.decay(0.06)),
        -22,
    ),
    "clapping": (lambda m: m.events(0.3, 0.1, _click(500, 5_000, 0.012)), -20),
    "applause": (lambda m: m.events(0.012, 0.08, _click(500, 5_000, 0.012)), -22),
    "vacuum cleaner": (lambda m: m.noise(-2, 100, 7_000) + m.tone(240, (0.8, 0.4, 0.3)), -20),
    "water": (lambda m: m.noise(-1, 300, 8_000) * (0.6 + 0.4 * m.slow(12)), -28),
    "traffic": (lambda m: 0.4 * m.noise(-5, 30, 1_500) + m.events(2.5, 4.0, _car), -25),
    "train": (lambda m: 0.5 * m.noise(-5, 40, 2_000) + m.events(0.7, 0.2, _click(60, 900, 0.05)), -22),
    "horn": (lambda m: (m.tone(420, _STRING) + m.tone(500, _STRING)) * m.cadence(0.6, 1.1), -18),
    "dog": (lambda m: m.events(0.7, 0.25, _bark) + 0.003 * m.noise(-3), -18),
    "cat": (lambda m: m.events(1.6, 0.75, _miaow) + 0.003 * m.noise(-3), -24),
    "birds": (lambda m: m.events(0.4, 0.16, _chirp) + 0.01 * m.noise(-3), -28),
    "crickets": (lambda m: m.tone(4_300) * np.maximum(np.sin(2 * np.pi * 30 * m.t), 0) * m.cadence(0.5, 0.4), -32),
    "frying": (lambda m: m.noise(0, 1_500, 8_000) * 0.3 + m.events(0.05, 0.03, _click(2_000, 8_000, 0.004)), -32),
    "static": (lambda m: m.noise(0, 300, 3_400) * (m.slow(20) > 0.3), -28),
    "key tones": (
        lambda m: m.notes((697, 770, 852, 941), 0.25, (1,), 5) + m.notes((1_209, 1_336, 1_477), 0.25, (1,), 5),
        -20,
    ),
    "modem": (
        lambda m: m.tone(1_500 + 400 * np.sign(np.sin(2 * np.pi * 37 * m.t))) + 0.3 * m.noise(0, 300, 3_400),
        -24,
    ),
    "shaver": (
        lambda m: m.tone(117 + 3 * m.slow(3), (1, 0.9, 0.9, 0.7, 0.7, 0.5, 0.5, 0.4)) + m.noise(-2, 500, 6_000),
        -24,
    ),
}


def made(name: str, seconds: float = 10, seed: int = 1) -> bytes:
    """The named sound, as 16 kHz mono s16le."""
    how, level_db = SOUNDS[name]
    samples = how(Maker(seconds, seed))
    block = RATE_HZ // 2
    blocks = [samples[at : at + block] for at in range(0, max(len(samples) - block, 1), block)]
    loudest = max(float(np.sqrt(np.mean(part**2))) for part in blocks)
    if loudest:
        samples = samples * (10 ** (level_db / 20) / loudest)
    return bytes(np.clip(np.round(samples * 32_767), -32_768, 32_767).astype("<i2").tobytes())
