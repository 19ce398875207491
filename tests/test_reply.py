"""Replies: every outcome in every language, long texts in parts, subtitles, the page of /usage."""

import re
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.outcome import (
    Failed,
    Fault,
    Gap,
    Gone,
    NothingHere,
    OptedOut,
    Outcome,
    OverQuota,
    Repeat,
    RolesOnly,
    Scope,
    Segment,
    Silence,
    Stopped,
    SwitchedOff,
    TooBig,
    TooLong,
    TooMany,
    Transcript,
    Undelivered,
    Unreadable,
    Why,
)
from bot.reply import brief, clock, dollars, fix, length, plain, readable, render, spoken, srt, vtt
from bot.words import Words

RESETS_MS = 1_764_547_200_000
EVERY: list[Outcome] = [
    Transcript((Segment(0, 1000, "Hello."),), (), 12_345, 12_345, "gpt-transcribe"),
    Silence(12_000),
    Repeat(1, 2),
    TooLong(3_600_400, 3_600_000),
    TooBig(123_456_789, 104_857_600),
    *(TooMany(scope, 42_000) for scope in Scope),
    TooMany(Scope.MEMBER, 42_000, waiting=7),
    TooMany(Scope.GUILD, 42_000, waiting=7),
    *(OverQuota(scope, 65_000, 30_000, money=False, resets_at_ms=RESETS_MS) for scope in Scope if scope != Scope.ROLE),
    OverQuota(Scope.ROLE, 65_000, 30_000, money=False, resets_at_ms=RESETS_MS, role_id=5),
    OverQuota(Scope.HOST, 225, 0, money=True, resets_at_ms=RESETS_MS),
    *(Unreadable(why, 5_000) for why in Why),
    Unreadable(Why.DAMAGED),
    Gone(),
    NothingHere(),
    SwitchedOff(),
    SwitchedOff(there=True),
    RolesOnly((5, 6)),
    OptedOut(),
    *(Failed(fault) for fault in Fault),
    Stopped(),
    Undelivered("50013"),
]
FREE = {"en": "No minutes used", "ko": "차감된 시간 없음"}


def transcript(text: str, *, length_ms: int = 12_000) -> Transcript:
    """One segment of words."""
    return Transcript((Segment(0, length_ms, text),), (), length_ms, length_ms, "gpt-transcribe")


def units(text: str) -> int:
    """How long a text is by the stricter way of counting."""
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize("locale", Words.locales)
@pytest.mark.parametrize("outcome", EVERY, ids=repr)
def test_every_outcome_is_said_in_every_language(outcome: Outcome, locale: str) -> None:
    """Each way a note can end has one message of its own, with a small last line, on Discord and in a terminal."""
    words = Words(locale)
    reply = render(outcome, words, ref="K3F7A", guild_id=9)
    terminal = render(outcome, words, ref="K3F7A", terminal=True)

    (content,) = reply.parts
    assert re.search(r"\S\n-# \S", content)
    assert units(content) <= 2000
    assert not reply.files
    assert brief(outcome, words)
    assert "-# " not in terminal.parts[0]
    assert "<t:" not in terminal.parts[0]


@pytest.mark.parametrize("locale", Words.locales)
@pytest.mark.parametrize(
    "outcome", [case for case in EVERY if not isinstance(case, Transcript | Silence | Repeat)], ids=repr
)
def test_every_refusal_carries_its_id(outcome: Outcome, locale: str) -> None:
    """Whoever reads a refusal can name it to the host."""
    assert "K3F7A" in render(outcome, Words(locale), ref="K3F7A").parts[0]


@pytest.mark.parametrize("locale", ["en", "ko"])
@pytest.mark.parametrize("outcome", EVERY, ids=repr)
def test_what_costs_nothing_says_so(outcome: Outcome, locale: str) -> None:
    """Everything but words says that it took no minutes, unless there was no note to begin with."""
    content = render(outcome, Words(locale), ref="K3F7A").parts[0]

    assert (FREE[locale] in content) == (not isinstance(outcome, Transcript | NothingHere | SwitchedOff | RolesOnly))


def test_no_outcome_is_forgotten() -> None:
    """The cases these tests go through are all there are."""
    assert {type(case) for case in EVERY} == set(get_args(Outcome))


@pytest.mark.parametrize("locale", Words.locales)
def test_no_two_outcomes_look_alike(locale: str) -> None:
    """Each outcome, fault and reason has its own text (a member's own pace reads the same everywhere)."""
    told = [render(case, Words(locale), ref="X").parts[0] for case in EVERY if case != TooMany(Scope.PERSONAL, 42_000)]

    assert len(set(told)) == len(told)


