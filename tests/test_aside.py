"""Who has much to do with text does not keep others waiting."""

import asyncio
import threading

from bot.aside import EASY_SIGNS, InTurn, aside


async def test_heavy_text_goes_to_a_thread() -> None:
    """A short text is done with at once, a long one in another thread."""
    here = threading.current_thread()

    assert await aside(EASY_SIGNS, threading.current_thread) is here
    assert await aside(EASY_SIGNS + 1, threading.current_thread) is not here


async def test_one_has_each_turn_of_the_loop() -> None:
    """Twenty at once are let go one a turn, in the order they came; who gives up holds up nobody."""
    in_turn, turns, went = InTurn(), [0], dict[int, int]()

    async def count() -> None:
        while len(went) < 19:
            turns[0] += 1
            await asyncio.sleep(0)

    async def work(number: int) -> None:
        await in_turn.next()
        went[number] = turns[0]

    counting = asyncio.create_task(count())
    tasks = [asyncio.create_task(work(number)) for number in range(20)]
    await asyncio.sleep(0)
    tasks[7].cancel()
    await asyncio.wait([counting, *tasks])

    assert list(went) == [number for number in range(20) if number != 7]
    assert len(set(went.values())) == 19
    assert turns[0] < 80
