"""
`python -m bench.footprint`: what Earshot takes and costs, written into docs/migrate.md and docs/migrate.ko.md.

Ours is measured here and now, in a process of its own; what others take is cited, each with where it stands.
"""

import asyncio
import re
import tempfile
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from bench.long import weighed
from bench.report import translated
from bench.sounds import SHORT
from bench.stage import PROVIDER_S, open_stage, running
from bot.speech.models import MODELS
from tests.pages.section import Section

ROOT = Path(__file__).parents[1]
SETTLED_S = 3.0
NOTES_AT_ONCE = 20
MINUTES = (60, 600, 6_000, 60_000)
PRICED = ("gpt-transcribe", "whisper-1", "gpt-4o-mini-transcribe")
# What a local Whisper takes, and where that is said.
CITED = (
    ("whisper `small` · `medium` · `large` · `turbo`: graphics memory", "2 · 5 · 10 · 6 GB", "openai/whisper, README"),
    ("whisper `large-v3`: the model's file", "2.9 GB", "openai/whisper, `_MODELS`"),
    (
        "torch with CUDA, in an image that transcribes (compressed)",
        "about 2.5 GB of 3 GB",
        "lkmeta/txtify, pull request 34",
    ),
    ("torch with CUDA, in an image (on disk)", "7.5 to 8 GB of 8.8 GB", "Toloka/tolokaforge, issue 1116"),
    ("Scripty: what runs beside the bot", "PostgreSQL, Redis, whisper servers", "scripty-bot/scripty, README"),
    ("discord-transcribe: what runs inside the bot", "faster-whisper", "ItsRqtl/discord-transcribe, requirements"),
    ("torch for processors only, in an image (compressed)", "0.68 GB", "future-agi/future-agi, pull request 2789"),
)
# The same in Korean, piece by piece.
KOREAN = {
    "graphics memory": "그래픽 메모리",
    "the model's file": "모델 파일",
    "torch with CUDA, in an image that transcribes (compressed)": "CUDA용 torch, 받아쓰기 이미지 안에서(압축)",
    "about 2.5 GB of 3 GB": "3 GB 중 약 2.5 GB",
    "torch with CUDA, in an image (on disk)": "CUDA용 torch, 이미지 안에서(디스크)",
    "7.5 to 8 GB of 8.8 GB": "8.8 GB 중 7.5~8 GB",
    "Scripty: what runs beside the bot": "Scripty: 봇 옆에서 도는 것",
    "PostgreSQL, Redis, whisper servers": "PostgreSQL, Redis, whisper 서버",
    "discord-transcribe: what runs inside the bot": "discord-transcribe: 봇 안에서 도는 것",
    "torch for processors only, in an image (compressed)": "CPU 전용 torch, 이미지 안에서(압축)",
    "pull request": "풀 리퀘스트",
    "issue": "이슈",
}
HEADS = {
    "migrate.md": ("Earshot, measured", "", "Others, cited", "", "where it stands"),
    "migrate.ko.md": ("Earshot, 측정값", "", "다른 것들, 인용", "", "출처"),
}
MINUTES_HEAD = {"migrate.md": "Minutes heard a month", "migrate.ko.md": "한 달에 듣는 분"}
NAMES = {
    "migrate.md": (
        "installed packages",
        "memory (PSS), idle",
        "memory (PSS) at the most, {n} notes at once",
        "start until ready",
    ),
    "migrate.ko.md": (
        "설치된 패키지",
        "쉴 때 메모리(PSS)",
        "음성 {n}개를 한꺼번에 들을 때 메모리(PSS) 최댓값",
        "시작부터 준비까지",
    ),
}


def installed_bytes() -> int:
    """What the locked packages of this Python take on the disk."""
    total = 0
    for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines():
        if (pin := re.match(r"([\w.-]+)(\[.*\])?==", line)) is None:
            continue
        try:
            files = distribution(pin[1]).files or []
        except PackageNotFoundError:  # for another Python
            continue
        total += sum(path.stat().st_size for file in files if (path := Path(str(file.locate()))).is_file())
    return total


async def measured() -> tuple[float, float, float]:
    """Idle bytes, most bytes with a burst (the bot and all it starts), seconds until ready."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with open_stage(Path(folder)) as stage, running(stage) as bot:
            await asyncio.sleep(SETTLED_S)
            idle = bot.family_bytes
            rooms = [stage.home.channel(f"room-{number}") for number in range(NOTES_AT_ONCE)]
            async with weighed(bot) as weights:
                await stage.burst(rooms, SHORT)
            return idle, max(weights), bot.ready_s


def footprint(page: str, got: Sequence[str]) -> str:
    """The table of what is taken."""
    names = [name.format(n=NOTES_AT_ONCE) for name in NAMES[page]]
    head = HEADS[page]
    ours = [f"| {name} | {value} |" for name, value in zip(names, got, strict=True)]
    theirs = [f"| {name} | {value} | {where} |" for name, value, where in CITED]
    if page.endswith(".ko.md"):
        theirs = [translated(row, KOREAN) for row in theirs]
    table = [f"| {head[0]} | {head[1]} |", "| --- | --- |", *ours, ""]
    table += [f"| {head[2]} | {head[3]} | {head[4]} |", "| --- | --- | --- |", *theirs]
    return "\n".join(table)


def costs(page: str) -> str:
    """What so many minutes cost, by the prices the bot itself counts with."""
    per_minute = [f"`{name}`, ${MODELS[name].usd_micros_per_minute / 1e6:g}" for name in PRICED]
    rows = [f"| {MINUTES_HEAD[page]} | {' | '.join(per_minute)} |", "| ---: | ---: | ---: | ---: |"]
    for minutes in MINUTES:
        prices = [f"${minutes * MODELS[name].usd_micros_per_minute / 1e6:,.2f}" for name in PRICED]
        rows.append(f"| {minutes:,} | {' | '.join(prices)} |")
    return "\n".join(rows)


def main() -> None:
    """Measure once, write both pages."""
    idle, most, ready_s = asyncio.run(measured())
    got = [f"{installed_bytes() / 1e6:.0f} MB", f"{idle / 1e6:.0f} MB", f"{most / 1e6:.0f} MB", f"{ready_s:.1f} s"]
    for page in NAMES:
        for name, text in (("costs", costs(page)), ("footprint", footprint(page, got))):
            Section(ROOT / "docs" / page, name, "`python -m bench.footprint`").write(text)
    print(f"provider's answer {PROVIDER_S} s:", *got)


if __name__ == "__main__":
    main()
