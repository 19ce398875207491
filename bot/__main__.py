"""
The command line: run, gateway, worker, check, transcribe, usage, servers, backup, restore.

Hides argparse. Promises: exit code 0 when it worked, 1 when it did not, 2 when a setting or an argument
is wrong; never a traceback for what people can mend themselves.
"""

import argparse
import asyncio
import gc
import logging
import os
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from textwrap import indent

from bot import log, trust
from bot.kernel import hide_memory
from bot.scratch import clear_the_dead
from bot.settings import Settings, SettingsError, load
from bot.telemetry import sending
from bot.untrusted import escaped
from bot.version import VERSION

# How long the event loop may wait for a thread that is in Python code: one loads the provider's client, one has the
# database. Python's own 5 ms add up to 0.06 s while that client is loaded.
_SWITCH_S = 0.0005
_MOST_DIGITS = 640  # the least Python takes: a whole number in a stranger's JSON costs the square of its digits
_DAY_MS = 86_400_000
_TOO_OLD = (
    "{file} is {age} days old, and backups may be kept for {days} (privacy.backups_days): who was forgotten since, and "
    "which channels and servers were erased, is known for so long only, and an older backup brings them back. Take a "
    "younger one, or say --old\n"
)
_SINCE = (
    "Since it was made {out} opted out, and {erased} people, channels and servers were erased: the start does that "
    "again, before anything is heard ({file})."
)
_UNKNOWN = "There is no {file}: nobody knows any more who opted out, or was forgotten, since it was made."
_LOST = (
    "What was decided since is lost: limits (/quota show), settings (/settings), and opt-outs that were taken back.\n"
    "Start the bot: open notes are finished."
)
_EXIT_FAILED = 1
_EXIT_USAGE = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    gc.disable()  # what a command loads stays: looking through it now and then is a sixth of its start
    options = _parser().parse_args(argv)
    hide_memory()  # before there is a secret in it
    clear_the_dead()  # not only the bot: whatever a host does next after it was killed takes its sounds away
    try:
        settings = load(options.config, flags=dict(_flag(given) for given in options.set), needs=options.needs)
        trust.heed(settings.ssl_cert_file, settings.ssl_cert_dir)
        log.set_up(settings.log.format, settings.log.level)
        code = int(options.command(settings, options))
        sys.stdout.flush()
    except SettingsError as mistake:
        sys.stderr.write(f"{mistake}\n")
        return _EXIT_USAGE
    except BrokenPipeError:
        # Whoever read our output has seen enough (`| head`); Python would flush what is left when it ends. Python's
        # documentation: signal, "Note on SIGPIPE".
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _EXIT_FAILED
    except KeyboardInterrupt:
        return _EXIT_FAILED
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Earshot: voice messages in, words out.")
    parser.add_argument("--version", action="version", version=f"Earshot {VERSION}")
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings file (default: config.toml)")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="one setting, such as quota.guild_minutes=120"
    )
    parser.set_defaults(needs=())
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="listen on Discord and answer, in one process")
    run.set_defaults(command=_run, role="run", shards=None, needs=("discord_token", "openai_api_key"))
    gateway = commands.add_parser("gateway", help="only listen on Discord; workers answer (PostgreSQL)")
    gateway.add_argument("--shards", metavar="FIRST-LAST/COUNT", help="which shards this process connects, as 0-11/48")
    gateway.set_defaults(command=_run, role="gateway", needs=("discord_token",))
    worker = commands.add_parser("worker", help="only answer, as many processes as you like (PostgreSQL)")
    worker.set_defaults(command=_run, role="worker", shards=None, needs=("discord_token", "openai_api_key"))
    check = commands.add_parser("check", help="try token, intent, key, model, ffmpeg and database; say what to do")
    check.add_argument(
        "--live", action="store_true", help="ask the bot that runs on this machine how it is (health.port)"
    )
    check.set_defaults(command=_check)
    transcribe = commands.add_parser("transcribe", help="turn one file into words, here in the terminal")
    transcribe.add_argument("file", type=Path, help="a sound or video file, in any format")
    transcribe.set_defaults(command=_transcribe, needs=("openai_api_key",))
    usage = commands.add_parser("usage", help="every server's month: used, held, left, cost; also while the bot runs")
    usage.add_argument("--month", metavar="YYYY-MM", type=_month, help="another month (default: this one)")
    shape = usage.add_mutually_exclusive_group()
    shape.add_argument("--json", dest="shape", action="store_const", const="json", help="for programs")
    shape.add_argument("--csv", dest="shape", action="store_const", const="csv", help="for table programs")
    usage.set_defaults(command=_usage, shape="table")
    servers = commands.add_parser("servers", help="which servers you have confirmed: all others share one limit")
    servers.add_argument("--confirm", metavar="ID", type=_server, action="append", default=[], help="confirm a server")
    servers.add_argument(
        "--take-back", metavar="ID", type=_server, action="append", default=[], help="no longer confirm it"
    )
    servers.set_defaults(command=_servers)
    backup = commands.add_parser("backup", help="copy the SQLite database, also while the bot runs")
    backup.add_argument("file", type=Path, help="the new file")
    backup.set_defaults(command=_backup)
    restore = commands.add_parser("restore", help="put a backup in the database's place; the old one is kept")
    restore.add_argument("file", type=Path, help="a file that backup has made")
    restore.add_argument("--old", action="store_true", help="also one that is older than privacy.backups_days")
    restore.set_defaults(command=_restore)
    cleanup = commands.add_parser("cleanup-whisper-cache", help="find and delete the models of a local Whisper")
    cleanup.add_argument("--yes", action="store_true", help="delete without asking")
    cleanup.add_argument("--dry-run", action="store_true", help="only list")
    cleanup.add_argument(
        "--also",
        metavar="OWNER/NAME",
        action="append",
        default=[],
        help="one that is not known as Whisper's, as listed",
    )
    cleanup.set_defaults(command=_cleanup)
    return parser