def test_what_a_quota_refusal_says() -> None:
    """Who pays, what is needed, what is left, and when the month starts anew, each reader in their own time zone."""
    english = render(
        OverQuota(Scope.GUILD, 64_200, 30_900, money=False, resets_at_ms=RESETS_MS), Words("en"), ref="X"
    ).parts[0]
    korean = render(OverQuota(Scope.HOST, 225, 100, money=True, resets_at_ms=RESETS_MS), Words("ko"), ref="X").parts[0]

    assert "needs 1 minute 5 seconds, and only 30 seconds is left" in english
    assert f"<t:{RESETS_MS // 1000}:D> (<t:{RESETS_MS // 1000}:R>)" in english
    assert "$0.000225가 필요한데, $0.0001밖에" in korean


def test_a_roles_share_is_called_by_its_role() -> None:
    """Of several roles the refusal names the one that is used up; an old outcome does not know which."""
    over = OverQuota(Scope.ROLE, 2, 1, money=False, resets_at_ms=RESETS_MS, role_id=5)
    unknown = replace(over, role_id=None)

    assert "share of <@&5> is not enough" in render(over, Words("en"), ref="X").parts[0]
    assert "<@&5> 역할에 주어진" in render(over, Words("ko"), ref="X").parts[0]
    assert "one of your roles" in render(unknown, Words("en"), ref="X").parts[0]
    assert "the share of <@&5> (needed" in brief(over, Words("en"))


def test_the_host_reads_how_to_mend_it() -> None:
    """Faults and the host's own limits come with advice for the log; everything else is nobody's fault."""
    words = Words("en")

    assert all(fix(Failed(fault), words) for fault in Fault)
    assert "OPENAI_API_KEY" in str(fix(Failed(Fault.KEY_REFUSED), words))
    assert "quota.host_usd" in str(fix(OverQuota(Scope.HOST, 1, 0, money=True, resets_at_ms=0), words))
    short = str(fix(OverQuota(Scope.HOST, 225, 100, money=True, resets_at_ms=0), words))
    assert "quota.host_usd leaves $0.0001 for this month, and this note needs $0.000225" in short
    assert "quota.host_minutes" in str(fix(OverQuota(Scope.HOST, 1, 0, money=False, resets_at_ms=0), words))
    assert "rate.queue" in str(fix(TooMany(Scope.HOST, 1), words))
    assert "rate.queue" in str(fix(TooMany(Scope.GUILD, 1, waiting=7), words))
    assert fix(TooMany(Scope.GUILD, 1), words) is None
    assert fix(OverQuota(Scope.GUILD, 1, 0, money=False, resets_at_ms=0), words) is None
    assert fix(Gone(), words) is None


def test_a_repeat_links_to_the_earlier_reply() -> None:
    """The link leads into the server, or into the direct messages."""
    assert "https://discord.com/channels/9/1/2\n" in render(Repeat(1, 2), Words("en"), ref="X", guild_id=9).parts[0]
    assert "https://discord.com/channels/@me/1/2\n" in render(Repeat(1, 2), Words("en"), ref="X").parts[0]


def test_a_short_transcript_is_one_message() -> None:
    """The documented form: the words, then a small line with length and model."""
    reply = render(transcript("Hello there. It's me!"), Words("en"), ref="X")

    assert reply.parts == ("Hello there. It's me!\n-# 0:12 · gpt-transcribe",)


def test_a_transcript_for_a_terminal_is_plain() -> None:
    """Outside Discord nothing is escaped and nothing is split."""
    reply = render(transcript("*Hi* <@1> " * 1000), Words("en"), ref="X", terminal=True)

    assert reply.parts == ("*Hi* <@1> " * 999 + "*Hi* <@1>\n0:12 · gpt-transcribe",)


@pytest.mark.parametrize("text", ["", " \n", "\u200b\x00", "\u2800"])
def test_a_transcript_without_words_is_silence(text: str) -> None:
    """Nothing visible is said to be nothing heard, not sent as an empty message."""
    assert render(transcript(text), Words("en"), ref="X") == render(Silence(12_000), Words("en"), ref="X")


@pytest.mark.parametrize(
    ("locale", "note"), [("en", "[0:05\u20130:20: could not be heard]"), ("ko", "[0:05~0:20: 알아듣지 못한 부분]")]
)
def test_gaps_are_named_where_they_are(locale: str, note: str) -> None:
    """Neighbouring gaps are one, named in the reader's language between the words around them."""
    heard = Transcript(
        (Segment(0, 5000, "Before."), Segment(20_000, 25_000, "After."), Segment(25_000, 26_000, "")),
        (Gap(12_000, 20_000), Gap(5_000, 12_500)),
        26_000,
        11_000,
        "m",
    )

    assert spoken(heard, Words(locale)) == f"Before. {note} After."


@given(st.lists(st.text(min_size=1, max_size=400), max_size=30).map(" ".join), st.sampled_from(["en", "ko"]))
def test_no_word_is_lost(text: str, locale: str) -> None:
    """The messages of a reply, read back, are the text; none is too long; more than five are a file."""
    words = Words(locale)
    reply = render(transcript(text), words, ref="X")
    whole = spoken(transcript(text), words)

    assert all(0 < units(part) <= 2000 for part in reply.parts)
    if reply.files:
        assert reply.files[0].data.decode() == whole + "\n"
    elif FREE[locale] not in reply.parts[-1]:
        assert plain(reply.parts) == whole
    for part in render(transcript(text), words, ref="X", may_attach=False).parts:
        assert 0 < units(part) <= 2000


