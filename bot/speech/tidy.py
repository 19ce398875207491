"""
Words as they are said: without a model's own marks, and without the line breaks of its segments.

Hides which marks there are and where a line break is more than a seam. Promises: takes time in proportion to the text;
valid Unicode that any database takes; a blank is neither lost between words nor doubled.
"""

import re

# Whisper's, SenseVoice's and others' special tokens, whisper.cpp's spelling of them, and those of sentence pieces.
_MARK = re.compile(
    r"<\|[^|<>\r\n]{0,64}\|>"
    r"|\[_(?:[A-Z]{2,12}_\w{0,12}|extra_token_\d{1,7})\]"
    r"|<(?:/?s|unk|pad|bos|eos|mask|blank|sil)>"
)
_BREAK = re.compile(r"[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029][\s\x1c-\x1e\x85]*")
_BREAKS = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SENTENCE = re.compile(r"[.!?…。！？؟।]+[\"'”’»」』）)\]]{0,3}(?:\s|$)|[。！？]")  # noqa: RUF001 - as they are written
_ENDED = re.compile(r"[.!?…。！？؟।][\"'”’»」』）)\]]{0,3}\Z")  # noqa: RUF001 - likewise
_SENTENCES_OF_A_PARAGRAPH = 2
# Scripts that put no blank between words: Thai, Lao, Burmese, Khmer, kana, Han and their punctuation.
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3001-\u303f\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uf900-\ufaff\uff01-\uff65\U00020000-\U0003ffff]"
)
_CLOSING = frozenset(".,!?;:…)]}%»”’。、，！？：；」』）")  # noqa: RUF001 - as they are written


def clean(text: str) -> str:
    """The words without marks, seams of segments, and what SQLite and PostgreSQL refuse."""
    return _in_one_go(_unmarked(fit(text))).strip()


def fit(text: str) -> str:
    """The same for a part of them, blanks at its ends included: without NUL and halves of surrogate pairs alone."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def shown(delta: str) -> str:
    """A part of a stream as it may be shown at once: whole marks and line breaks are taken out of it."""
    return _BREAK.sub(" ", _MARK.sub("", fit(delta)))


def _unmarked(text: str) -> str:
    """Without marks; what they stood between is not grown together, and keeps one blank at most."""
    found: list[str] = []
    at = 0
    for mark in _MARK.finditer(text):
        found.append(text[at : mark.start()])
        at = mark.end()
    if not found:
        return text
    found.append(text[at:])
    kept = ""
    whole: list[str] = []
    for piece in found:
        if not piece:
            continue
        seam = _seam(kept, piece) if kept else ""
        if seam == " ":
            whole[-1], piece = whole[-1].rstrip(" \t"), piece.lstrip(" \t")  # noqa: PLW2901 - its blanks are the seam
        whole.append(seam + piece)
        kept = piece
    return "".join(whole)


def _in_one_go(text: str) -> str:
    """Without the line breaks of segments; those between paragraphs stay, as one empty line."""
    lines, breaks, at = [], [], 0
    for found in _BREAK.finditer(text):
        lines.append(text[at : found.start()].rstrip())
        breaks.append(len(_BREAKS.findall(found[0])) > 1)
        at = found.end()
    if not breaks:
        return text
    lines.append(text[at:])
    keeps = _are_paragraphs(lines, breaks)
    whole = [lines[0]]
    for line, is_empty_line in zip(lines[1:], breaks, strict=True):
        before = whole[-1]
        if keeps and is_empty_line and _ENDED.search(before[-8:]):
            whole.append("\n\n" + line)
        else:
            whole.append((_seam(before, line) if before and line else "") + line)
    return "".join(whole)


def _are_paragraphs(lines: list[str], breaks: list[bool]) -> bool:
    """
    Whether the empty lines are somebody's paragraphs, and no server's way to write one segment below another.

    A paragraph has several sentences; a segment has one, or a part of one.
    """
    paragraphs = 1 + sum(breaks)
    if paragraphs == 1:
        return False
    sentences = sum(len(_SENTENCE.findall(line)) for line in lines)
    return sentences >= paragraphs * _SENTENCES_OF_A_PARAGRAPH


def _seam(before: str, after: str) -> str:
    """What belongs between two pieces of text that were written apart."""
    last, first = before[-1], after[0]
    if last.isspace() or first.isspace():
        near = before.rstrip()[-1:], after.lstrip()[:1]
        return "" if not all(near) else " "
    if first in _CLOSING or (_UNSPACED.match(last) and _UNSPACED.match(first)):
        return ""
    return " "
