"""
One process's share of what Discord lets a bot ask for.

Hides aiolimiter and aiohttp's tracing. Promises: in no second more requests start than the share; answers to
interactions, which Discord does not count, wait for nobody.
"""

import aiohttp
from aiolimiter import AsyncLimiter

_BURST = 10  # a tenth of the share may start at once, the rest comes evenly


def paced(requests_per_second: int) -> aiohttp.TraceConfig:
    """What has each request of an aiohttp session, retries too, wait for its turn."""
    burst = max(1, requests_per_second // _BURST)
    even = max(1, requests_per_second - burst)
    turns = AsyncLimiter(burst, burst / even)

    async def wait(_: object, __: object, request: aiohttp.TraceRequestStartParams) -> None:
        # Discord: "Interaction endpoints are not bound to the bot's Global Rate Limit"; they go by token.
        if not {"webhooks", "interactions"} & set(request.url.parts):
            await turns.acquire()

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(wait)
    return trace
