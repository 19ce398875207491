"""
The hostile corpus: files that lie about what they are, how long they are, and whose they are.

Hides how each is forged. Promises: the same bytes each time (fixed seeds; only ffmpeg's version changes them), every
class of attack in `corpus`, and a canary: a sound of its own, beside the files, that none of them may reach.
"""

from tests.hostile.corpus import CLASSES, Case, corpus, good_files

__all__ = ["CLASSES", "Case", "corpus", "good_files"]
