"""
How a note can stand when two verbs meet: each state is made by the real desk, once, and taken up again for each case.

The first message is the note everything is about; the second one is another copy of its sound where there are twins.
In every state a button is offered under the ninth message, the server has decided some things, Mina has a limit and a
grant of her own, and was turned away once.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.app.build import App
from bot.quota import guild_account, member_account
from tests.explorer.discord import Message
from tests.explorer.gate import GATE, Gate
from tests.explorer.scene import (
    ADMIN,
    BASE_MS,
    DAY_MS,
    ELSEWHERE,
    GENERAL,
    GUILD,
    LEASE_MS,
    MINA,
    MINUTE_MS,
    OTHER_GUILD,
    Scene,
    attachment,
    number,
)

_OFFERED = 9


async def furnished(scene: Scene) -> None:
    """A server in which people have decided things."""
    app = scene.apps[0]
    scene.guilds.sounds = {attachment(n): "the same" for n in (1, 2, 3)}
    await app.privacy.guild_joined(GUILD)
    await app.switches.decide(GUILD, 0, zone="Asia/Seoul", locale="en")
    await app.switches.decide(GUILD, ELSEWHERE, mode="on_demand")
    account = member_account(GUILD, MINA)
    await app.quotas.limit(account, 15 * MINUTE_MS, guild_id=GUILD, by_id=MINA, at=number(801))
    await app.quotas.grant(account, MINUTE_MS, guild_id=GUILD, by_id=ADMIN, at=number(802))
    await app.switches.offer(number(_OFFERED), GENERAL, GUILD)
    button = scene.guilds.post(Message(0, GENERAL, "offer", "a button", "", 0, 0, is_words=False))
    await app.switches.offered(number(_OFFERED), button.id)
    await app.desk.accept(replace(scene.posted(8), size_bytes=10**10))
    await app.herald.say()


async def new(scene: Scene) -> None:
    """Just posted; nobody has it yet."""
    await scene.apps[0].desk.accept(scene.posted(1))


async def asked_twice(scene: Scene) -> None:
    """Posted, and Jun asks for it by a command."""
    await new(scene)
    await scene.apps[0].desk.accept(scene.asked(1, 201))


async def heard(scene: Scene) -> None:
    """A long one: its worker died when the words were booked; its lease is over."""
    await scene.apps[0].desk.accept(scene.posted(1, is_long=True))
    await _dies(scene, when="SELECT 1 FROM heard")


async def shown(scene: Scene) -> None:
    """The same, and the next worker died while the words stood there as a preview."""
    await heard(scene)
    await _dies(scene, when="SELECT 1 FROM reply WHERE live = 1")


async def decided(scene: Scene) -> None:
    """Its worker died before it had posted anything of a long answer."""
    await new(scene)
    scene.ears[0].says = "long words"
    await _dies(scene, when="SELECT 1 FROM decided")


async def posted(scene: Scene) -> None:
    """Its worker died when the second part of the answer stood, and was not recorded yet."""
    await new(scene)
    scene.ears[0].says = "long words"
    await _dies(scene, when="SELECT 1 FROM reply", standing=3)


async def delivered(scene: Scene) -> None:
    """Answered."""
    await new(scene)
    assert await scene.work_off(scene.apps[0])


async def in_parts(scene: Scene) -> None:
    """Answered in several parts, and once more by a command."""
    await new(scene)
    scene.ears[0].says = "long words"
    assert await scene.work_off(scene.apps[0])
    await scene.apps[0].desk.accept(scene.asked(1, 201))
    assert await scene.work_off(scene.apps[0])


async def refused(scene: Scene) -> None:
    """The provider took it for no sound."""
    await new(scene)
    scene.ears[0].says = "refusal"
    assert await scene.work_off(scene.apps[0])


async def again(scene: Scene) -> None:
    """It failed, and Jun asks for it by a command: nobody has begun to hear it anew."""
    await refused(scene)
    await scene.apps[0].desk.accept(scene.asked(1, 201))


async def quoted(scene: Scene) -> None:
    """It was answered, and Jun asks for it by a command."""
    await delivered(scene)
    await scene.apps[0].desk.accept(scene.asked(1, 201))


async def forwarded(scene: Scene) -> None:
    """It was answered, and Jun has forwarded it to another channel, where that is still to be said."""
    await delivered(scene)
    await scene.apps[0].desk.accept(scene.forwarded())


async def twins(scene: Scene) -> None:
    """It failed; two copies of it were posted meanwhile, and both wait to be heard."""
    await refused(scene)
    for n in (2, 3):
        await scene.apps[0].desk.accept(scene.posted(n))


async def unpaid(scene: Scene) -> None:
    """The provider refused to be paid; the note waits, and the next probe is due."""
    await new(scene)
    scene.ears[0].says = "spent"
    for waiting in await scene.bells():
        await scene.apps[0].desk.work(waiting[1])
        await scene.rows(f"DELETE FROM pgqueuer WHERE id = {waiting[0]}")  # noqa: S608  # a number
    await scene.pass_time(3_600_000)


async def old(scene: Scene) -> None:
    """Answered in a month that is long over, in the server and as a direct message; another server left us since."""
    await scene.set_time(BASE_MS - 70 * DAY_MS)
    scene.subject = (1, scene.began_ms)
    app = scene.apps[0]
    await app.desk.accept(scene.posted(1))
    await app.desk.accept(scene.posted(4, guild_id=None, channel_id=ELSEWHERE + 2))
    await app.desk.accept(scene.posted(5, guild_id=OTHER_GUILD, channel_id=ELSEWHERE + 4))
    assert await scene.work_off(app)
    await app.switches.decide(OTHER_GUILD, 0, mode="auto")
    await app.privacy.guild_left(OTHER_GUILD)
    scene.guilds.close(ELSEWHERE + 4)  # what stands there is out of reach
    await app.herald.say()
    await scene.set_time(BASE_MS)


async def forgotten(scene: Scene) -> None:
    """Mina was answered, has been forgotten, and posts again."""
    await delivered(scene)
    await scene.apps[0].privacy.forget(MINA)
    await scene.apps[0].desk.accept(scene.posted(2))
    scene.subject = (2, scene.began_ms)


async def left(scene: Scene) -> None:
    """The server has removed the bot eight days ago, and a note of it is still open; another one was answered."""
    await scene.set_time(BASE_MS - 8 * DAY_MS)
    await delivered(scene)
    await scene.apps[0].privacy.guild_left(GUILD)
    await scene.set_time(BASE_MS)
    scene.subject = (2, scene.began_ms)
    await scene.apps[0].desk.accept(scene.posted(2))


async def unwanted(scene: Scene) -> None:
    """Its message was deleted, and the process died before it had taken the answer away."""
    await in_parts(scene)
    scene.guilds.gone.add(scene.message_id)
    await _dies(scene, lambda app: app.privacy.message_deleted([scene.message_id]), when="SELECT 1 FROM unwanted")


async def orphan(scene: Scene) -> None:
    """A hold whose note is no more, as an earlier release could leave it behind; the message still stands."""
    await heard(scene)
    for table in ("heard", "ask", "note", "original", "pgqueuer"):
        await scene.rows(f"DELETE FROM {table}")  # noqa: S608  # our own names
    await scene.pass_time(20 * MINUTE_MS)


async def half_forgotten(scene: Scene) -> None:
    """Mina was answered, has posted again, and asks to be forgotten: the process died when it had begun."""
    await quoted(scene)
    await scene.apps[0].desk.accept(scene.posted(6))
    await _dies(scene, lambda app: app.privacy.forget(MINA), when="SELECT 1 FROM leaving")


async def stale(scene: Scene) -> None:
    """It has waited for two days, unheard."""
    await scene.set_time(BASE_MS - 2 * DAY_MS)
    scene.subject = (1, scene.began_ms)
    await new(scene)
    await scene.set_time(BASE_MS)


async def worn(scene: Scene) -> None:
    """Its worker died amid its first call, and so has every other one since: the next gives up."""
    await new(scene)
    await _dies(scene, when="SELECT 1 FROM entry WHERE kind = 'call'")
    await scene.rows("UPDATE note SET attempts = 5")


async def quote_gone(scene: Scene) -> None:
    """A copy's worker died when it had decided to quote the first answer, which somebody has taken away since."""
    await delivered(scene)
    await scene.apps[0].desk.accept(scene.posted(2))
    await _dies(scene, when="SELECT 1 FROM decided", n=2)
    for one in [one for one in scene.guilds.standing.values() if one.note_key]:
        scene.guilds.delete(one.id)
    await scene.rows("DELETE FROM reply")
    scene.subject = (2, scene.subject[1])


