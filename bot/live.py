"""
Asks the bot that runs on this machine how it is: what a container's health check does every half minute.

Hides HTTP. Promises: loads next to nothing, waits eight seconds at most (the image's health check gives ten), and
raises nothing. Whether the bot lives is asked first and by itself: nothing else that is slow makes it dead.
"""

import http.client
import ipaddress
import json
import urllib.request
from typing import Any

from bot.whole_body import whole_of

_ALIVE_WITHIN_S = 5.0
_READY_WITHIN_S = 3.0
_NOT_ANSWERED = (OSError, ValueError, http.client.HTTPException)
_PAGE_BYTES = 1024 * 1024  # what a bot says of itself is some hundred bytes


def ask(host: str, port: int) -> tuple[bool, str]:
    """
    Whether a bot lives at that address, and a line for each thing it says of itself.

    Alive is whoever answers /healthz well; what /readyz finds missing is told, and no reason to restart it.
    """
    if not port:
        return False, "FAIL  health: the page is switched off\n      Set health.port (EARSHOT_HEALTH__PORT=9464).\n"
    base = f"http://{_here(host)}:{port}"
    try:
        status, health = _get(f"{base}/healthz", _ALIVE_WITHIN_S)
    except _NOT_ANSWERED as nobody:
        return False, f"FAIL  health: nobody answers at {base} ({nobody})\n      Start the bot: python -m bot run\n"
    alive = status == 200  # noqa: PLR2004 -- HTTP: OK
    lines = [f"{'ok' if alive else 'FAIL':<5} loop: {health.get('loop_late_seconds_max')} s late at most"]
    try:
        _, ready = _get(f"{base}/readyz", _READY_WITHIN_S)
    except _NOT_ANSWERED as silence:
        ready = {}
        lines.append(f"WARN  parts: /readyz did not answer ({silence})")
    for name, part in ready.get("parts", {}).items():
        lines.append(f"{'ok' if part.get('ready') else 'WARN':<5} {name}: {part.get('found')}")
    return alive, "\n".join(lines) + "\n"


def _here(host: str) -> str:
    """Where on this machine somebody is reached who listens at `host`, perhaps everywhere."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host or "localhost"
    if address.is_unspecified:
        return "127.0.0.1" if address.version == 4 else "[::1]"  # noqa: PLR2004 -- IPv4
    return f"[{host}]" if ":" in host else host


class _AnyStatus(urllib.request.HTTPErrorProcessor):
    """What is not well is told in the body, too; and nobody is followed elsewhere."""

    def http_response(self, _: urllib.request.Request, response: http.client.HTTPResponse) -> http.client.HTTPResponse:
        """The answer as it is."""
        return response


def _get(url: str, within_s: float) -> tuple[int, dict[str, Any]]:
    """The status and the JSON object at an address, whatever the status is."""
    # This machine is never behind its proxy.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _AnyStatus())
    with opener.open(url, timeout=within_s) as page:
        # `read` takes a lost connection for the end, and every drip for a reason to wait longer.
        body = whole_of(page.read1, most_bytes=_PAGE_BYTES, size_bytes=page.length, within_s=within_s)
        said = json.loads(body)
    if not isinstance(said, dict):
        raise ValueError("that is not Earshot")  # noqa: TRY004 -- to the caller an answer like any other bad one
    return page.status, said
