"""
What "More" shows to whoever presses it: the plain text, subtitles, and what else can be had of the note.

Hides what fits into a message. Promises: pure; the words are all there, as text or as a file.
"""

from bot.outcome import Scope
from bot.reply.amounts import length
from bot.reply.render import MESSAGE_LIMIT, Button, File, Reply, units
from bot.reply.subtitles import retimed, srt, vtt
from bot.words import Words

# The languages to choose from: those most spoken on Discord; a select takes 25.
LANGUAGES = tuple("en ko ja zh es pt fr de it ru uk pl nl tr ar hi id th vi".split())  # noqa: SIM905 - one line of codes
FENCE = "```"


def panel(
    words: Words,
    *,
    text: str | None,
    timing: str | None,
    cost: tuple[Scope, int, int],
    may_attach: bool = True,
    may_delete: bool = False,
    may_translate: bool = False,
) -> Reply:
    """
    The text (None: it may not be read back here) without markdown, its subtitles, the price of hearing it again.

    `cost` says whose month, what is needed and what is left, in milliseconds.
    """
    scope, need_ms, left_ms = cost
    key = "answer.cost" if scope in (Scope.GUILD, Scope.HOST) else f"answer.cost_{scope}"
    price = words(key, need=length(need_ms, words, round_up=True), left=length(left_ms, words))
    files: list[File] = []
    told = [words("answer.unreadable")]
    if text is not None:
        block = f"{FENCE}\n{text}\n{FENCE}"
        fits = FENCE not in text and units(block) + units(price) < MESSAGE_LIMIT - 200  # room for the sentences around
        segments = retimed(text, timing) if timing else ()
        if may_attach and not fits:
            files.append(File("transcript.txt", (text + "\n").encode()))
        if may_attach and segments:
            files += [File("subtitles.srt", srt(segments).encode()), File("subtitles.vtt", vtt(segments).encode())]
        told = [f"{words('answer.plain')}\n{block}"] if fits else [words("answer.plain_file")] if may_attach else told
        if fits and files:
            told.append(words("answer.subtitles"))
    buttons = [Button("english", words("button.english"))] if may_translate else []
    buttons += [Button("delete", words("button.delete"))] if may_delete else []
    return Reply(("\n".join([*told, price]),), tuple(files), tuple(buttons))