async def shut(scene: Scene) -> None:
    """Words stand there as a preview, and the server has switched the bot off since."""
    await shown(scene)
    await scene.apps[0].switches.decide(GUILD, 0, mode="off")


async def nearly_used(scene: Scene) -> None:
    """A note whose minutes pass two steps of the server's month at once."""
    account = guild_account(GUILD)
    await scene.apps[0].quotas.limit(account, 2_000, guild_id=GUILD, by_id=ADMIN, at=number(803))
    await new(scene)


async def opted_out(scene: Scene) -> None:
    """Mina does not want to be heard, and Jun asks for her note by a command."""
    await quoted(scene)
    await scene.apps[0].privacy.opt_out(MINA)


Make = Callable[[Scene], Awaitable[None]]
STATES: dict[str, Make] = {
    made.__name__.replace("_", " "): made
    for made in (
        new,
        asked_twice,
        heard,
        shown,
        decided,
        posted,
        delivered,
        in_parts,
        refused,
        again,
        quoted,
        forwarded,
        twins,
        unpaid,
        old,
        forgotten,
        left,
        unwanted,
        orphan,
        half_forgotten,
        stale,
        worn,
        quote_gone,
        shut,
        nearly_used,
        opted_out,
    )
}


async def lay_down(scene: Scene, *names: str) -> None:
    """Make these states, or all, and keep them."""
    await scene.empty()
    await scene.keep("nothing")
    for name in names or STATES:
        await scene.empty()
        await furnished(scene)
        await STATES[name](scene)
        await scene.keep(name)


async def _dies(
    scene: Scene, work: Callable[[App], Awaitable[object]] | None = None, *, when: str, standing: int = 0, n: int = 1
) -> None:
    """
    The process that works the `n`-th note, or does that work, ends: nothing of it is undone, and its lease runs out.

    It does once a row of the statement `when` is committed, and so many messages are `standing`.
    """

    async def has_come() -> bool:
        return len(scene.guilds.standing) >= standing and bool(await scene.rows(when))

    key, gate = await scene.key_of(n), Gate(dies_when=has_come)
    assert key is not None
    app = scene.apps[0]
    task = asyncio.ensure_future(_under(gate, work(app) if work else app.desk.work(key)))
    await asyncio.wait({task})
    assert gate.is_dead
    assert task.exception() is not None
    await scene.pass_time(LEASE_MS + 1_000)


async def _under(gate: Gate, work: Awaitable[object]) -> None:
    GATE.set(gate)
    await work
