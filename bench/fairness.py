"""An honest sound while two other servers flood the bot with the worst files it takes: how much later it is answered."""

import asyncio
import time
from pathlib import Path

from bench.report import Figure, at_most
from bench.sounds import SHORT, ffmpeg
from bench.stage import Stage, running
from tests.world.discord import Person, Room
from tests.world.discord.messages import Upload

FLOODS = 2  # servers
EACH = 10  # notes of each of their members: as many as are taken in a minute
MEMBERS = 6
RATES = {"EARSHOT_RATE__MEMBER_PER_MINUTE": str(EACH), "EARSHOT_RATE__GUILD_PER_MINUTE": "61"}
HISS_S = 7_100  # just under the two hours that are taken
LATER_S = 3.0


def hiss(folder: Path) -> bytes:
    """Noise of 118 minutes in 7 MB: no codec that people use takes longer to decode for its bytes."""
    path = folder / "hiss.m4a"
    noise = ("-f", "lavfi", "-i", f"anoisesrc=r=8000:a=0.3:d={HISS_S}")
    ffmpeg(*noise, "-ac", "1", "-b:a", "8k", str(path))
    return path.read_bytes()


def honest(folder: Path) -> bytes:
    """A few words, in a format that has to be decoded."""
    path = folder / "honest.m4a"
    ffmpeg("-i", str(SHORT), str(path))
    return path.read_bytes()


async def _answered(person: Person, room: Room, sound: bytes) -> float:
    began = time.perf_counter()
    await (await person.upload(room, Upload("honest.m4a", sound, "audio/mp4"))).wait(seconds=600)
    return time.perf_counter() - began


async def fairness(stage: Stage, rounds: int) -> list[Figure]:
    """Alone; behind two servers that flood, again and again while they do; and by another member of one of these."""
    worst = await asyncio.to_thread(hiss, stage.folder)
    sound = await asyncio.to_thread(honest, stage.folder)
    room, neighbours, neighbour = stage.home.channel("general"), None, None
    async with running(stage, **RATES):
        alone = min([await _answered(stage.member, room, sound) for _ in range(max(rounds, 2))])
        for number in range(FLOODS):
            server = stage.discord.guild(f"Flood {number}")
            neighbours, neighbour = server.channel("general"), server.member("Neighbour")
            for member in (server.member(f"Flooder {one}") for one in range(MEMBERS)):
                for _ in range(EACH):
                    await member.upload(neighbours, Upload("hiss.m4a", worst, "audio/mp4"))
        await asyncio.sleep(5)  # until the worst of them are at work, and all others wait
        behind = [await _answered(stage.member, room, sound) for _ in range(max(rounds, 3))]
        assert neighbour is not None
        assert neighbours is not None
        beside = await _answered(neighbour, neighbours, sound)
    return [
        Figure("answer, alone", alone, "s"),
        at_most("answer behind two floods, later than alone, at worst", max(behind) - alone, "s", LATER_S),
        Figure("of another member of a flooding server, later than alone", beside - alone, "s"),
    ]
