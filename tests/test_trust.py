"""Certificates: whose word is taken, and what a host reads where it is not; over real TLS on this machine."""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from tests.conftest import PATIENCE_S, SPEECH, WORDS, World, command
from tests.world.bot import start
from tests.world.tls import CA, CA_HASH, CERTIFICATES, open_tls

PARK = SPEECH / "park.ogg"
NOBODY, EXPIRED, EARLY, ELSEWHERE = (
    "its certificate is signed by nobody this machine trusts",
    "its certificate has expired",
    "its certificate is not valid yet",
    "its certificate is for another name",
)
FIXES = {
    NOBODY: "in SSL_CERT_FILE, or a folder of such in SSL_CERT_DIR",
    EXPIRED: "has to renew it",
    EARLY: "Set this machine's clock",
    ELSEWHERE: "Write the address with the name",
}
WRONG = {"expired": EXPIRED, "early": EARLY, "elsewhere": ELSEWHERE}
# What a bot asks for, and where.
REST, GATEWAY, SPEECH_KEY, CDN = "rest", "gateway", "speech", "cdn"


@asynccontextmanager
async def doors(world: World, certificate: str = "good", *only: str) -> AsyncIterator[dict[str, str]]:
    """The environment of a bot that reaches everything, or those alone, by TLS."""
    env = world.env()
    async with AsyncExitStack() as stack:
        for what in only or (REST, GATEWAY, SPEECH_KEY, CDN):
            if what == REST:
                door = await stack.enter_async_context(open_tls(world.discord.api_url, certificate))
                env["DISCORD_API_URL"] = f"https://{door}/api/v10"
            elif what == GATEWAY:
                door = await stack.enter_async_context(open_tls(world.discord.gateway_url, certificate))
                env["DISCORD_GATEWAY_URL"] = f"wss://{door}/gateway/"
            elif what == SPEECH_KEY:
                door = await stack.enter_async_context(open_tls(env["OPENAI_BASE_URL"], certificate))
                env["OPENAI_BASE_URL"] = f"https://{door}/v1"
            else:
                door = await stack.enter_async_context(open_tls(world.discord.cdn_origin, certificate))
                world.discord.cdn.origin = env["EARSHOT_DISCORD__ATTACHMENT_HOSTS"] = f"https://{door}"
        yield env


def folder_of(tmp_path: Path, *, hashed: bool = True) -> Path:
    """A folder with the authority's certificate, under the name OpenSSL looks for, or any other."""
    folder = tmp_path / "authorities"
    folder.mkdir()
    shutil.copy(CA, folder / (f"{CA_HASH}.0" if hashed else "ours.pem"))
    return folder


def trusting(how: str, tmp_path: Path) -> dict[str, str]:
    """What names the authority."""
    return {"SSL_CERT_FILE": str(CA)} if how == "file" else {"SSL_CERT_DIR": str(folder_of(tmp_path))}


@pytest.mark.parametrize("how", ["file", "folder"])
async def test_an_authority_that_is_named_is_trusted_everywhere(world: World, tmp_path: Path, how: str) -> None:
    """REST, gateway, attachments and speech all take what SSL_CERT_FILE or SSL_CERT_DIR names; check says ok to all."""
    async with doors(world) as env:
        trusted = env | trusting(how, tmp_path)
        checked = await command(tmp_path, trusted, "check")
        process = await start(trusted)
        await world.discord.ready(seconds=PATIENCE_S)
        heard = await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)
        assert await process.stop() == 0

    assert checked.code == 0, checked.out
    assert WORDS in heard.content


@pytest.mark.parametrize("how", ["file", "folder"])
async def test_the_authority_may_be_named_in_dot_env(world: World, tmp_path: Path, how: str) -> None:
    """What stands in .env, which is no part of the process's environment, holds for every connection as well."""
    async with doors(world) as env:
        lines = [f"{name}={value}" for name, value in trusting(how, tmp_path).items()]
        (tmp_path / ".env").write_text("\n".join(lines), "utf-8")
        checked = await command(tmp_path, env, "check")

    assert checked.code == 0, checked.out


