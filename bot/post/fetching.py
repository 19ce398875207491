"""An attachment's bytes: from an allowed host, never through a redirect, never more than asked for."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import aiohttp
import discord
from yarl import URL

from bot.notes import Note
from bot.outcome import Gone, Outcome, TooBig
from bot.post.refusals import REFUSED, Meaning, meaning_of, why_of
from bot.request import Fetched, Later

_CHUNK_BYTES = 256 * 1024
# A byte that does not come for this long will not come on this connection.
_TIMEOUT = aiohttp.ClientTimeout(total=300, sock_connect=10, sock_read=30)
# Discord answers an expired or forged address with 404, older nodes with 403; a redirect is never followed.
_NOT_THERE = frozenset({301, 302, 303, 307, 308, 403, 404})


def is_allowed(url: str, hosts: Iterable[str]) -> bool:
    """
    Whether bytes may be fetched from `url`.

    An entry is a host name, which means https on its usual port, or an origin such as
    http://127.0.0.1:8080, which means exactly that.
    """
    parsed = URL(url)
    if parsed.user or parsed.password or not parsed.absolute:
        return False
    for entry in hosts:
        if "://" in entry:
            if parsed.origin() == URL(entry).origin():
                return True
        elif parsed.scheme == "https" and parsed.is_default_port() and parsed.host == entry:
            return True
    return False


async def fetch(
    client: discord.Client,
    session: aiohttp.ClientSession,
    note: Note,
    to: Path,
    *,
    hosts: Iterable[str],
    max_bytes: int,
) -> Fetched | Outcome:
    """The note's bytes in `to`; asks the message for a fresh address when the one we have has expired."""
    if not is_allowed(note.url, hosts):
        return Gone()
    try:
        got = await _download(session, note.url, to, max_bytes=max_bytes)
        if isinstance(got, Gone) and note.message_id is not None:
            url = await _fresh_url(client, note)
            if url is not None and is_allowed(url, hosts):
                got = await _download(session, url, to, max_bytes=max_bytes)
    except (aiohttp.ClientError, TimeoutError) as trouble:
        raise Later(f"the attachment could not be fetched ({type(trouble).__name__})") from trouble
    return got


async def _download(session: aiohttp.ClientSession, url: str, to: Path, *, max_bytes: int) -> Fetched | Gone | TooBig:
    digest = hashlib.sha256()
    size = 0
    async with session.get(url, allow_redirects=False, timeout=_TIMEOUT) as response:
        if response.status in _NOT_THERE:
            return Gone()
        response.raise_for_status()
        with to.open("wb", buffering=0) as file:
            async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
                size += len(chunk)
                if size > max_bytes:
                    return TooBig(max(size, response.content_length or 0), max_bytes)
                digest.update(chunk)
                file.write(chunk)  # into the page cache: a local disk does not hold the loop up
    return Fetched(digest.hexdigest(), size)


async def _fresh_url(client: discord.Client, note: Note) -> str | None:
    """The attachment's present address, by asking Discord for its message; None when either is gone."""
    if note.message_id is None:
        return None
    try:
        message: Any = await client.http.get_message(note.channel_id, note.message_id)
    except REFUSED as refusal:
        if meaning_of(refusal) is Meaning.PASSES:
            raise Later(f"the message could not be read again ({why_of(refusal)})") from refusal
        return None
    snapshots = [snapshot["message"] for snapshot in message.get("message_snapshots", ())]
    for attachment in (found for holder in (message, *snapshots) for found in holder.get("attachments", ())):
        if int(attachment["id"]) == note.attachment_id:
            return str(attachment["url"])
    return None
