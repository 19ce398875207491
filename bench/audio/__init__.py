"""Measures the audio room: cost, words before and after, whom it takes for silent. Run `python -m bench.audio`."""
