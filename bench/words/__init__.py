"""
What a real Whisper's answers are worth once they have gone through the bot: docs/bench/words.md.

`python -m bench.words` measures and writes; each block can be run by itself and keeps its figures in
docs/bench/words.json, so that the page is always whole. `make ears` first.
"""
