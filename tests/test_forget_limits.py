"""Forget me, end to end: what limits a member goes on limiting them, with the key, without it, and after a restore."""

from collections.abc import Callable
from functools import partial

import pytest

from tests.conftest import PATIENCE_S, SPEECH, WORDS, World, command
from tests.stores import Server
from tests.test_check import found
from tests.world.discord import Answer, Person
from tests.world.fleet import Fleet

pytest_plugins = ["tests.stores"]

PARK = SPEECH / "park.ogg"  # 3.61 seconds
FORGET, YES = "Forget me", "Yes, forget me"


async def forget(world: World, who: Person) -> None:
    """Somebody presses both buttons; done when the panel says so."""
    answer = await (await who.slash("privacy", world.general)).wait()
    for label in (FORGET, YES):
        before = answer.content
        await who.press(answer.messages[0], label)
        await answer.wait(partial(_differs, before))
    assert "erased" in answer.content


def _differs(before: str, seen: Answer) -> bool:
    return seen.content != before


async def heard(world: World, who: Person) -> str:
    """What a note of theirs is answered with."""
    return (await (await who.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)).content


async def decide(world: World, verb: str = "cap", **options: object) -> str:
    """What the manager is told after a command of /quota."""
    return (await (await world.admin.slash(f"quota {verb}", world.general, **options)).wait(seconds=30)).content


async def test_a_member_cannot_take_their_cap_off(world: World) -> None:
    """Capped to nothing, forgotten twice, still nothing; the managers see the cap without a name, and can change it."""
    async with world.bot():
        await decide(world, minutes=0, member=world.mina)
        for _ in range(2):
            assert "Your share of this month is not enough" in await heard(world, world.mina)
            await forget(world, world.mina)
        assert "Your share of this month is not enough" in await heard(world, world.mina)
        shown = await decide(world, "show")
        assert await decide(world, minutes=30, member=world.mina) != shown
        after = await heard(world, world.mina)

    assert "- A member who was forgotten: 0 seconds every month" in shown
    assert f"<@{world.mina.id}>" not in shown
    assert "was lost" not in shown
    assert WORDS in after


async def test_managers_take_back_the_cap_of_a_forgotten_member(world: World) -> None:
    """`/quota clear` with the member finds the cap that has no name any more."""
    async with world.bot():
        await decide(world, minutes=0, member=world.mina)
        await forget(world, world.mina)
        cleared = await decide(world, "clear", member=world.mina)

        assert "forgotten: 0 seconds every month" not in cleared.partition("Latest changes")[0]
        assert WORDS in await heard(world, world.mina)


async def test_forgetting_gives_no_second_share(world: World, spoken: Callable[[int], bytes]) -> None:
    """What was used of a share, and in direct messages of one's own month, is used after Forget me; also restarted."""
    rooms, sound = (world.general, world.mina.dm()), ("a.ogg", spoken(50))
    said: list[str] = []

    async def say() -> None:
        notes = [await world.mina.voice_note(room, sound) for room in rooms]
        said.extend([(await note.wait(seconds=PATIENCE_S)).content for note in notes])
        await world.idle()

    for _ in range(2):
        async with world.bot(quota__member_minutes="1", quota__guild_minutes="1", live__enabled="false"):
            await say()
            await forget(world, world.mina)
            await say()

    assert [WORDS in each for each in said] == [True, True] + [False] * 6
    assert not any(str(world.mina.id) in name for (name,) in world.rows("SELECT account FROM account"))


async def test_forgetting_makes_nobody_faster(world: World) -> None:
    """Two notes a minute, and Forget me after each: two are heard, the third is refused, for the server as well."""
    jun = world.home.member("Jun")
    async with world.bot(rate__member_per_minute="2", rate__guild_per_minute="3"):
        for _ in range(2):
            assert WORDS in await heard(world, world.mina)
            await world.idle()
            await forget(world, world.mina)
        assert "You are sending notes faster" in await heard(world, world.mina)
        await forget(world, world.mina)
        refused = len(world.diary.of("refused"))
        silent = await world.mina.voice_note(world.general, PARK)  # who was told so is told nothing more
        assert WORDS in await heard(world, jun)
        assert "This server is sending notes faster" in await heard(world, jun)

    assert not silent.messages
    assert len(world.openai.calls) == 3
    assert len(world.diary.of("refused")) == refused + 1