@pytest.mark.parametrize("parts", [{REST: "Discord token", SPEECH_KEY: "speech key"}, {GATEWAY: "Discord gateway"}])
@pytest.mark.parametrize("certificate", ["good", *WRONG])
async def test_check_says_what_is_wrong_with_a_certificate(
    world: World, tmp_path: Path, parts: dict[str, str], certificate: str
) -> None:
    """Nobody's, expired, too early, another name's: each is told as what it is, with what mends it."""
    says = WRONG.get(certificate, NOBODY)
    async with doors(world, certificate, *parts) as env:
        known = {"SSL_CERT_FILE": str(CA)} if certificate in WRONG else {}
        ended = await command(tmp_path, env | known, "check")

    told = re.findall(r"^FAIL  (.*?: .*\n(?: .*\n)+)", ended.out, re.MULTILINE)
    assert ended.code == 1
    assert [failed.partition(":")[0] for failed in told] == list(parts.values())
    assert all(says in failed and FIXES[says] in failed for failed in told)
    assert "Traceback" not in ended.err + ended.out


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("/nowhere/ca.pem", "SSL_CERT_FILE names /nowhere/ca.pem, and there is no such file."),
        (str(PARK), "in which there is no certificate in PEM form."),
        (str(CERTIFICATES / "other-ca.pem"), "SSL_CERT_DIR"),
    ],
)
async def test_a_file_that_does_not_help_is_named(world: World, tmp_path: Path, value: str, says: str) -> None:
    """A path that leads nowhere, or to something else, is told beside the certificate it was to vouch for."""
    async with doors(world, "good", REST, SPEECH_KEY) as env:
        ended = await command(tmp_path, env | {"SSL_CERT_FILE": value}, "check")

    assert ended.code == 1
    assert ended.out.count(NOBODY) == 2
    assert says in ended.out
    assert "Traceback" not in ended.err + ended.out


async def test_a_folder_that_openssl_cannot_read_is_named(world: World, tmp_path: Path) -> None:
    """OpenSSL looks for hashed names alone: where there are none, the command that makes them is told."""
    folder = folder_of(tmp_path, hashed=False)
    async with doors(world, "good", REST) as env:
        ended = await command(tmp_path, env | {"SSL_CERT_DIR": str(folder)}, "check")

    assert ended.code == 1
    assert f"run `openssl rehash {folder}`" in ended.out


async def test_a_start_that_is_not_believed_ends_with_the_reason(world: World) -> None:
    """`run` says of Discord's certificate what `check` says, as its last line and without a traceback."""
    async with doors(world, "good", REST) as env:
        process = await start(env)
        code = await process.wait()

    assert code == 1
    assert f"Discord was not believed: {NOBODY}" in process.lines[-1]
    assert "SSL_CERT_FILE" in process.lines[-1]
    assert not [line for line in process.lines if "Traceback" in line]


async def test_a_gateway_that_is_not_believed_is_told_in_one_line(world: World) -> None:
    """Each try is one line with the reason; when the certificate is right, the bot is connected."""
    async with doors(world, "expired", GATEWAY) as env:
        process = await start(env | {"SSL_CERT_FILE": str(CA)})
        await process.until(EXPIRED, PATIENCE_S, count=2)
        await process.kill()

    assert not [line for line in process.lines if "Traceback" in line or line.startswith(" ")]
    assert "has to renew it" in next(line for line in process.lines if EXPIRED in line)


async def test_no_tls_at_all_is_told_as_that(world: World, tmp_path: Path) -> None:
    """https:// where a server speaks plain HTTP is no certificate's fault."""
    env = world.env() | {"DISCORD_API_URL": world.discord.api_url.replace("http://", "https://")}
    ended = await command(tmp_path, env, "check")

    assert ended.code == 1
    assert "it does not speak TLS there" in ended.out


async def test_a_note_is_not_sent_to_whom_nobody_vouches_for(world: World) -> None:
    """The member reads that the service is not reached safely, the host what to do; nothing is sent, nothing billed."""
    async with doors(world, "good", SPEECH_KEY) as env, world.bot(env):
        told = await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)
        await world.diary.until("note")

    assert "can't reach the speech service safely" in told.content
    assert NOBODY in world.diary.text
    assert "SSL_CERT_FILE" in world.diary.text
    assert world.minutes == (0, 0)
    assert world.openai.calls == []


async def test_an_attachment_nobody_vouches_for_waits(world: World) -> None:
    """The note stays open and costs nothing; the log says what is wrong, and what to do."""
    async with AsyncExitStack() as stack:
        async with doors(world, "good", CDN) as env:
            await stack.enter_async_context(world.bot(env))
            note = await world.mina.voice_note(world.general, PARK)
            (line, *_) = await world.diary.until("put_off")
        assert NOBODY in line.getMessage()
        assert "SSL_CERT_FILE" in line.getMessage()
        assert not note.messages
        assert world.minutes == (0, 0)
