"""Many notes at once: heard in parallel, answered as fast as Discord lets a bot post, and none is lost."""

from tests.conftest import SPEECH, WORDS, World
from tests.world.discord.rates import MESSAGES

PARK = SPEECH / "park.ogg"
NOTES = 20


async def test_a_flood_in_one_channel_meets_no_429(world: World) -> None:
    """Twenty notes in one channel are heard at once and answered window by window, without one refusal by Discord."""
    world.discord.rates.limits["POST", MESSAGES] = (5, 1.0)
    gate = world.openai.hold()
    async with world.bot(rate__member_per_minute="1000", rate__guild_per_minute="1000"):
        notes = [await world.mina.voice_note(world.general, PARK) for _ in range(NOTES)]
        await gate.wait_for(NOTES)
        gate.release()
        for note in notes:
            await note.wait(seconds=60)

    assert all(WORDS in note.content and len(note.messages) == 1 for note in notes)
    assert world.openai.most_at_once == NOTES
    assert not world.discord.rates.limited
