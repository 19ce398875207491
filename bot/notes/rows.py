"""
What the inbox keeps: notes, wishes for an answer, heard pieces.

Hides nothing. Promises: plain frozen values; their names are the columns' names.
"""

from dataclasses import dataclass
from typing import Literal

from bot.outcome import Door, Gap, Task

NoteState = Literal["open", "heard", "done"]
Place = Literal["reply", "thread", "channel", "direct"]
Form = Literal["usual", "parts", "file"]
Barred = Literal["", "right", "filter", "refused"]


@dataclass(frozen=True, slots=True)
class Note:
    """
    One attachment in one variant, to be heard once.

    `media` is `voice`, `audio` or `video`. `url` is empty once the note is done, where Discord can be asked for it anew
    by channel and message; `gone` says that its message, or the sound in it, was taken away.
    `request_id` is the snowflake whose month pays, `role_ids` are the payer's roles with commas
    between, until it is done; `outcome`
    is encoded and rests only until `done`.
    `sound_guild_id` is the server in which the sound stands, if any; `guild_id` the one that pays.
    `round` counts how often it was opened anew after it was done: each round is a charge of its own. `language`
    and `task` are the variant's; `stopped` says that no further call may start; `timing` is when what was said,
    without the words; `is_spoiler` says that the words stay hidden wherever they are said, as the sound is.
    """

    key: str
    attachment_id: int
    media: str
    size_bytes: int
    declared_ms: int | None
    url: str
    is_voice: bool
    guild_id: int | None
    channel_id: int
    message_id: int | None
    author_id: int | None
    payer_id: int
    request_id: int
    created_ms: int
    door: Door = Door.AUTO
    state: NoteState = "open"
    round: int = 1
    attempts: int = 0
    fence: int = 0
    length_ms: int | None = None
    sha256: str | None = None
    ending: str | None = None
    parent_id: int | None = None
    language: str | None = None
    task: Task = Task.TRANSCRIBE
    stopped: bool = False
    timing: str | None = None
    outcome: str | None = None
    role_ids: str = ""
    is_spoiler: bool = False
    sound_guild_id: int | None = None
    gone: bool = False

    @property
    def crosses(self) -> bool:
        """Whether the sound stands in another server than the one that pays for it."""
        return self.sound_guild_id not in (None, self.guild_id)

    @property
    def roles(self) -> tuple[int, ...]:
        """The payer's roles, by id."""
        return tuple(map(int, filter(None, self.role_ids.split(","))))

    @property
    def variant(self) -> str:
        """How it is heard (model, language, task), as it stands in the key."""
        return self.key.partition(":")[2]

    @property
    def ruled_by(self) -> int:
        """The channel whose decisions hold for it: a thread's parent."""
        return self.parent_id or self.channel_id

    @property
    def is_answered(self) -> bool:
        """Done, and with an answer worth quoting to the next who asks."""
        return self.state == "done" and self.ending in {"Transcript", "Silence"}


@dataclass(frozen=True, slots=True)
class Ask:
    """
    One wish for an answer to a note; `sent` are the messages delivered so far, in order.

    `place` says how `channel_id` is to be taken: where the note is, its thread (which Discord gives the id of the
    message it hangs on), another channel, or the direct messages of who asked; `asked_in` is then the channel of the
    note. `form` is how the answer is to stand there, and `barred` why it may not stand where it was wished.
    `is_live` says that the first of them still shows how far the work is. `follows` says that the interaction's own
    answer is another's: this one is a follow-up.
    """

    id: int
    note_key: str
    door: Door
    channel_id: int
    message_id: int | None
    member_id: int
    locale: str
    private: bool
    application_id: int | None
    token: str | None
    created_ms: int
    follows: bool = False
    sent: tuple[int, ...] = ()
    is_live: bool = False
    role_ids: str = ""
    state: Literal["open", "done"] = "open"
    place: Place = "reply"
    asked_in: int | None = None
    form: Form = "usual"
    barred: Barred = ""

    @property
    def read_in(self) -> int:
        """The channel whose readers read the answer: a note's thread, which need not stand yet, has its channel's."""
        return self.asked_in or self.channel_id if self.place == "thread" else self.channel_id


@dataclass(frozen=True, slots=True)
class Opened:
    """What `open` found: the state of the note that was there already, or None for a new one."""

    note_state: NoteState | None
    is_new_ask: bool = True


@dataclass(frozen=True, slots=True)
class HeardPiece:
    """The words of one piece, and the gaps in them."""

    piece: int
    start_ms: int
    end_ms: int
    languages: str
    text: str
    missing: tuple[Gap, ...] = ()