@pytest.mark.parametrize(
    "sentence", ["Every word of this sentence counts. ", "한 마디도 잃지 않아요. ", "*_~`|<>[ ", "😀", "言葉。"]
)
def test_a_long_text_arrives_whole(sentence: str) -> None:
    """30,000 signs: the beginning and a file that holds all of it, or as many messages as it takes."""
    text = readable(sentence * (30_000 // len(sentence)))
    words = Words("en")
    short = render(transcript(text[:7000]), words, ref="X")
    filed = render(transcript(text), words, ref="X")
    spread = render(transcript(text), words, ref="X", may_attach=False)

    assert plain(filed.parts).endswith(" …")
    assert text.startswith(plain(filed.parts).removesuffix(" …"))
    assert [(file.name, file.data.decode()) for file in filed.files] == [("transcript.txt", text + "\n")]
    assert f"({len(text):,} characters) is in transcript.txt" in filed.parts[0].replace("\\", "")
    assert plain(spread.parts) == text
    assert len(spread.parts) > 5
    assert not spread.files
    assert short.files or plain(short.parts) == text[:7000].strip()
    assert all(units(part) <= 2000 for reply in (short, filed, spread) for part in reply.parts)


def test_how_many_messages_is_the_callers_choice() -> None:
    """Where only one message fits (an edited answer), a second one's text goes into the file."""
    text = "Word by word. " * 200

    assert len(render(transcript(text), Words("en"), ref="X").parts) == 2
    assert render(transcript(text), Words("en"), ref="X", most_parts=1).files


def test_a_part_cannot_begin_with_markdown() -> None:
    """A split puts words at the beginning of a line: a number sign there is no heading."""
    texts = ["a" * letters + " # word" for letters in range(1960, 1973)]
    replies = [render(transcript(text), Words("en"), ref="X") for text in texts]

    assert {reply.parts[1].split("\n")[0] for reply in replies if len(reply.parts) > 1} == {"word", "\\# word"}


@pytest.mark.parametrize(
    ("ms", "english", "korean", "shown"),
    [
        (0, "0 seconds", "0초", "0:00"),
        (999, "0 seconds", "0초", "0:00"),
        (61_000, "1 minute 1 second", "1분 1초", "1:01"),
        (3_600_000, "1 hour", "1시간", "1:00:00"),
        (7_325_000, "2 hours 2 minutes 5 seconds", "2시간 2분 5초", "2:02:05"),
    ],
)
def test_lengths_are_read_as_words(ms: int, english: str, korean: str, shown: str) -> None:
    """Milliseconds become hours, minutes and seconds in the reader's language."""
    assert (length(ms, Words("en")), length(ms, Words("ko")), clock(ms)) == (english, korean, shown)


@pytest.mark.parametrize(
    ("micros", "shown"),
    [
        (0, "$0.00"),
        (225, "$0.000225"),
        (4500, "$0.0045"),
        (10_000, "$0.01"),
        (600_000, "$0.60"),
        (999_999, "$0.999999"),
        (1_234_567, "$1.23"),
        (1_234_567_890, "$1,234.57"),
    ],
)
def test_money_is_never_shown_as_nothing(micros: int, shown: str) -> None:
    """A three-second note is $0.000225, not $0.00; dollars have cents."""
    assert dollars(micros) == shown


def test_subtitles_in_both_formats() -> None:
    """SRT and VTT carry the same words at the same times; a text cannot end its cue."""
    segments = [
        Segment(0, 2500, "Hi & <b>\n\nbye"),
        Segment(3_723_004, 3_723_004, "00:00 --> 01:00"),
        Segment(1, 2, " "),
    ]

    assert srt(segments) == (
        "1\n00:00:00,000 --> 00:00:02,500\nHi & <b> bye\n\n2\n01:02:03,004 --> 01:02:03,005\n00:00 → 01:00\n"
    )
    assert vtt(segments) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:02.500\nHi &amp; &lt;b&gt; bye\n"
        "\n01:02:03.004 --> 01:02:03.005\n00:00 --&gt; 01:00\n"
    )


def test_long_segments_become_readable_cues() -> None:
    """A segment of many sentences is cut into cues of at most two lines that share its time and touch."""
    text = "One more sentence is said here. " * 20
    cues = re.findall(r"(\S+) --> (\S+)\n(.+)", vtt([Segment(0, 60_000, text)]))

    assert " ".join(words for _, _, words in cues) == text.strip()
    assert all(len(words) <= 84 for _, _, words in cues)
    assert [end for _, end, _ in cues[:-1]] == [start for start, _, _ in cues[1:]]
    assert cues[-1][1] == "00:01:00.000"
