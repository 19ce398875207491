"""The clip: decides between the page walk and the worker, and owns the files of the pieces."""

import asyncio
import re
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.audio.cell import ask
from bot.audio.detector import is_able
from bot.audio.ffmpeg import ffmpeg_of
from bot.audio.ogg import VoiceNote, walk
from bot.audio.room import BITS_PER_SECOND
from bot.audio.rules import Clip, Piece, SoundTooLong, UploadRules
from bot.audio.voice import Voice

SHORTEST_MS = 100  # OpenAI: "audio duration ... is shorter than 0.1 seconds"; nothing can be said in that
PIECE = re.compile(r"piece-\d{3,6}\.(ogg|mp3)")  # what the worker calls them
CONTENT_TYPES = {"opus": "audio/ogg", "mp3": "audio/mpeg"}
SUFFIXES = {"opus": "ogg", "mp3": "mp3"}  # the provider goes by the name: it refuses .opus


@asynccontextmanager
async def open(path: Path, *, rules: UploadRules) -> AsyncIterator[Clip]:  # noqa: A001 - the room's face: audio.open
    """
    Measures a sound and lays its pieces ready; their files are gone when the block is left.

    `path` stays the caller's. Raises UnreadableSound and SoundTooLong, FfmpegMissing, and OSError or RuntimeError when
    this machine, not the sound, is to blame (a full disk).
    """
    note = await asyncio.to_thread(walk, path, max_ms=rules.max_ms)
    if note and note.length_ms > rules.max_ms:
        raise SoundTooLong(note.length_ms)
    directory = rules.scratch / f"clip-{secrets.token_hex(8)}"
    try:
        if not note or not _may_pass(note, rules):
            yield await _converted(path, directory, rules)
        elif rules.trimmed:
            clip = await _converted(path, directory, rules)
            has_cuts = clip.is_silent or sum(piece.sent_ms for piece in clip.pieces) < clip.length_ms
            yield clip if has_cuts else _as_it_is(path, directory, note, rules)
        else:
            yield await _passed(path, directory, note, rules)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


async def recode(piece: Piece) -> Piece:
    """
    The same piece as mp3, for a provider that calls the first form corrupted or unsupported.

    The file lies beside the first and goes with the clip. Raises what `open` raises.
    """
    limit_ms = piece.end_ms - piece.start_ms + 1_000
    rules = replace(
        piece.rules, format="mp3", hushed=False, trimmed=False, salvage=True, max_ms=limit_ms, target_ms=limit_ms
    )
    directory = (piece.directory or piece.path.parent) / f"again-{secrets.token_hex(8)}"
    again = await _converted(piece.path, directory, replace(rules, piece_ms=limit_ms))
    made = again.pieces[0]
    return replace(piece, path=made.path, name=made.name, content_type=made.content_type)


async def split(piece: Piece, target_ms: int) -> tuple[Piece, ...]:
    """
    The same sound in smaller pieces of about that length, cut in pauses, for a server that takes no larger ones.

    They keep the piece's number, and together cover all of it. Their files go with the clip. Raises what `open` raises.
    """
    limit_ms = piece.sent_ms + 1_000
    rules = replace(
        piece.rules,
        format="mp3" if piece.content_type == CONTENT_TYPES["mp3"] else piece.rules.format,
        hushed=False,
        trimmed=False,
        salvage=True,
        max_ms=limit_ms,
        target_ms=target_ms,
        piece_ms=target_ms,
    )
    directory = (piece.directory or piece.path.parent) / f"split-{secrets.token_hex(8)}"
    made = (await _converted(piece.path, directory, rules)).pieces
    whole = piece.spans or ((piece.start_ms, piece.end_ms),)
    parts = []
    for part in made:
        until_ms = part.end_ms if part is not made[-1] else limit_ms
        spans = _within(whole, part.start_ms, until_ms)
        ends = (spans[0][0], spans[-1][1]) if spans else (piece.end_ms, piece.end_ms)
        file = replace(piece, path=part.path, name=part.name, content_type=part.content_type)
        parts.append(replace(file, start_ms=ends[0], end_ms=ends[1], spans=spans if piece.spans else ()))
    return tuple(parts)


def _within(spans: tuple[tuple[int, int], ...], start_ms: int, end_ms: int) -> tuple[tuple[int, int], ...]:
    """What of these stretches of a clip lies between two moments of the file that has them, one behind the other."""
    found, at_ms = [], 0
    for start, end in spans:
        first, last = max(start_ms - at_ms, 0), min(end_ms - at_ms, end - start)
        if first < last:
            found.append((start + first, start + last))
        at_ms += end - start
    return tuple(found)


async def voice_in(piece: Piece) -> Voice:
    """
    Where somebody speaks in a piece and how many syllables: for the few whose words are doubtful.

    Most notes are sent as they came, undecoded; that is why this is asked afterwards. Raises what `open` raises.
    """
    directory = (piece.directory or piece.path.parent) / f"voice-{secrets.token_hex(8)}"
    order = await _order(piece.path, directory, piece.rules, task="measure")
    order |= {"detects": await asyncio.to_thread(is_able)}
    return Voice.read(await _ask(order, piece.rules))


