"""What README says was measured, in both languages: the figures of `make bench` people ask for first."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.report import Figure, translated
from tests.pages.section import Section

ROOT = Path(__file__).parents[1]
NOTE = "One voice note of 12 s"
# Scenario and figure; what it is called in English and in Korean.
ROWS = (
    (NOTE, "first sign after", "a voice note of 12 s: the first sign that it was heard of", "12초 음성: 들었다는 첫 표시까지"),
    (NOTE, "answer beyond the provider's time", "its words, beyond the provider's time", "그 텍스트까지(제공자가 쓴 시간은 빼고)"),
    (NOTE, "bytes uploaded", "bytes sent for it", "그때 보낸 바이트"),
    ("Twenty voice notes at once, in twenty channels", "last reply", "twenty at once: the last words", "20개를 한꺼번에: 마지막 텍스트까지"),
    ("A voice note of ten minutes", "answer", "a voice note of ten minutes", "10분 음성"),
    ("A file of an hour", "answer", "a file of an hour (m4a)", "1시간 파일(m4a)"),
    ("Standing still", "idle memory (PSS)", "memory, idle", "쉴 때 메모리"),
    ("Peak memory by length", "peak (PSS), 3 h", "memory at the most, a file of three hours", "3시간 파일을 들을 때 메모리 최댓값"),
)  # fmt: skip
HEADS = (("", "Earshot", "held against", "ratio"), ("", "Earshot", "견준 값", "비율"))
PEERS = (
    ("the same, beside", "Earshot", "a bot of one script"),
    ("다른 봇과 나란히", "Earshot", "스크립트 하나짜리 봇"),
)
TRIALS = {
    "12 s note: first sign": "12초 음성: 첫 표시",
    "12 s note: answer beyond the provider's time": "12초 음성: 텍스트까지(제공자의 시간은 빼고)",
    "12 s note: bytes uploaded": "12초 음성: 보낸 바이트",
    "20 notes in 20 channels: last reply": "채널 20곳에 20개: 마지막 답까지",
    "10 minute note: answer": "10분 음성: 답까지",
    "one HTTP 500: answer": "HTTP 500 한 번: 답까지",
    "5,200 characters: last word": "5,200자: 마지막 단어까지",
}
FLOORS = {
    "(the provider, and for each note four bare requests and two bare commits)": "(제공자, 그리고 음성마다 요청 네 번과 커밋 두 번)",
    "(the provider, a bare ffmpeg)": "(제공자와 ffmpeg만)",
    "(the provider)": "(제공자)",
    "(the note)": "(음성 파일)",
    "(10 minutes)": "(10분 파일)",
    "modules, imported)": "모듈을 불러오기만 할 때)",
    "never": "끝내 없음",
}


def write(figures: Sequence[tuple[str, Sequence[Figure]]], beside: Sequence[tuple[str, str, str]]) -> None:
    """Put both tables into README.md and README.ko.md."""
    for language, page in enumerate(("README.md", "README.ko.md")):
        text = "\n".join((*_table(figures, language), "", *_peers(beside, language)))
        Section(ROOT / page, "measured", "`make bench`").write(translated(text, FLOORS) if language else text)


def _table(figures: Sequence[tuple[str, Sequence[Figure]]], language: int) -> Iterator[str]:
    got = {(title, row.name): row for title, rows in figures for row in rows}
    yield f"| {' | '.join(HEADS[language])} |"
    yield "|---|--:|--:|--:|"
    for title, name, *called in ROWS:
        _, value, _, floor, ratio, _ = got[title, name].cells()
        yield f"| {called[language]} | {value} | {floor} | {ratio} |"


def _peers(beside: Sequence[tuple[str, str, str]], language: int) -> Iterator[str]:
    yield f"| {' | '.join(PEERS[language])} |"
    yield "|---|--:|--:|"
    for trial, ours, theirs in beside:
        yield f"| {TRIALS[trial] if language else trial} | {ours} | {theirs} |"
