"""
What "More" shows to whoever presses it: the plain text, subtitles, and what else can be had of the note.

Hides what fits into a message. Promises: pure; the words are all there, as text or as a file.
"""

from enum import StrEnum

from bot.outcome import Scope
from bot.reply.amounts import length
from bot.reply.render import FILE_NAME, MESSAGE_LIMIT, SMALL, Button, File, Reply, units
from bot.reply.spoiler import BARS, file_name
from bot.reply.subtitles import is_whole, retimed, srt, vtt
from bot.words import Words

# The languages to choose from: those most spoken on Discord; a select takes 25.
LANGUAGES = tuple("en ko ja zh es pt fr de it ru uk pl nl tr ar hi id th vi".split())  # noqa: SIM905 - one line of codes
FENCE = "```"


class Unread(StrEnum):
    """Why an answer's words could not be read back; each is a text of its own."""

    FORBIDDEN = "unreadable"
    PARTLY = "partly"
    TOO_LARGE = "too_large"
    TROUBLE = "unread"  # it passes


def panel(
    words: Words,
    *,
    text: str | Unread,
    timing: str | None,
    cost: tuple[Scope, int, int],
    may_attach: bool = True,
    may_delete: bool = False,
    may_translate: bool = False,
    ref: str = "",
    is_spoiler: bool = False,
) -> Reply:
    """
    The text without markdown, or why there is none; its subtitles, and the price of hearing it again.

    Subtitles are made of a text that is whole, and of no other. `cost` says whose month, what is needed and what is
    left, in milliseconds. `ref` stands where there is trouble. Who wants to copy the words of a spoiler (`is_spoiler`)
    need not want to read them: they stay hidden until pressed, here and in the files.
    """
    scope, need_ms, left_ms = cost
    key = "answer.cost" if scope in (Scope.GUILD, Scope.HOST) else f"answer.cost_{scope}"
    price = words(key, need=length(need_ms, words, round_up=True), left=length(left_ms, words))
    files: list[File] = []
    if isinstance(text, Unread):
        told = [words(f"answer.{text}"), *([SMALL + words("footer.ref", ref=ref)] if text is Unread.TROUBLE else [])]
    else:
        block = f"{FENCE}\n{text}\n{FENCE}"
        block = f"{BARS}{block}{BARS}" if is_spoiler else block
        breaks_out = FENCE in text or (is_spoiler and BARS in text)  # in a block of code nothing can be escaped
        fits = not breaks_out and units(block) + units(price) < MESSAGE_LIMIT - 200  # room for the sentences around
        segments = retimed(text, timing) if timing and is_whole(text, timing) else ()
        attached = "answer.plain_file" if segments else "answer.plain_alone"
        if may_attach and not fits:
            files.append(File(FILE_NAME, (text + "\n").encode()))
        if may_attach and segments:
            files += [File("subtitles.srt", srt(segments).encode()), File("subtitles.vtt", vtt(segments).encode())]
        files = [File(file_name(file.name, is_spoiler=is_spoiler), file.data) for file in files]
        told = [f"{words('answer.plain')}\n{block}"] if fits else [words(attached if may_attach else "answer.no_files")]
        if fits and files:
            told.append(words("answer.subtitles"))
    buttons = [Button("english", words("button.english"))] if may_translate else []
    buttons += [Button("delete", words("button.delete"))] if may_delete else []
    return Reply(("\n".join([*told, price]),), tuple(files), tuple(buttons))
