"""
What people do in any order, against the real bot: post, edit, delete, forward, opt out, ask again, restart.

After each sequence three things are true: no reply stands whose note is gone, no word rests in the database's bytes,
and no voice was sent of whom the bot could know that they had opted out.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from tests.conftest import SPEECH, World
from tests.world.bot import running
from tests.world.discord import Message, Person, Upload
from tests.world.discord.state import Channel
from tests.world.openai import Scripted

LIFE = 2  # sequences between two restarts
WORDS = "xylophone quagmire"
# The same sound, told apart by a few bytes behind its last page, which no decoder looks at.
PARK = (SPEECH / "park.ogg").read_bytes()


@dataclass
class Story:
    """One world and what happened in it; `wrongs` names what must not have."""

    world: World
    random: Random
    people: list[Person]
    posted: list[Message] = field(default_factory=list)
    authors: dict[str, Person] = field(default_factory=dict)
    out: set[int] = field(default_factory=set)
    out_since: dict[int, int] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    wrongs: list[str] = field(default_factory=list)

    def standing(self) -> list[Message]:
        """Notes and forwards that are still there."""
        self.posted = [one for one in self.posted if one.id in one.channel.messages]
        return self.posted

    async def post(self) -> None:
        """Somebody records a note; each sound is one of a kind."""
        person = self.random.choice(self.people)
        data = PARK + self.random.randbytes(8).hex().encode()
        self.authors[hashlib.sha256(data).hexdigest()] = person
        note = await person.upload(self.world.general, Upload("voice-message.ogg", data, "audio/ogg"))
        assert note.message is not None
        self.posted.append(note.message)

    async def edit(self) -> None:
        """Somebody changes the text beside their sound."""
        own = [one for one in self.standing() if not one.snapshots]
        if own:
            note = self.random.choice(own)
            person = next(each for each in self.people if each.user is note.author)
            await person.edit(note, f"edited {self.random.random()}")

    async def delete(self) -> None:
        """Somebody deletes what they posted."""
        if self.standing():
            note = self.random.choice(self.standing())
            await next(each for each in self.people if each.user is note.author).delete(note)

    async def forward(self) -> None:
        """Somebody forwards a note into another channel."""
        own = [one for one in self.standing() if not one.snapshots]
        if own:
            made = await self.random.choice(self.people).forward(self.random.choice(own), self.other)
            assert made.message is not None
            self.posted.append(made.message)

    async def ask(self) -> None:
        """Somebody asks for a note, perhaps once more."""
        if self.standing():
            await self.random.choice(self.people).menu("Transcribe", self.random.choice(self.standing()))

    async def opt(self) -> None:
        """Somebody opts out, or in again."""
        person = self.random.choice(self.people)
        panel = await (await person.slash("privacy", self.world.general)).wait(seconds=30)
        label = "Transcribe me again" if person.id in self.out else "Don't transcribe me"
        before = panel.content
        await person.press(panel.messages[0], label)
        await panel.wait(lambda seen: seen.content != before, seconds=30)
        if person.id in self.out:
            self.out.discard(person.id)
        else:
            self.out.add(person.id)
            self.out_since[person.id] = len(self.world.openai.calls)

    def judge(self) -> None:
        """Hold what happened so far against the three promises; all work is done now."""
        if words := words_at_rest(self.world.folder):
            self.wrongs.append(f"words rest in {words}")
        self.wrongs += [f"an orphan: {content}" for content in orphans(self.world)]
        for number, call in enumerate(self.world.openai.calls):
            author = self.authors.get(call.sha256)
            if author and author.id in self.out and number >= self.out_since[author.id]:
                self.wrongs.append(f"{author.name} was heard after opting out")

    @property
    def other(self) -> Channel:
        """The channel forwards go to."""
        return next(each for each in self.world.home.channels.values() if each.name == "other")


def settled(world: World) -> bool:
    """Whether nothing is left to do: no note, wish, or reply to delete."""
    rows = world.rows(
        "SELECT (SELECT count(*) FROM note WHERE state <> 'done') + (SELECT count(*) FROM ask WHERE state = 'open')"
        " + (SELECT count(*) FROM unwanted)"
    )
    return rows == [(0,)]


async def until_settled(world: World) -> None:
    """Wait for the bot to have done all it knows of."""
    # What Discord has told the bot a moment ago is in no book yet: an orphan that lasts ends the waiting in vain.
    # The books are read last: while somebody reads them, erased words wait for the next round, a minute later.
    fact = lambda: not words_at_rest(world.folder) and not orphans(world) and settled(world)  # noqa: E731 -- said once
    seen = lambda: f"{words_at_rest(world.folder)} {orphans(world)}\n{world.diary.text}"  # noqa: E731 -- said once
    await world.diary._bell.until(fact, 90, seen)


def orphans(world: World) -> list[str]:
    """Replies by the bot, for all to see, to messages that are gone."""
    rooms = list(world.home.channels.values())
    there = {message.id for room in rooms for message in room.messages.values()}
    return [
        message.content
        for room in rooms
        for message in room.messages.values()
        if message.author is world.discord.bot and message.only_for is None and message.interaction is None
        if message.replies_to is not None and message.replies_to not in there
    ]


async def sequences(world: World, seed: int, count: int) -> Story:
    """So many random sequences of acts in one world; the bot is restarted after every few, deletions in between."""
    random = Random(seed)  # noqa: S311 - reproducible on purpose
    story = Story(world, random, [world.mina, world.admin])
    acts = [story.post, story.post, story.post, story.edit, story.delete, story.forward, story.ask, story.opt]
    env = world.env(rate__member_per_minute="100000", rate__guild_per_minute="100000", quota__guild_minutes="10000")
    for first in range(0, count, LIFE):
        looked = len(world.diary.of("looked_back"))
        async with running(env):
            await world.discord.ready(seconds=60)
            await world.diary.until("looked_back", looked + 1)
            for _ in range(min(LIFE, count - first)):
                await until_settled(world)
                story.judge()
                for act in random.choices(acts, k=random.randint(2, 8)):
                    await act()
                    story.done[act.__name__] += 1
                story.done["sequence"] += 1
        await story.delete()  # while nobody looks, and before all is answered
        story.done["restart"] += 1
    looked = len(world.diary.of("looked_back"))
    async with running(env):
        await world.diary.until("looked_back", looked + 1)
        await until_settled(world)
        story.judge()
    return story


def words_at_rest(folder: Path) -> list[str]:
    """Files of the bot's in which the words stand."""
    return [path.name for path in folder.glob("earshot.db*") if WORDS.encode() in path.read_bytes()]


async def proven(world: World, seed: int, count: int) -> Story:
    """The three promises, after each sequence and at the end."""
    world.discord.rates.off()
    world.home.channel("other")
    world.openai.ears = Scripted(WORDS)
    story = await sequences(world, seed, count)

    assert story.wrongs == [], seed
    return story


async def test_whatever_people_do_nothing_stays_behind(world: World) -> None:
    """A few random sequences of acts and restarts leave no orphan, no words at rest and nobody heard in vain."""
    story = await proven(world, 1, 3)

    assert story.done["restart"] >= 1


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 22))
async def test_a_thousand_sequences_leave_nothing_behind(world: World, seed: int) -> None:
    """Twenty worlds of fifty random sequences each: whatever happened in them, the three promises hold."""
    story = await proven(world, seed, 50)

    assert story.done["sequence"] == 50
    assert all(story.done[act] for act in ("post", "edit", "delete", "forward", "ask", "opt", "restart"))
