"""What is said of a clip once its hearing has ended."""

from collections.abc import Sequence
from dataclasses import replace

from bot.desk.listening import Hearing, NoRoom
from bot.desk.payers import refused
from bot.desk.rules import Rules
from bot.notes import HeardPiece
from bot.outcome import (
    Failed,
    Gap,
    Gone,
    NothingHere,
    Outcome,
    Repeat,
    Segment,
    Silence,
    Stopped,
    SwitchedOff,
    Transcript,
    Undelivered,
    kind,
)
from bot.speech import Trouble


def verdict(hearing: Hearing, heard: Sequence[HeardPiece], billed_ms: int, rules: Rules) -> Outcome:
    """How the note ends: its words with the gaps in them, silence, or the first piece's trouble."""
    clip, troubles = hearing.clip, hearing.troubles
    if hearing.is_shut:
        return SwitchedOff()
    spoken = [piece for piece in heard if piece.text]
    if not spoken:
        if not troubles:
            return Silence(clip.length_ms)
        trouble = troubles[min(troubles)]
        if hearing.is_stopped:
            return Stopped()
        if isinstance(trouble, NoRoom):
            return refused(trouble.leg, trouble.left)
        return Failed(trouble.fault) if isinstance(trouble, Trouble) else Stopped()
    reached = {piece.piece: piece.end_ms for piece in heard}
    missed = [clip.pieces[index] for index in sorted(troubles)]
    gaps = [Gap(reached.get(piece.index, piece.start_ms), piece.end_ms) for piece in missed]
    gaps += [gap for piece in spoken for gap in piece.missing]
    holes = tuple(gap for gap in gaps if gap.start_ms < gap.end_ms)
    languages = {code: None for piece in heard for code in piece.languages.split(",") if code}
    return Transcript(
        segments=tuple(Segment(piece.start_ms, piece.end_ms, piece.text) for piece in spoken),
        gaps=holes,
        length_ms=clip.length_ms,
        billed_ms=billed_ms,
        model=rules.ears_for(hearing.note.task).model,
        languages=tuple(languages),
        task=hearing.note.task,
        tracks=clip.tracks,
        has_video=clip.has_video,
        damaged=clip.damaged,
        stopped=hearing.is_stopped and bool(holes),
    )


def as_spoiler(outcome: Outcome) -> Outcome:
    """The same of a sound behind a spoiler: whatever has words hides them."""
    return replace(outcome, is_spoiler=True) if isinstance(outcome, Transcript | Repeat) else outcome


def ended(outcome: Outcome) -> str:
    """How a note ended, in a word for the log's sentence."""
    match outcome:
        case Transcript() | Silence() | Repeat() | NothingHere():
            return "answered"
        case Undelivered():
            return "delivered to nobody"
        case Stopped():
            return "stopped"
        case Gone():
            return "gone"
        case Failed():
            return "failed"
        case _:
            return "refused"


def ending_of(outcome: Outcome) -> tuple[str, str | None]:
    """How the end is written down, and when what was said; what was stopped is no answer to quote: it has a rest."""
    if isinstance(outcome, Transcript):
        return kind(Stopped() if outcome.stopped else outcome), outcome.timing
    return kind(outcome), None