def _may_pass(note: VoiceNote, rules: UploadRules) -> bool:
    """Whether the bytes may go out as they came in."""
    return (
        rules.convert == "when-needed"
        and "ogg" in rules.accepts
        and note.length_ms <= rules.piece_ms
        and note.size_bytes <= rules.max_bytes
    )


async def _passed(path: Path, directory: Path, note: VoiceNote, rules: UploadRules) -> Clip:
    """
    The note itself, byte for byte; without its long silent ends, where it has some.

    It is listened to only if its pages leave it open whether there is life in all of it.
    """
    clip = _as_it_is(path, directory, note, rules)
    if not rules.hushed or clip.is_silent or (note.is_lively and not note.has_calm_ends):
        return clip
    order = await _order(path, directory, rules, task="listen")
    order |= {"ends_of_ms": note.length_ms if note.has_calm_ends else 0}
    answer = await _ask(order, rules)
    clip = replace(clip, is_silent=answer["is_silent"])
    if "pieces" not in answer:
        return clip
    (made,) = answer["pieces"]
    spans = _spans(made)
    (start_ms, end_ms), cropped = spans[0], _made(directory, made["name"])
    (piece,) = clip.pieces
    return replace(clip, pieces=(replace(piece, path=cropped, start_ms=start_ms, end_ms=end_ms, spans=spans),))


async def _ask(order: dict[str, Any], rules: UploadRules) -> dict[str, Any]:
    """One worker's word; its deadline begins when it does."""
    async with rules.slots or nullcontext():
        return await ask(order, deadline_s=rules.deadline_s * rules.crowd)


def _as_it_is(path: Path, directory: Path, note: VoiceNote, rules: UploadRules) -> Clip:
    piece = Piece(0, 0, note.length_ms, path, "voice.ogg", "audio/ogg", rules=rules, directory=directory)
    return Clip(note.length_ms, note.length_ms < SHORTEST_MS, converted=False, pieces=(piece,))


async def _converted(path: Path, directory: Path, rules: UploadRules) -> Clip:
    longest_ms = min(rules.piece_ms, rules.max_bytes * 8_000 // BITS_PER_SECOND[rules.format])
    order = await _order(path, directory, rules, task="work")
    order |= {"format": SUFFIXES[rules.format], "piece_ms": longest_ms, "target_ms": min(rules.target_ms, longest_ms)}
    order |= {"counted": False}
    answer = await _ask(order, rules)
    if "claims_too_much" in answer:
        # The header said: too long; the samples say: not so. Only such a liar is decoded twice.
        answer = await _ask({**order, "counted": True}, rules)
    pieces = tuple(
        Piece(
            index,
            _spans(made)[0][0],
            _spans(made)[-1][1],
            _made(directory, made["name"]),
            f"clip.{SUFFIXES[rules.format]}",
            CONTENT_TYPES[rules.format],
            spans=_spans(made),
            rules=rules,
            directory=directory,
        )
        for index, made in enumerate(answer["pieces"])
    )
    return Clip(
        answer["length_ms"],
        answer["is_silent"] or answer["length_ms"] < SHORTEST_MS,
        converted=True,
        pieces=pieces,
        tracks=answer["tracks"],
        has_video=answer["has_video"],
        damaged=answer["damaged"],
    )


def _spans(made: dict[str, Any]) -> tuple[tuple[int, int], ...]:
    """What of the clip is in a piece, as the worker says it."""
    return tuple((start, end) for start, end in made["spans"])


def _made(directory: Path, name: str) -> Path:
    """A file that the worker has made. Raises RuntimeError for all else: strangers' code may have been in there."""
    path = directory / name
    if not PIECE.fullmatch(name) or path.is_symlink() or not path.is_file():
        raise RuntimeError("the audio worker made something else than a piece")
    return path


def _lay_out(path: Path, directory: Path) -> Path:
    """The clip's directory, made on the loop: a thread would go on after a cancel, and leave it behind."""
    for level in (directory.parent, directory):
        level.mkdir(mode=0o700, exist_ok=True)
    source = directory / "source"
    source.symlink_to(path.resolve())
    return source


async def _order(path: Path, directory: Path, rules: UploadRules, *, task: str) -> dict[str, Any]:
    """What every order says. The decoder is shown a name of ours, so that only the content can tell it the format."""
    ffmpeg = await asyncio.to_thread(ffmpeg_of, rules.ffmpeg)
    return {
        "task": task,
        "ffmpeg": str(ffmpeg),
        "source": str(_lay_out(path, directory)),
        "directory": str(directory),
        "reads": list(rules.reads),
        "max_ms": rules.max_ms,
        "memory_bytes": rules.memory_bytes,
        "deadline_s": int(rules.deadline_s) + 1,
        "hushed": rules.hushed,
        "trimmed": rules.trimmed,
        "salvage": rules.salvage,
    }
