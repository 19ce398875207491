"""
Everything that can happen to a note, its people and its places: the table that the explorer is made of.

Each row is one verb of the desk with how it is called, and the states in which it has something to do. A public method
of the desk that opens a transaction and has no row here fails `tests/test_explorer.py`, and so does a statement of a
store that no row of the table reaches.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date

from bot.app.build import App
from bot.desk import in_the_end
from bot.notes import Reply
from bot.quota import guild_account, member_account
from bot.speech import model_of
from tests.explorer.discord import Message
from tests.explorer.gate import outside
from tests.explorer.scene import (
    ADMIN,
    BASE_MS,
    ELSEWHERE,
    FORWARDED,
    GENERAL,
    GUILD,
    JUN,
    LEASE_MS,
    MINA,
    MINUTE_MS,
    OTHER_GUILD,
    Scene,
    attachment,
    number,
)

Act = Callable[[Scene, App], Awaitable[object]]


@dataclass(frozen=True)
class Verb:
    """
    One row: `method` as `Class.method` of the desk, `act` how it is called, `states` in which it has something to do.

    `only_reads`: it changes nothing, which is held against the statements it makes, and meets nobody.
    """

    name: str
    method: str
    act: Act
    states: tuple[str, ...]
    only_reads: bool = False


VERBS: dict[str, Verb] = {}

WAITING = ("new", "asked twice", "heard", "shown", "decided", "posted", "again", "quoted", "unpaid", "forwarded")
STANDING = ("shown", "posted", "delivered", "in parts", "refused", "quoted", "opted out")
NOTES = (*WAITING, "delivered", "in parts", "refused", "twins", "forgotten", "opted out")
PLACES = (*NOTES, "old", "unwanted", "left", "half forgotten", "stale", "worn", "shut", "quote gone")
FEW = ("new", "heard", "delivered")


def row(name: str, method: str, *states: str, only_reads: bool = False) -> Callable[[Act], Act]:
    """A row of the table."""

    def put(act: Act) -> Act:
        VERBS[name] = Verb(name, method, act, states, only_reads)
        return act

    return put


# -- the way in ------------------------------------------------------------------------------------


@row(
    "accept a note",
    "Desk.accept",
    "new",
    "half forgotten",
    "delivered",
    "twins",
    "old",
    "forgotten",
    "left",
    "opted out",
)
async def _(scene: Scene, app: App) -> None:
    await app.desk.accept(scene.posted(6))


@row("accept its event again", "Desk.accept", "new", "heard", "delivered", "again")
async def _(scene: Scene, app: App) -> None:
    await app.desk.accept(scene.posted(scene.subject[0], at_ms=scene.subject[1]))


@row(
    "accept a command",
    "Desk.accept",
    *WAITING,
    "delivered",
    "nearly used",
    "stale",
    "worn",
    "in parts",
    "refused",
    "old",
    "unwanted",
    "orphan",
    "half forgotten",
)
async def _(scene: Scene, app: App) -> None:
    n, of_ms = scene.subject
    await app.desk.accept(scene.asked(n, 202, of_ms=of_ms))


@row("accept another language", "Desk.accept", "new", "delivered")
async def _(scene: Scene, app: App) -> None:
    n, of_ms = scene.subject
    await app.desk.accept(scene.asked(n, 203, of_ms=of_ms, language="ko"))


@row("accept a forward", "Desk.accept", "new", "delivered", "opted out")
async def _(scene: Scene, app: App) -> None:
    await app.desk.accept(scene.forwarded())


@row("accept a copy", "Desk.accept", "new", "heard", "delivered", "refused")
async def _(scene: Scene, app: App) -> None:
    await app.desk.accept(scene.posted(2, by=JUN))


@row("accept what is too big", "Desk.accept", "new", "delivered")
async def _(scene: Scene, app: App) -> None:
    await app.desk.accept(replace(scene.posted(7), size_bytes=10**10))


@row("accept a direct message", "Desk.accept", "new", "old")
async def _(scene: Scene, app: App) -> None:
    await app.desk.accept(scene.posted(10, guild_id=None, channel_id=ELSEWHERE + 2))


@row("lack a right", "Desk.lacks", "new", "delivered")
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.desk.lacks(GUILD, GENERAL, "send")


@row("offer a button", "Switches.offer", "new")
async def _(scene: Scene, app: App) -> None:
    if not await app.switches.offer(number(11), GENERAL, GUILD):
        return
    await outside("post")
    if GENERAL in scene.guilds.closed or number(11) in scene.guilds.gone:
        return
    button = scene.guilds.post(Message(0, GENERAL, "offer 11", "a button", "", 0, 0, is_words=False))
    if not await app.switches.offered(number(11), button.id):
        await outside("delete")
        scene.guilds.delete(button.id)


VERBS["stand as offered"] = replace(VERBS["offer a button"], name="stand as offered", method="Switches.offered")


@row("find its offer deleted", "Privacy.message_deleted", "new")
async def _(scene: Scene, app: App) -> None:
    gone = [number(9), number(11)]
    scene.guilds.gone |= set(gone)
    await in_the_end(app.privacy.message_deleted, gone)


# -- the work --------------------------------------------------------------------------------------


@row(
    "work",
    "Desk.work",
    *WAITING,
    "twins",
    "forgotten",
    "opted out",
    "left",
    "unwanted",
    "delivered",
    "half forgotten",
    "stale",
    "worn",
    "quote gone",
    "shut",
    "nearly used",
)
async def _(scene: Scene, app: App) -> None:
    await app.desk.work(await scene.subject_key())


@row(
    "work after the lease", "Desk.work", "new", "asked twice", "heard", "shown", "decided", "posted", "again", "quoted"
)
async def _(scene: Scene, app: App) -> None:
    await scene.pass_time(2 * LEASE_MS, app)
    await app.desk.work(await scene.subject_key())


@row("work a twin", "Desk.work", "twins")
async def _(scene: Scene, app: App) -> None:
    await app.desk.work(await scene.key_of(2) or "")


@row("work the other twin", "Desk.work", "twins")
async def _(scene: Scene, app: App) -> None:
    await app.desk.work(await scene.key_of(3) or "")


@row("work a twin that fails", "Desk.work", "twins")
async def _(scene: Scene, app: App) -> None:
    scene.say("refusal")
    await app.desk.work(await scene.key_of(3) or "")


@row("work what fails", "Desk.work", "new", "asked twice", "again")
async def _(scene: Scene, app: App) -> None:
    scene.say("refusal")
    await app.desk.work(await scene.subject_key())


@row("work unpaid", "Desk.work", "new", "unpaid", "twins")
async def _(scene: Scene, app: App) -> None:
    scene.say("spent")
    await app.desk.work(await scene.subject_key())


@row("work where nobody speaks", "Desk.work", "new")
async def _(scene: Scene, app: App) -> None:
    scene.say("nothing")
    await app.desk.work(await scene.subject_key())


@row("work what nobody takes", "Desk.work", "new", "asked twice", "heard", "shown")
async def _(scene: Scene, app: App) -> None:
    scene.take("nothing")
    await app.desk.work(await scene.subject_key())


@row("work what goes in private", "Desk.work", "new", "asked twice", "shown", "posted")
async def _(scene: Scene, app: App) -> None:
    scene.take("direct messages")
    await app.desk.work(await scene.subject_key())


@row("work a long answer", "Desk.work", "new", "again", "forgotten")
async def _(scene: Scene, app: App) -> None:
    scene.say("long words")
    await app.desk.work(await scene.subject_key())


# -- the answer ------------------------------------------------------------------------------------


@row("stop", "Answers.stop", "new", "heard", "shown", "decided", "again")
async def _(scene: Scene, app: App) -> None:
    await app.answers.stop(await scene.subject_key())


@row("take back", "Answers.take_back", *STANDING)
async def _(scene: Scene, app: App) -> None:
    if (reply := await _standing(scene, app)) is None:
        return
    await app.answers.unwant(reply)
    for message_id in reply.message_ids:
        await outside("delete")
        scene.guilds.delete(message_id)
    await app.answers.take_back(reply)


VERBS["begin to take back"] = replace(VERBS["take back"], name="begin to take back", method="Answers.unwant")


@row("fail to take back", "Answers.keep", "delivered", "in parts")
async def _(scene: Scene, app: App) -> None:
    if (reply := await _standing(scene, app)) is None:
        return
    scene.take("no deletions")
    await app.answers.unwant(reply)
    await outside("be refused")
    await app.answers.keep(reply)


async def _standing(scene: Scene, app: App) -> Reply | None:
    """What somebody who presses Delete below the first answer sees there."""
    key = await scene.subject_key()
    seen = [one.id for one in scene.guilds.standing.values() if one.note_key == key]
    standing = await app.answers.at(key, seen[0]) if seen else None
    return standing.reply if standing else None


# -- people ----------------------------------------------------------------------------------------


@row("opt out", "Privacy.opt_out", *NOTES, "shut")
async def _(scene: Scene, app: App) -> None:
    await app.privacy.opt_out(MINA)
    if await scene.rows(f"SELECT 1 AS n FROM opted_out WHERE member_id = {MINA}"):  # noqa: S608  # a number
        scene.guilds.events.append(("opted out", MINA))


@row("opt in", "Privacy.opt_in", "new", "again", "opted out")
async def _(scene: Scene, app: App) -> None:
    await app.privacy.opt_in(MINA)
    scene.guilds.events.append(("opted in", MINA))


@row("forget the speaker", "Privacy.forget", *NOTES, "nearly used", "shut", "old", "unwanted", "left", "half forgotten")
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.privacy.forget(MINA)


@row("forget who asked", "Privacy.forget", "asked twice", "in parts", "again", "quoted", "opted out")
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.privacy.forget(JUN)


@row("forget a manager", "Privacy.forget", "new", "old")
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.privacy.forget(ADMIN)


# -- messages, channels, servers -------------------------------------------------------------------


@row(
    "delete the message",
    "Privacy.message_deleted",
    *PLACES,
)
async def _(scene: Scene, app: App) -> None:
    scene.guilds.gone.add(scene.message_id)
    await in_the_end(app.privacy.message_deleted, [scene.message_id])


@row("edit the sound away", "Privacy.message_edited", *NOTES)
async def _(scene: Scene, app: App) -> None:
    scene.guilds.gone.add(scene.message_id)  # for the courier: there is nothing to fetch any more
    await in_the_end(app.privacy.message_edited, scene.message_id, [attachment(99)])


@row(
    "delete the channel",
    "Privacy.channel_deleted",
    *PLACES,
)
async def _(scene: Scene, app: App) -> None:
    scene.guilds.close(GENERAL)
    await in_the_end(app.privacy.channel_deleted, GENERAL)


@row("delete where it was forwarded", "Privacy.channel_deleted", "forwarded")
async def _(scene: Scene, app: App) -> None:
    scene.guilds.close(FORWARDED)
    await in_the_end(app.privacy.channel_deleted, FORWARDED)


@row("leave the server", "Privacy.guild_left", "new", "delivered", "left")
async def _(scene: Scene, app: App) -> None:
    del scene
    await in_the_end(app.privacy.guild_left, GUILD)


@row("join the server", "Privacy.guild_joined", "new", "left", "old")
async def _(scene: Scene, app: App) -> None:
    del scene
    await in_the_end(app.privacy.guild_joined, GUILD)


@row("miss servers", "Privacy.guilds_missing", "new", "left", "old")
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.privacy.guilds_missing([OTHER_GUILD], is_ours=lambda guild_id: guild_id > 0)


@row("catch up", "Missed.caught_up", "new", "delivered", "old")
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.missed.caught_up(GUILD, {GENERAL: number(12), ELSEWHERE: number(13)})


# -- by itself -------------------------------------------------------------------------------------


@row("sweep", "Privacy.sweep", "delivered", "in parts", "unwanted")
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.privacy.sweep()


@row("sweep in vain", "Privacy.sweep", "unwanted")
async def _(scene: Scene, app: App) -> None:
    scene.take("no deletions")
    await app.privacy.sweep()


@row("purge", "Privacy.purge", "new", "delivered", "old", "left", "unwanted")
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.privacy.purge()


@row("go on erasing", "Privacy.go_on", "half forgotten")
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.privacy.go_on()


@row("close a hold", "Privacy.close", "orphan")
async def _(scene: Scene, app: App) -> None:
    """As `refill` does for a hold whose note is no more."""
    rows = await scene.rows("SELECT key FROM charge WHERE state = 'held'")
    for row in rows:
        await app.privacy.close(row["key"])


@row("refill", "Upkeep.refill", *WAITING, "twins", "old", "forgotten", "left", "unwanted", "orphan", "half forgotten")
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.upkeep.refill()


@row("wake and scrub", "Upkeep.wake", "heard", "decided", "delivered")
async def _(scene: Scene, app: App) -> None:
    scene.databases[scene.apps.index(app)].scrubbed(lately=False)
    await app.upkeep.wake()


@row("say what is due", "Herald.say", "new", "delivered")
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.herald.say()


@row("tell of translation's end", "Herald.translation_ends", "new")
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.herald.translation_ends("whisper-1", date(2026, 12, 24), today=date(2026, 11, 18))
    await app.herald.say()


@row("tell of a model's end", "Herald.model_ends", "new")
async def _(scene: Scene, app: App) -> None:
    del scene
    model = model_of("gpt-transcribe")
    await app.herald.model_ends(model, date(2026, 12, 24), today=date(2026, 11, 18))
    await app.herald.say()


@row("introduce itself", "Switches.introduces", "new", "delivered")
async def _(scene: Scene, app: App) -> None:
    if await app.switches.introduces(OTHER_GUILD) is None:
        return
    await outside("announce")
    scene.guilds.told.append("introduced")
    await app.switches.introduced(OTHER_GUILD)


VERBS["be introduced"] = replace(VERBS["introduce itself"], name="be introduced", method="Switches.introduced")


# -- what people decide ----------------------------------------------------------------------------


@row("switch off", "Switches.decide", *WAITING, "delivered", "twins", "left")
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.switches.decide(GUILD, 0, mode="off")


@row("choose a place", "Switches.decide", *FEW, "left")
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.switches.decide(GUILD, GENERAL, place="thread")


@row("choose a zone", "Switches.decide", *FEW, "old")
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.switches.decide(GUILD, 0, zone="America/Los_Angeles")


@row("lower the server's limit", "Quotas.limit", *FEW, "again", "nearly used")
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.quotas.limit(guild_account(GUILD), 1, guild_id=GUILD, by_id=ADMIN, at=number(811))


@row("cap a member", "Quotas.limit", *FEW, "forgotten")
async def _(scene: Scene, app: App) -> None:
    del scene
    account = member_account(GUILD, MINA)
    await app.quotas.limit(account, 10 * MINUTE_MS, guild_id=GUILD, by_id=ADMIN, at=number(812))


@row("uncap a member", "Quotas.limit", *FEW, "forgotten")
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.quotas.limit(member_account(GUILD, MINA), None, guild_id=GUILD, by_id=MINA, at=number(813))


@row("cap all members", "Quotas.limit", *FEW, "forgotten")
async def _(scene: Scene, app: App) -> None:
    del scene
    account = member_account(GUILD, None)
    await app.quotas.limit(account, 5 * MINUTE_MS, guild_id=GUILD, by_id=ADMIN, at=number(814))


@row("grant", "Quotas.grant", *FEW, "forgotten")
async def _(scene: Scene, app: App) -> None:
    del scene
    account = member_account(GUILD, MINA)
    await app.quotas.grant(account, 2 * MINUTE_MS, guild_id=GUILD, by_id=ADMIN, at=number(815))


@row("take grants back", "Quotas.take_back", *FEW, "forgotten")
async def _(scene: Scene, app: App) -> None:
    del scene
    account = member_account(GUILD, MINA)
    await app.quotas.take_back(account, guild_id=GUILD, by_id=ADMIN, at=number(816))


@row("confirm a server", "Quotas.confirm", *FEW, "left")
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.quotas.confirm(GUILD, is_so=True, by_id=0, at=number(817))


@row("list confirmed servers", "Quotas.confirmed", "new")
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.quotas.confirmed(unlisted=True)


# -- who only asks ---------------------------------------------------------------------------------


@row("what stands", "Answers.at", "delivered", only_reads=True)
async def _(scene: Scene, app: App) -> None:
    await app.answers.at(await scene.subject_key(), 1)


@row("what it costs", "Answers.cost", "delivered", only_reads=True)
async def _(scene: Scene, app: App) -> None:
    standing = await app.answers.at(await scene.subject_key(), 1)
    assert standing is not None
    await app.answers.cost(standing.note, request_id=number(205), guild_id=GUILD, member_id=JUN)


@row("a server's month", "Books.of_guild", "delivered", only_reads=True)
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.books.of_guild(GUILD, at=number(205))


@row("a member's month", "Books.of_member", "delivered", only_reads=True)
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.books.of_member(GUILD, MINA, at=number(205))


@row("shares", "Books.shares", "delivered", only_reads=True)
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.books.shares(guild_account(GUILD), "2026-11", "member")


@row("lines", "Books.lines", "delivered", only_reads=True)
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.books.lines(guild_account(GUILD), "2026-11")


@row("all servers", "Books.guilds", "delivered", only_reads=True)
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.books.guilds("2026-11")


@row("the host's month", "Books.host", "delivered", only_reads=True)
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.books.host("2026-11")


@row("the drift", "Books.drift", "delivered", only_reads=True)
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.books.drift("2026-11")


@row("how limits stand", "Quotas.show", "delivered", only_reads=True)
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.quotas.show(GUILD, at=number(205))


@row("the host's bound", "Quotas.bound", "delivered", only_reads=True)
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.quotas.bound(GUILD, at=number(205))


@row("who has a cap", "Quotas.has_cap", "delivered", only_reads=True)
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.quotas.has_cap(member_account(GUILD, MINA), guild_id=GUILD, at=number(205))


@row("what is kept", "Privacy.kept", "delivered", only_reads=True)
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.privacy.kept(MINA)


@row("what a restore has forgotten", "Privacy.catch_up", "delivered", only_reads=True)
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.privacy.catch_up()


@row("which answers stand", "Privacy.standing", "delivered", only_reads=True)
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.privacy.standing()


@row("what was missed", "Missed.behind", "delivered", only_reads=True)
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.missed.behind({GENERAL: number(50)})


@row("what holds for a sound", "Switches.of", "delivered", only_reads=True)
async def _(scene: Scene, app: App) -> None:
    await app.switches.of(scene.posted(6))


@row("what holds there", "Switches.there", "delivered", only_reads=True)
async def _(scene: Scene, app: App) -> None:
    await app.switches.there(replace(scene.posted(6), sound_guild_id=OTHER_GUILD))


@row("what holds in a channel", "Switches.at", "delivered", only_reads=True)
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.switches.at(GUILD, GENERAL)


@row("what a channel decided", "Switches.own", "delivered", only_reads=True)
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.switches.own(GUILD, ELSEWHERE)


@row("which channels decided", "Switches.channels", "delivered", only_reads=True)
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.switches.channels(GUILD)


@row("when a zone counts", "Switches.zone_from", "delivered", only_reads=True)
async def _(scene: Scene, app: App) -> None:
    del scene
    await app.switches.zone_from(GUILD)


WRITERS = [verb for verb in VERBS.values() if not verb.only_reads]
# Two rows of one act are one verb in a pair.
ACTS = list({id(verb.act): verb for verb in reversed(WRITERS)}.values())[::-1]

__all__ = ["ACTS", "BASE_MS", "VERBS", "WRITERS", "Verb"]
