"""
A body that comes over the net, read to its end: all of it, or an error.

Hides that a read gives what has arrived so far, not what was asked for. Promises: nothing is returned of a body that
breaks off (`BodyCut`, which may pass) or that is over its bound (`BodyTooLarge`, which will not); of the latter no more
is read than shows it.
"""

import time
from collections.abc import AsyncGenerator, AsyncIterable, Callable

_BLOCK_BYTES = 64 * 1024


class BodyCut(ConnectionError):
    """A body ended before its end."""

    def __init__(self, got_bytes: int, size_bytes: int) -> None:
        super().__init__(f"{got_bytes} of {size_bytes} bytes came")


class BodyTooLarge(ValueError):
    """A body is longer than anybody asked for; `got_bytes` is how much of it came."""

    def __init__(self, got_bytes: int, most_bytes: int) -> None:
        super().__init__(f"more than {most_bytes} bytes came")
        self.got_bytes = got_bytes


async def chunks(
    body: AsyncIterable[bytes], *, most_bytes: int, size_bytes: int | None = None
) -> AsyncGenerator[bytes]:
    """
    The body as it comes, counted: for what is too large to be held.

    `size_bytes` is how long it is known to be: not every way of sending says where a body ends. Raises BodyCut where
    fewer bytes came, BodyTooLarge as soon as more than `most_bytes` did, and what `body` raises itself.
    """
    got = 0
    async for chunk in body:
        got += len(chunk)
        if got > most_bytes:
            raise BodyTooLarge(got, most_bytes)
        yield chunk
    if size_bytes is not None and got < size_bytes:
        raise BodyCut(got, size_bytes)


async def whole(body: AsyncIterable[bytes], *, most_bytes: int, size_bytes: int | None = None) -> bytes:
    """All of the body at once; see `chunks`."""
    return b"".join([chunk async for chunk in chunks(body, most_bytes=most_bytes, size_bytes=size_bytes)])


def whole_of(
    read: Callable[[int], bytes], *, most_bytes: int, size_bytes: int | None = None, within_s: float = 5.0
) -> bytes:
    """
    The same for who may block: `read` gives at most so many bytes, and none at the end.

    Raises TimeoutError when it takes longer than `within_s`, however steadily it drips.
    """
    found, got, until = [], 0, time.monotonic() + within_s
    while block := read(_BLOCK_BYTES):
        got += len(block)
        if got > most_bytes:
            raise BodyTooLarge(got, most_bytes)
        if time.monotonic() > until:
            raise TimeoutError(f"no end after {within_s:g} s")
        found.append(block)
    if size_bytes is not None and got < size_bytes:
        raise BodyCut(got, size_bytes)
    return b"".join(found)
