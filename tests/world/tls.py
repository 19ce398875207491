"""
TLS before a stand-in, as the real ones have it: a door with a certificate, behind which everything goes on in plain.

Hides the pumping of bytes. Promises: the stand-in behind it sees what it always sees; certificates are those of
tests/tls, none of which any machine trusts by itself.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

CERTIFICATES = Path(__file__).parents[1] / "tls"
CA = CERTIFICATES / "ca.pem"
CA_HASH = "3387b84d"  # openssl x509 -hash: under this name OpenSSL looks for it in a folder


@asynccontextmanager
async def open_tls(address: str, certificate: str = "good") -> AsyncIterator[str]:
    """A door before http(s)://host:port; yields `localhost:port`, whose certificate is that of tests/tls."""
    host, _, port = address.partition("://")[2].partition("/")[0].partition(":")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{certificate}.pem")
    open_ones: set[asyncio.Task[None]] = set()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_ones.add(task)
        task.add_done_callback(open_ones.discard)
        with suppress(OSError, asyncio.CancelledError):
            behind_reader, behind_writer = await asyncio.open_connection(host, int(port))
            try:
                await asyncio.gather(_pump(reader, behind_writer), _pump(behind_reader, writer))
            finally:
                behind_writer.close()
                writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", 0, ssl=context)
    try:
        yield f"localhost:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in open_ones:
            task.cancel()
        if open_ones:
            await asyncio.wait(open_ones)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(65_536):
            writer.write(chunk)
            await writer.drain()
    finally:
        writer.close()