def _month(given: str) -> str:
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", given):
        raise argparse.ArgumentTypeError(f"{given}: write it as YYYY-MM, such as 2026-11")
    return given


def _server(given: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,18}", given):
        raise argparse.ArgumentTypeError(f"{given}: that is no server's id, such as 123456789012345678")
    return int(given)


def _flag(given: str) -> tuple[str, str]:
    key, equals, value = given.partition("=")
    if not equals:
        raise SettingsError(f"--set {given}: write it as KEY=VALUE, such as quota.guild_minutes=120.")
    return key.strip(), value.strip()


def _run(settings: Settings, options: argparse.Namespace) -> int:
    sys.setswitchinterval(_SWITCH_S)
    sys.set_int_max_str_digits(_MOST_DIGITS)
    from bot import app  # noqa: PLC0415 -- a second of imports that --help and a wrong setting need not wait for
    from bot.audio import FfmpegMissing  # noqa: PLC0415
    from bot.client import ShardRange  # noqa: PLC0415
    from bot.database import DatabaseError  # noqa: PLC0415

    try:
        shards = ShardRange.read(options.shards) if options.shards else None
    except ValueError as slip:
        raise SettingsError(f"--shards {slip}.") from slip

    async def live() -> int:
        code = await app.serve(settings, options.role, shards)
        if code:  # the reason is the last line: of this end no library has anything to add
            logging.disable()
        return code

    try:
        with sending(settings):
            return asyncio.run(live())
    except (DatabaseError, FfmpegMissing) as trouble:
        sys.stderr.write(f"{trouble}\n")
        return _EXIT_FAILED


def _check(settings: Settings, options: argparse.Namespace) -> int:
    if options.live:
        from bot.live import ask  # noqa: PLC0415 -- a container asks every half minute: nothing heavy may be loaded

        alive, told = ask(settings.health.host, settings.health.port)
        sys.stdout.write(escaped(told, keep="\n"))
        return 0 if alive else _EXIT_FAILED
    from bot.check import examine  # noqa: PLC0415 -- see _run

    async def tell() -> int:
        failed = False
        async for finding in examine(settings):
            mark = "FAIL" if finding.fix else "WARN" if finding.warning else "ok"
            sys.stdout.write(f"{mark:<5} {finding.part}: {escaped(finding.found)}\n")
            if advice := finding.fix or finding.warning:
                sys.stdout.write(indent(escaped(advice, keep="\n"), " " * 6) + "\n")
            failed |= bool(finding.fix)
        return _EXIT_FAILED if failed else 0

    return asyncio.run(tell())


def _usage(settings: Settings, options: argparse.Namespace) -> int:
    from bot import app  # noqa: PLC0415 -- see _run
    from bot.audio import FfmpegMissing  # noqa: PLC0415 -- see _run
    from bot.database import DatabaseError  # noqa: PLC0415 -- see _run

    log.set_up(settings.log.format, "warning")  # the numbers are the output
    try:
        return asyncio.run(app.usage(settings, options.month, options.shape))
    except (DatabaseError, FfmpegMissing) as trouble:
        sys.stderr.write(f"{trouble}\n")
        return _EXIT_FAILED


