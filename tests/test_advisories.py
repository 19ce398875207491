"""The audit of CI, with the real pip-audit, against a server of advisories on this machine."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.advisories import KNOWN
from tests.world.bot import ROOT

AUDIT = ROOT / ".venv-tools" / "bin" / "pip-audit"
pytestmark = pytest.mark.long
LOCKED = f"certifi==2026.1.4 --hash=sha256:{'0' * 64}\n"


def advisory(name: str) -> dict[str, Any]:
    """What a server that speaks OSV says of a package with a hole."""
    affected = {"package": {"name": name, "ecosystem": "PyPI"}, "versions": ["0"]}
    return {"vulns": [{"id": "PYSEC-2026-1", "schema_version": "1.4.0", "summary": "a hole", "affected": [affected]}]}


@asynccontextmanager
async def advisories(answer: Callable[[str], web.Response]) -> AsyncIterator[str]:
    """A server of advisories, and where it is asked."""

    async def query(request: web.Request) -> web.Response:
        return answer((await request.json())["package"]["name"])

    site = web.Application()
    site.add_routes([web.post("/v1/query", query)])
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1/query"
    await runner.cleanup()


async def audited(url: str, folder: Path, *flags: str) -> tuple[int, str]:
    """How the audit of a lock with one package ends, and what it says."""
    if not AUDIT.exists():
        pytest.skip("`make audit` has not made .venv-tools")
    (folder / "lock.txt").write_text(LOCKED)
    process = await asyncio.create_subprocess_exec(
        *(str(AUDIT.parent / "python"), "-m", "tests.advisories", "--osv", url, *flags, str(folder / "lock.txt")),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(process.communicate(), 100)
    return process.returncode or 0, said.decode()


def only_known(name: str) -> web.Response:
    """Nothing is wrong but what is known to be."""
    return web.json_response(advisory(name) if KNOWN.startswith(name) else {})


async def test_an_advisory_fails_the_audit(tmp_path: Path) -> None:
    """A locked package with an advisory fails, also where an unreachable server would not."""
    async with advisories(lambda name: web.json_response(advisory(name))) as url:
        code, said = await audited(url, tmp_path, "--unreached-is-no-failure")

    assert code == 1
    assert "PYSEC-2026-1" in said
    assert "could not be reached" not in said


async def test_no_advisory_passes(tmp_path: Path) -> None:
    """Where the server knows the old hole and none of the lock's, the audit ends well."""
    async with advisories(only_known) as url:
        code, said = await audited(url, tmp_path)

    assert code == 0
    assert "No known vulnerabilities found" in said


@pytest.mark.parametrize("says", ["nobody", "refused", "nothing", "not advisories"])
async def test_advisories_that_do_not_answer_are_told_in_one_line(tmp_path: Path, dead_address: str, says: str) -> None:
    """No server, or one that refuses, knows nothing or speaks otherwise, is told in a line, and fails no CI."""
    answers: dict[str, web.Response] = {
        "refused": web.Response(status=403),
        "nothing": web.json_response({}),
        "not advisories": web.Response(text="<html>log in first</html>", content_type="text/html"),
    }
    async with advisories(lambda _: answers[says]) as url:
        asked = f"{dead_address}/v1/query" if says == "nobody" else url
        code, said = await audited(asked, tmp_path, "--unreached-is-no-failure")

    assert code == 0
    assert said.startswith("advisories could not be reached: ")
    assert len(said.splitlines()) == 1


async def test_by_hand_silence_is_a_failure(tmp_path: Path, dead_address: str) -> None:
    """`make audit` without an answer does not end as if nothing had been found."""
    code, said = await audited(f"{dead_address}/v1/query", tmp_path)

    assert code == 75
    assert "could not be reached" in said


async def test_silence_after_the_first_question_is_a_failure(tmp_path: Path) -> None:
    """Advisories that answered and then do not are no network that is down."""
    async with advisories(lambda name: only_known(name) if KNOWN.startswith(name) else web.Response(status=500)) as url:
        code, said = await audited(url, tmp_path, "--unreached-is-no-failure")

    assert code != 0
    assert "could not be reached" not in said
