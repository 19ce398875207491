"""
Sounds in which nobody speaks, each made by arithmetic from a seed.

Promises: the same seed makes the same sound; 16 kHz mono samples; none holds a voice, or anything made of one.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bench.audio.sounds import RATE_HZ

Sound = NDArray[np.float64]
Maker = Callable[[int, np.random.Generator], Sound]  # samples, dice


def db(level: float) -> float:
    """An amplitude of full scale."""
    return float(10 ** (level / 20))


def at(sound: Sound, level_db: float) -> Sound:
    """The same with that root mean square."""
    power = float(np.sqrt(np.mean(sound**2)))
    return sound * (db(level_db) / power) if power else sound


def coloured(count: int, dice: np.random.Generator, slope: float) -> Sound:
    """Noise whose power falls with frequency to the power of `slope`: 0 white, 1 pink, 2 brown."""
    spectrum = np.fft.rfft(dice.standard_normal(count))
    frequencies = np.fft.rfftfreq(count, 1 / RATE_HZ)
    frequencies[0] = np.inf
    frequencies = np.maximum(frequencies, 20.0)
    shaped: Sound = np.fft.irfft(spectrum / frequencies ** (slope / 2), count)
    return at(shaped, 0)


def band(count: int, dice: np.random.Generator, low_hz: float, high_hz: float) -> Sound:
    """White noise between two frequencies."""
    spectrum = np.fft.rfft(dice.standard_normal(count))
    frequencies = np.fft.rfftfreq(count, 1 / RATE_HZ)
    spectrum[(frequencies < low_hz) | (frequencies > high_hz)] = 0
    found: Sound = np.fft.irfft(spectrum, count)
    return at(found, 0)


def seconds(count: int) -> Sound:
    """The moment of each sample."""
    return np.arange(count) / RATE_HZ


def tone(count: int, hertz: float | Sound, harmonics: int = 1) -> Sound:
    """A tone, with overtones that fall by half each; `hertz` may change from sample to sample."""
    phase = 2 * np.pi * np.cumsum(np.broadcast_to(np.asarray(hertz, dtype=np.float64), (count,))) / RATE_HZ
    return sum((np.sin(phase * (n + 1)) / 2**n for n in range(harmonics)), np.zeros(count))


def cadence(count: int, on_s: float, off_s: float) -> Sound:
    """One, and nothing, in turn."""
    return (np.mod(seconds(count), on_s + off_s) < on_s).astype(np.float64)


def strokes(count: int, dice: np.random.Generator, every_s: float, stroke: Sound, *, jitter: float = 0.3) -> Sound:
    """A stroke again and again, now louder, now softer, never quite in time."""
    found = np.zeros(count + len(stroke))
    moment = dice.uniform(0, every_s)
    while int(moment * RATE_HZ) < count:
        start = int(moment * RATE_HZ)
        found[start : start + len(stroke)] += stroke * dice.uniform(0.5, 1)
        moment += every_s * dice.uniform(1 - jitter, 1 + jitter)
    return found[:count]


def fading(count: int, half_s: float) -> Sound:
    """From one down, by half each `half_s`."""
    return 0.5 ** (seconds(count) / half_s)


def _noise(slope: float, level_db: float) -> Maker:
    return lambda count, dice: at(coloured(count, dice, slope), level_db)


def _hum(hertz: float) -> Maker:
    return lambda count, dice: at(tone(count, hertz, 5), -30) + at(coloured(count, dice, 1), -60)


def _engine(count: int, dice: np.random.Generator) -> Sound:
    drift = 90 + 8 * np.cumsum(dice.standard_normal(count)) / np.sqrt(count)
    return at(tone(count, drift, 8) + 0.3 * band(count, dice, 100, 3000), -25)


def _notes(hertz: list[float], each_s: float, harmonics: int, half_s: float, vibrato_hz: float = 0.0) -> Maker:
    def make(count: int, dice: np.random.Generator) -> Sound:
        found = np.zeros(count)
        length = int(each_s * RATE_HZ)
        for start in range(0, count, length):
            size = min(length, count - start)
            wave = 1 + 0.01 * np.sin(2 * np.pi * vibrato_hz * seconds(size))
            found[start : start + size] = tone(size, dice.choice(hertz) * wave, harmonics) * fading(size, half_s)
        return at(found, -22)

    return make


def _chords(each_s: float, half_s: float) -> Maker:
    def make(count: int, dice: np.random.Generator) -> Sound:
        found = np.zeros(count)
        length = int(each_s * RATE_HZ)
        for start in range(0, count, length):
            size = min(length, count - start)
            root = dice.choice([130.8, 146.8, 164.8, 174.6, 196.0])
            for step in (1, 1.26, 1.5, 2):
                found[start : start + size] += tone(size, root * step, 4) * fading(size, half_s)
        return at(found, -22)

    return make


def _drums(count: int, dice: np.random.Generator) -> Sound:
    quarter = RATE_HZ // 4
    kick = tone(quarter, 120 * fading(quarter, 0.03) + 45) * fading(quarter, 0.05)
    snare = band(quarter, dice, 200, 7000) * fading(quarter, 0.03)
    both = strokes(count, dice, 0.5, kick, jitter=0.02) + 0.5 * strokes(count, dice, 0.5, snare, jitter=0.02)
    return at(both, -20)


def _breath(every_s: float, level_db: float) -> Maker:
    def make(count: int, dice: np.random.Generator) -> Sound:
        swell = np.clip(np.sin(2 * np.pi * seconds(count) / every_s), 0, None) ** 0.7
        return at(band(count, dice, 250, 4500) * swell, level_db) + at(coloured(count, dice, 1), -65)

    return make


def _keyboard(every_s: float) -> Maker:
    def make(count: int, dice: np.random.Generator) -> Sound:
        size = RATE_HZ // 25
        key = band(size, dice, 800, 7000) * fading(size, 0.004) + 0.5 * tone(size, 180) * fading(size, 0.01)
        return at(strokes(count, dice, every_s, key, jitter=0.7), -35) + at(coloured(count, dice, 1), -60)

    return make


def _cough(times: float) -> Maker:
    def make(count: int, dice: np.random.Generator) -> Sound:
        size = RATE_HZ * 3 // 10
        burst = band(size, dice, 150, 4000) * fading(size, 0.05)
        burst[: RATE_HZ // 100] *= 3
        return at(strokes(count, dice, times, burst, jitter=0.5), -25) + at(coloured(count, dice, 1), -60)

    return make


def _wind(low_hz: float, high_hz: float) -> Maker:
    def make(count: int, dice: np.random.Generator) -> Sound:
        moments = np.arange(0, count / RATE_HZ + 1, 0.7)
        gust = 0.4 + 0.6 * np.interp(seconds(count), moments, dice.uniform(0, 1, len(moments)))
        return at(band(count, dice, low_hz, high_hz) * gust, -22)

    return make


def _rustle(count: int, dice: np.random.Generator) -> Sound:
    size = RATE_HZ // 20
    crinkle = band(size, dice, 2000, 7800) * fading(size, 0.01)
    return at(strokes(count, dice, 0.07, crinkle, jitter=0.95), -32) + at(coloured(count, dice, 1), -62)


def _rain(count: int, dice: np.random.Generator) -> Sound:
    size = RATE_HZ // 50
    drop = band(size, dice, 1000, 7500) * fading(size, 0.003)
    return at(coloured(count, dice, 0.8), -35) + at(strokes(count, dice, 0.02, drop, jitter=0.9), -38)


def _signal(hertz: tuple[float, ...], on_s: float, off_s: float) -> Maker:
    return lambda count, dice: (
        at(sum((tone(count, one) for one in hertz), np.zeros(count)), -20) * cadence(count, on_s, off_s)
        + at(coloured(count, dice, 1), -65)
    )


def _bell(count: int, dice: np.random.Generator) -> Sound:
    trill = np.where(np.mod(seconds(count), 0.1) < 0.05, 1900.0, 2300.0)
    return at(tone(count, trill, 2), -22) * cadence(count, 1.0, 2.0) + at(coloured(count, dice, 1), -62)


def _siren(count: int, dice: np.random.Generator) -> Sound:
    del dice
    return at(tone(count, 900 + 400 * np.sin(2 * np.pi * 0.4 * seconds(count)), 3), -24)


def _knocks(every_s: float, hertz: float) -> Maker:
    def make(count: int, dice: np.random.Generator) -> Sound:
        size = RATE_HZ // 5
        knock = tone(size, hertz, 3) * fading(size, 0.02) + 0.4 * band(size, dice, 100, 2500) * fading(size, 0.01)
        return at(strokes(count, dice, every_s, knock, jitter=0.2), -28) + at(coloured(count, dice, 1), -58)

    return make


def _traffic(count: int, dice: np.random.Generator) -> Sound:
    passing = 0.2 + np.clip(np.sin(2 * np.pi * seconds(count) / 6 + dice.uniform(0, 6)), 0, None) ** 2
    return at(coloured(count, dice, 1.6) * passing + 0.05 * tone(count, 70, 6) * passing, -24)


SCALE = [261.6, 293.7, 329.6, 392.0, 440.0, 523.3]
SOUNDS: dict[str, Maker] = {
    "digital silence": lambda count, _: np.zeros(count),
    "a converter's own noise, -80 dB": _noise(0, -80),
    **{f"white noise, {level} dB": _noise(0, level) for level in (-60, -50, -40, -30)},
    **{f"pink noise, {level} dB": _noise(1, level) for level in (-60, -50, -40, -30)},
    **{f"brown noise, {level} dB": _noise(2, level) for level in (-60, -50, -40, -30)},
    "mains hum, 50 Hz": _hum(50),
    "mains hum, 60 Hz": _hum(60),
    "an engine": _engine,
    "a tone, 440 Hz": lambda count, _: at(tone(count, 440), -20),
    "a tone, 1 kHz, on and off": lambda count, _: at(tone(count, 1000), -20) * cadence(count, 0.5, 0.5),
    "a siren": _siren,
    "music: organ": _chords(1.0, 5.0),
    "music: piano": _notes(SCALE, 0.4, 5, 0.15),
    "music: guitar chords": _chords(0.6, 0.2),
    "music: flute with vibrato": _notes(SCALE, 0.7, 3, 2.0, vibrato_hz=5.5),
    "music: bass": _notes([55.0, 65.4, 73.4, 82.4], 0.3, 6, 0.2),
    "music: drums": _drums,
    "breath, calm": _breath(3.5, -38),
    "breath, close to the microphone": _breath(1.6, -24),
    "keyboard": _keyboard(0.18),
    "mouse clicks": _keyboard(0.9),
    "one cough now and then": _cough(3.0),
    "a fit of coughing": _cough(0.5),
    "wind": _wind(40, 600),
    "wind in a microphone": _wind(20, 200),
    "rustle": _rustle,
    "rain": _rain,
    "ringing": _signal((440, 480), 2.0, 4.0),
    "an old bell": _bell,
    "a dial tone": _signal((350, 440), 1e9, 0.0),
    "a busy tone": _signal((480, 620), 0.5, 0.5),
    "an alarm": _signal((2000,), 0.1, 0.1),
    "knocking": _knocks(0.4, 220),
    "footsteps": _knocks(0.6, 90),
    "traffic": _traffic,
}


def room(length_s: float, level_db: float, seed: int) -> bytes:
    """A room's own noise, of that level, as 16-bit samples."""
    dice = np.random.default_rng(seed)
    return samples(at(coloured(int(length_s * RATE_HZ), dice, 1.2), level_db))


def samples(sound: Sound) -> bytes:
    """It as 16-bit samples."""
    return (np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()


def made(name: str, length_s: float, seed: int) -> bytes:
    """That sound as 16-bit samples."""
    dice = np.random.default_rng([seed, *name.encode()])
    return samples(SOUNDS[name](int(length_s * RATE_HZ), dice))
