"""docs/bench/words.md, of what was kept of every block."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bench import record
from bench.words.record import kept

HEAD = """# Words, measured with a real Whisper

Written by `python -m bench.words` (`make ears` first); nothing here is typed by hand, and `docs/bench/words.json` has every single
figure. The whole bot runs against a local Discord and faster-whisper-server 0.0.3, a server of other people on loopback, with Whisper
base (multilingual) and tiny.en (faster-whisper 1.2.1, ctranslate2 4.8.5, int8, two threads). Its warmer tries are random, so what
asks it is to be run three times. "Beyond chance" means that 95 % of paired bootstrap draws over recordings lie on one side of 0.
"""


def write(blocks: Mapping[str, tuple[str, Callable[[dict[str, Any]], Iterator[str]]]]) -> str:
    """The page, block after block, each with how much of it was made, and on which machine."""
    lines = [HEAD.rstrip()]
    found = kept()
    for name, (title, told) in blocks.items():
        lines += ["", f"## {title}", ""]
        if name not in found:
            lines.append("Not measured yet.")
            continue
        part = "" if found[name]["percent"] == 100 else f", over {found[name]['percent']} % of the sounds"
        times = found[name]["times"]
        how = f"Measured {'once' if times == 1 else f'{times} times'}{part}, on {found[name]['machine']}."
        lines += [*told(found[name]), "", how]
    return record.write("words.md", lines)
