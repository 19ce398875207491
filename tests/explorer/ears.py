"""A provider that says what it is told to say; each call is written down where it can be counted."""

from collections.abc import Callable
from pathlib import Path

from bot.outcome import Fault
from bot.speech import Heard, Hint, Speech, Trouble
from tests.explorer.discord import Courier
from tests.explorer.gate import outside

WORDS = "quokka marmalade zeppelin"
LONG_WORDS = (  # no word twice: what goes round in circles is taken for a model's mistake
    f"{WORDS} accordion buttermilk cathedral dandelion elephant fisherman gingerbread harmonica icicle jellyfish "
    "kangaroo lavender mandolin nightingale octopus parachute raspberry submarine telescope umbrella violin watermelon"
)
SPENT = Trouble(
    Fault.SPEND_LIMIT, retry=False, may_cost=False, is_refused=True, code="429", named={"code": "insufficient_quota"}
)


class Ears(Speech):
    """Answers as `says` tells; calls are events of the courier's Discord, under the attachment's number."""

    def __init__(self, courier: Courier) -> None:
        super().__init__(base_url="http://127.0.0.1:9", api_key="none", model="gpt-transcribe")
        self._courier = courier
        self.says = "words"

    async def hear(
        self, path: Path, name: str, content_type: str, hint: Hint | None = None, *,
        on_delta: Callable[[str], None] | None = None, english_by: str | None = None, sound_ms: int = 0,
    ) -> Heard | Trouble:  # fmt: skip  # the parameters are Speech's
        """See Speech."""
        del name, content_type, hint, on_delta, english_by, sound_ms
        guilds = self._courier.guilds
        # Whoever is stopped here has begun to call: no answer of the books can hold them back any more.
        guilds.events.append(("call", guilds.paths.get(str(path), 0)))
        await outside("call")
        match self.says:
            case "words":
                return Heard(WORDS, billed_seconds=5)
            case "long words":
                return Heard(LONG_WORDS, billed_seconds=5)
            case "nothing":
                return Heard("", billed_seconds=5)
            case "spent":
                return SPENT
            case _:
                return Trouble(Fault.REJECTED, retry=False, may_cost=False, is_refused=True, code="400")