def _servers(settings: Settings, options: argparse.Namespace) -> int:
    from bot import app  # noqa: PLC0415 -- see _run
    from bot.audio import FfmpegMissing  # noqa: PLC0415 -- see _run
    from bot.database import DatabaseError  # noqa: PLC0415 -- see _run

    log.set_up(settings.log.format, "warning")  # the list is the output
    try:
        return asyncio.run(app.servers(settings, confirm=options.confirm, take_back=options.take_back))
    except (DatabaseError, FfmpegMissing) as trouble:
        sys.stderr.write(f"{trouble}\n")
        return _EXIT_FAILED


def _backup(settings: Settings, options: argparse.Namespace) -> int:
    from bot.database import DatabaseError  # noqa: PLC0415 -- see _run
    from bot.database.backup import back_up  # noqa: PLC0415 -- see _run
    from bot.notes.statements import FORGET_WORDS  # noqa: PLC0415 -- see _run

    try:
        size = back_up(settings.database_url, options.file, forget=FORGET_WORDS, now_ms=_now_ms())
    except DatabaseError as trouble:
        sys.stderr.write(f"{trouble}\n")
        return _EXIT_FAILED
    days = settings.privacy.backups_days
    sys.stdout.write(
        f"{options.file}: {size:,} bytes, checked; it holds nobody's words. Keep it for {days} days at most "
        "(privacy.backups_days): an older one brings back people who were forgotten\n"
    )
    return 0


def _restore(settings: Settings, options: argparse.Namespace) -> int:
    from bot.database import DatabaseError  # noqa: PLC0415 -- see _run
    from bot.database.backup import bring_back, moments  # noqa: PLC0415 -- see _run
    from bot.keyring import KeyFileError  # noqa: PLC0415 -- see _run
    from bot.keyring.wishes import read_wishes  # noqa: PLC0415 -- see _run

    days = settings.privacy.backups_days
    try:
        made_ms, known_ms = moments(options.file)
        age_days = None if made_ms is None else (_now_ms() - made_ms) // _DAY_MS
        if age_days is not None and age_days >= days and not options.old:
            sys.stderr.write(_TOO_OLD.format(file=options.file, age=age_days, days=days))
            return _EXIT_FAILED
        wishes = [one for one in read_wishes(settings.wishes_path) if one.at_ms > known_ms]
        is_known = settings.wishes_path.exists()
        kept = bring_back(settings.database_url, options.file)
    except (DatabaseError, KeyFileError) as trouble:
        sys.stderr.write(f"{trouble}\n")
        return _EXIT_FAILED
    old = f"; what was there before is {kept}" if kept else ""
    out = sum(one.kind == "out" for one in wishes)
    since = (_SINCE if is_known else _UNKNOWN).format(file=settings.wishes_path, out=out, erased=len(wishes) - out)
    sys.stdout.write(f"Restored from {options.file}{old}.\n{since}\n{_LOST}\n")
    return 0


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _cleanup(_: Settings, options: argparse.Namespace) -> int:
    from bot.cleanup import clean  # noqa: PLC0415 -- see _run

    return clean(os.environ, Path.home(), yes=options.yes, dry_run=options.dry_run, also=options.also)


def _transcribe(settings: Settings, options: argparse.Namespace) -> int:
    from bot import app  # noqa: PLC0415 -- see _run
    from bot.audio import FfmpegMissing  # noqa: PLC0415
    from bot.database import DatabaseError  # noqa: PLC0415

    if not options.file.is_file():
        what = "that is not a file" if options.file.exists() else "there is no such file"
        sys.stderr.write(f"{options.file}: {what}.\n")
        return _EXIT_USAGE
    log.set_up(settings.log.format, "warning")  # the words are the output
    settings.need_openai_api_key()
    gc.freeze()
    gc.enable()  # a file may take long; `serve` does the same once it has loaded all
    try:
        return asyncio.run(app.transcribe(settings, options.file))
    except (DatabaseError, FfmpegMissing) as trouble:
        sys.stderr.write(f"{trouble}\n")
        return _EXIT_FAILED


if __name__ == "__main__":
    code = main()
    gc.freeze()  # at its end Python would look through all of it once more
    sys.exit(code)
