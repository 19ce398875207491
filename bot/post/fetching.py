"""
An attachment's bytes: from an allowed host, never through a redirect, never more than asked for.

Promises: all of them, or an error; where Discord said how many there are, fewer are an error too.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import aiohttp
import discord
from yarl import URL

from bot import trust
from bot.notes import Note
from bot.outcome import Gone, Outcome, TooBig
from bot.post.looking import message_of
from bot.post.refusals import REFUSED, Meaning, meaning_of, told_of
from bot.request import Fetched, Later, declared_size
from bot.whole_body import BodyTooLarge, chunks, whole

_CHUNK_BYTES = 256 * 1024
# A byte that does not come for this long will not come on this connection.
_TIMEOUT = aiohttp.ClientTimeout(total=300, sock_connect=10, sock_read=30)
_TEXT_TIMEOUT = aiohttp.ClientTimeout(total=60, sock_connect=10, sock_read=30)  # somebody looks at it meanwhile
_TEXT_BYTES = 10 * 1024 * 1024  # Discord: "Uploading Files": 10 MiB for a file: no text of ours can be larger
_LONGEST_URL = 4_096  # characters; Discord's own, with its signature, have about 300
_OK = 200
# Discord answers an expired or forged address with 404, older nodes with 403; a redirect is never followed.
_NOT_THERE = frozenset({301, 302, 303, 307, 308, 403, 404})


def is_allowed(url: str, hosts: Iterable[str]) -> bool:
    """
    Whether bytes may be fetched from `url`; from what is no address, none may.

    An entry is a host name, which means https on its usual port, or an origin such as
    http://127.0.0.1:8080, which means exactly that.
    """
    if len(url) > _LONGEST_URL:
        return False
    try:
        parsed = URL(url)
        if parsed.user or parsed.password or not parsed.absolute:
            return False
        origin, is_usual = parsed.origin(), parsed.scheme == "https" and parsed.is_default_port()
    except (ValueError, TypeError):  # yarl's word for brackets, ports and hosts that are none
        return False
    return any(
        origin == URL(entry).origin() if "://" in entry else is_usual and parsed.host == entry for entry in hosts
    )


async def fetch(
    client: discord.Client,
    session: aiohttp.ClientSession,
    note: Note,
    to: Path,
    *,
    hosts: Iterable[str],
    max_bytes: int,
) -> Fetched | Outcome:
    """The note's bytes in `to`; asks the message for its address when we keep none, or the one we have has expired."""
    if note.url and not is_allowed(note.url, hosts):
        return Gone()
    got: Fetched | Outcome = Gone()
    try:
        if note.url:
            got = await _download(session, note, note.url, to, max_bytes=max_bytes)
        if isinstance(got, Gone) and note.message_id is not None:
            url = await _fresh_url(client, note)
            if url is not None and is_allowed(url, hosts):
                got = await _download(session, note, url, to, max_bytes=max_bytes)
    except (aiohttp.ClientError, ConnectionError, TimeoutError) as trouble:
        why = trust.told(trouble) or type(trouble).__name__
        raise Later(f"the attachment could not be fetched ({why})") from trouble
    return got


class NotAllowed(Exception):
    """An attachment lies where nothing is fetched from."""


async def read_attachment(
    session: aiohttp.ClientSession, attachment: discord.Attachment, *, hosts: Iterable[str]
) -> bytes:
    """
    All bytes of a file that was attached to an answer of ours.

    Raises NotAllowed, BodyTooLarge, and BodyCut, aiohttp.ClientError or TimeoutError while there is trouble.
    """
    if not is_allowed(attachment.url, hosts):
        raise NotAllowed
    if attachment.size > _TEXT_BYTES:
        raise BodyTooLarge(attachment.size, _TEXT_BYTES)
    async with session.get(attachment.url, allow_redirects=False, timeout=_TEXT_TIMEOUT) as response:
        _expect_ok(response)
        body = response.content.iter_chunked(_CHUNK_BYTES)
        try:
            return await whole(body, most_bytes=attachment.size, size_bytes=attachment.size)
        except BodyTooLarge as more:
            raise aiohttp.ClientPayloadError("more came than the file has") from more


async def _download(
    session: aiohttp.ClientSession, note: Note, url: str, to: Path, *, max_bytes: int
) -> Fetched | Gone | TooBig:
    digest = hashlib.sha256()
    size = 0
    async with session.get(url, allow_redirects=False, timeout=_TIMEOUT) as response:
        if response.status in _NOT_THERE:
            return Gone()
        _expect_ok(response)
        body = response.content.iter_chunked(_CHUNK_BYTES)
        try:
            with to.open("wb", buffering=0) as file:
                async for chunk in chunks(body, most_bytes=max_bytes, size_bytes=note.size_bytes):
                    size += len(chunk)
                    digest.update(chunk)
                    file.write(chunk)  # into the page cache: a local disk does not hold the loop up
        except BodyTooLarge as more:
            return TooBig(max(more.got_bytes, declared_size(response.content_length)), max_bytes)
    return Fetched(digest.hexdigest(), size)


def _expect_ok(response: aiohttp.ClientResponse) -> None:
    """Raise ClientResponseError for every other status, also those that come with a body that is not the file."""
    if response.status != _OK:
        raise aiohttp.ClientResponseError(response.request_info, (), status=response.status, message="not the file")


async def _fresh_url(client: discord.Client, note: Note) -> str | None:
    """The attachment's present address, by asking Discord for its message; None when either is gone."""
    if note.message_id is None:
        return None
    try:
        message = await message_of(client, note.channel_id, note.message_id)
    except REFUSED as refusal:
        if meaning_of(refusal) is Meaning.PASSES:
            raise Later(f"the message could not be read again ({told_of(refusal)})") from refusal
        return None
    snapshots = [snapshot["message"] for snapshot in message.get("message_snapshots", ())]
    for attachment in (found for holder in (message, *snapshots) for found in holder.get("attachments", ())):
        if int(attachment["id"]) == note.attachment_id:
            return str(attachment["url"])
    return None
