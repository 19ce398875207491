"""
The way down: how an answer may stand where Discord does not take it as it was wished.

Hides nothing and knows nobody: pure. Promises: each step is taken once, so the way ends; what was asked for in private
is given to nobody else; words that a server's filter refused are not said round it in that server.
"""

from dataclasses import dataclass

from bot.notes import Ask, Barred, Form, Place
from bot.post.refusals import Meaning


@dataclass(frozen=True, slots=True)
class Step:
    """A place, and the form in which the answer is to stand there."""

    place: Place
    form: Form = "usual"


@dataclass(frozen=True, slots=True)
class Shape:
    """What can be done with an answer: it has words that may take another form; in its usual one it needs a file."""

    has_words: bool
    has_file: bool


def after(ask: Ask, meaning: Meaning, shape: Shape) -> Step | None:
    """
    The next step where the one `ask` stands at was refused; None where no way is left.

    The wished place, below the note, as messages without a file, as a file alone, in private to who asked or posted.
    """
    if ask.token is not None:
        is_public = not ask.private and meaning is not Meaning.WORDS
        return Step("reply" if is_public else "direct")
    if ask.place != "direct" and (ask.private or meaning is Meaning.WORDS):
        return Step("direct")
    if ask.is_live:  # a message that cannot be edited any more says nothing about a new one
        return Step(ask.place, ask.form)
    forms = _forms(ask.place, shape)
    rest = forms[forms.index(ask.form) + 1 :] if ask.form in forms else []
    if rest and meaning is not Meaning.PLACE:
        return Step(ask.place, rest[0])
    if ask.place == "direct":
        return None
    return Step("direct" if ask.place == "reply" else "reply")


def _forms(place: Place, shape: Shape) -> list[Form]:
    """The forms an answer may take at a place, in the order in which they are tried."""
    forms: list[Form] = ["usual"]
    if shape.has_words:
        forms += ["parts"] if shape.has_file else []
        forms += ["file"] if place in ("reply", "direct") else []
    return forms


def barred_by(meaning: Meaning, *, is_right: bool) -> Barred:
    """Why an answer may not stand where it was wished, for the sentence that comes with it elsewhere."""
    if meaning is Meaning.WORDS:
        return "filter"
    return "right" if is_right else "refused"