async def test_deleting_a_thread_makes_nobody_faster(world: World) -> None:
    """With a thread go its rows, and not what was asked in it within the minute."""
    async with world.bot(rate__member_per_minute="2"):
        for number in range(2):
            thread = await world.mina.thread(world.general, f"aside {number}")
            assert WORDS in (await (await world.mina.voice_note(thread, PARK)).wait(seconds=PATIENCE_S)).content
            await world.idle()
            thread.remove()
            await world.diary.until("withdrawn", number + 1)

        assert "You are sending notes faster" in await heard(world, world.mina)


async def test_a_lost_key_is_told_and_holds_strangers_to_the_strictest(world: World) -> None:
    """Without the file the log, /quota show and check say so; who has no cap of their own gets the strictest."""
    jun, keys = world.home.member("Jun"), world.keys
    async with world.bot():
        await decide(world, minutes=0, member=world.mina)
        await forget(world, world.mina)
        assert WORDS in await heard(world, jun)
    assert keys.stat().st_mode & 0o777 == 0o600
    assert "limit keys" not in await found(world.env())
    keys.unlink()
    missing = (await found(world.env()))["limit keys"]
    assert not keys.exists(), "a check makes nothing"
    async with world.bot():
        (line,) = await world.diary.until("limit_keys")
        shown = await decide(world, "show")
        refused = await heard(world, jun)
        await decide(world, minutes=20, member=jun)
        own = await heard(world, jun)
        anew = await decide(world, minutes=30)
        assert WORDS in await heard(world, world.mina)
    keys.chmod(0o644)

    assert "1 limits of forgotten members, in 1 servers" in line.getMessage()
    assert "The key to limits of members who were forgotten is gone" in shown
    assert "- 1 cap. Whoever has no cap of their own may use at most 0 seconds a month" in shown
    assert "Your share of this month is not enough" in refused
    assert WORDS in own
    assert "is gone" not in anew
    assert "missing" in missing.found
    assert "1 limits of forgotten members, in 1 servers" in missing.warning
    assert "chmod 600" in (await found(world.env()))["limit keys"].warning


async def test_a_backup_holds_no_key_and_a_restore_needs_the_file(world: World) -> None:
    """No key is in a backup's bytes; restored beside the file, the cap binds; without it, everybody without a row."""
    jun, keys, copy = world.home.member("Jun"), world.keys, world.folder / "backup.db"
    async with world.bot():
        await decide(world, minutes=0, member=world.mina)
        await forget(world, world.mina)
        made = await command(world.folder, world.env(), "backup", str(copy))
    text = keys.read_text("utf-8")
    secrets = [bytes.fromhex(word) for word in text.split('"') if len(word) == 64]
    assert made.code == 0, made.err
    assert len(secrets) >= 3
    assert not [each for each in secrets if each in copy.read_bytes() or each.hex().encode() in copy.read_bytes()]
    assert str(world.mina.id).encode() not in copy.read_bytes()
    assert (await command(world.folder, world.env(), "restore", str(copy))).code == 0
    async with world.bot():
        assert "Your share" in await heard(world, world.mina)
        assert WORDS in await heard(world, jun)
    keys.unlink()
    assert (await command(world.folder, world.env(), "restore", str(copy))).code == 0
    async with world.bot():
        assert "Your share" in await heard(world, world.mina)
        assert "Your share" in await heard(world, jun)


async def test_keys_that_cannot_be_kept_stop_the_start(world: World) -> None:
    """A file that is damaged, or cannot be written, is told in a sentence before anything is heard, and by check."""
    world.keys.write_text("nonsense", "utf-8")
    damaged = await command(world.folder, world.env(), "run")
    nowhere = world.env(privacy__secret_file=str(world.folder / "nowhere" / "earshot.keys"))
    unwritable = await command(world.folder, nowhere, "run")

    assert (damaged.code, unwritable.code) == (2, 2)
    assert "is damaged: bring it back" in damaged.err
    assert "is damaged" in (await found(world.env()))["limit keys"].fix
    assert "privacy.secret_file" in unwritable.err


@pytest.mark.long
async def test_gateways_and_workers_share_the_keys(world: World, postgresql: Server) -> None:
    """What a gateway hashes, a worker that runs already and one that starts later know by the same file."""
    url = await postgresql.create()
    fleet = Fleet({**world.env(log__level="debug"), "DATABASE_URL": url})
    try:
        await fleet.gateway()
        await fleet.workers(1)
        await decide(world, minutes=0, member=world.mina)
        await forget(world, world.mina)
        assert "Your share" in await heard(world, world.mina)
        await fleet.kill("worker-0")
        await fleet.workers(1, first=1)
        assert "Your share" in await heard(world, world.mina)
        assert WORDS in await heard(world, world.home.member("Jun"))
    finally:
        await fleet.end()
        await postgresql.drop(url)
