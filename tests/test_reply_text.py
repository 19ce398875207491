"""Somebody's words on Discord: nothing in them acts, nothing of them is lost, no sign is torn."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.reply import escape, readable, split, unescape
from bot.reply.split import is_boundary
from bot.signs import IGNORABLE

FAMILY = "👩\u200d👩\u200d👧\u200d👦"
SIGNS = [
    "e\u0301",
    "각",
    "\u1100\u1161\u11a8",
    FAMILY,
    "👍🏽",
    "🇰🇷",
    "🇺🇸",
    "1\ufe0f\u20e3",
    "❤\ufe0f\u200d🔥",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "क्\u200dष",
    "க்ஷ",
    "क्त",
    "นำ",
    "g\u0308\u0332",
    "\u0600\u0661",
]

# What Discord acts upon, told by its own grammar (simple-markdown rules of the client, mentions and links
# of the server), and not by what `escape` happens to change.
SERVER = re.compile(
    r"@everyone|@here|<@[!&]?\d+>|<#\d+>|https?://\S|(?:discord\.(?:gg|gift|new)|discord(?:app)?\.com)/\w",
    re.IGNORECASE,
)
CLIENT = [
    re.compile(rule, re.IGNORECASE)
    for rule in (
        r"<(?:@|#|/|t:|a?:|id:|sound|\+|https?:|mailto:|tel:)[^>\n]*>",
        r"\[[^\n]*?\]\([^\n]*?\)",
        r"[a-z][a-z0-9+]*://\S",
        r"`[^`]*`",
        r"\|\|.+?\|\|",
        r"~~.+?~~",
        r"\*[^\s*].*?\*",
        r"\*\*.+?\*\*",
        r"_.+?_",
        r":(?:[a-z_]\w*|[+-]1|\d{3,4}):",
    )
]
LINE = re.compile(r" *(?:#{1,3} |-# |>>> ?|> |[*+-] |\d+\. )")
ODD = st.text() | st.lists(
    st.sampled_from([*"*_~`|<>[]()@#:/\\-+.1!& \n", "everyone", "here", "https", "a", "discord.gg"])
).map("".join)
WILD = st.lists(
    ODD
    | st.sampled_from(
        [
            *SIGNS,
            "@everyone",
            "<@1>",
            "</go:1>",
            "<t:1:R>",
            "https://a.b/c_d",
            "[a](https://b.c)",
            "```\n",
            "# a",
            "-# b",
            "\n> c",
            "1. d",
            ":smile:",
            "||e||",
            "discord.gg/abc",
            "\u200b",
            "\u202e",
            "\ud800",
            "\\",
        ]
    )
).map("".join)


def acts(content: str) -> list[str]:
    """What Discord would act upon in a message, reading it from left to right with its backslash rule."""
    found = [match[0] for match in SERVER.finditer(content)]
    at = 0
    while at < len(content):
        if re.match(r"\\[^0-9A-Za-z\s]", content[at:]):
            at += 2
            continue
        if (at == 0 or content[at - 1] == "\n") and (rule := LINE.match(content, at)):
            found.append(rule[0])
        found += [match[0] for rule in CLIENT if (match := rule.match(content, at))]
        at += 1
    return found


@pytest.mark.parametrize(
    "text",
    [
        "@everyone",
        "@here",
        "hey <@123> and <@!123> and <@&123>",
        "<#123>",
        "</usage:123>",
        "<t:1764547200:R>",
        "<:name:123>",
        "<a:name:123>",
        "<id:customize>",
        "[free money](https://example.com)",
        "https://example.com/a_b_c",
        "<https://example.com>",
        "steam://run/1",
        "Discord.gg/abc",
        "discord.com/invite/abc",
        "discordapp.com/invite/abc",
        "`code`",
        "```py\nprint()\n```",
        "||secret||",
        "~~struck~~",
        "*soft* **loud** __under__ _slant_",
        "# big",
        "### big",
        "-# small",
        "> quote",
        ">>> quote",
        "- item",
        "+ item",
        "1. item",
        "first\n# big",
        ":smile: :+1: :100:",
    ],
)
def test_what_would_act_does_nothing(text: str) -> None:
    """Each thing Discord acts upon is only its letters after escaping, and reads the same."""
    assert acts(text)
    assert not acts(escape(text))
    assert unescape(escape(text)) == text


@pytest.mark.parametrize(
    "text", ["Call me at 10:30, it's 3.5 km (or more)!", 'Mina - and Jun - said: "hi"', "a@b.com", "100%"]
)
def test_plain_speech_is_left_alone(text: str) -> None:
    """Ordinary sentences carry no backslashes, so that they can be copied as they are."""
    assert escape(text) == text


@given(WILD)
@example("\\@everyone\\\\*a*")
@example("a\n1. b\n12) c")
def test_no_text_acts(text: str) -> None:
    """Whatever was said, Discord acts upon nothing in it, and people read what was said."""
    said = readable(text)

    assert not acts(escape(said))
    assert unescape(escape(said)) == said


@given(WILD)
def test_readable_text_can_be_sent_and_stays_as_it_is(text: str) -> None:
    """Only what nobody sees is taken out, and only once; what remains is text that can be sent."""
    said = readable(text)

    assert readable(said) == said
    assert said.encode().decode() == said
    unseen = re.compile(f"[{IGNORABLE}\u2800]")
    seen = [sign for sign in text if unicodedata.category(sign)[0] not in "CZ" and not unseen.match(sign)]
    kept = [sign for sign in said if unicodedata.category(sign)[0] not in "CZ" and not unseen.match(sign)]
    kept = [sign for sign in kept if sign != "\ufffd"]
    assert kept == [sign for sign in seen if sign != "\ufffd"]


def test_invisible_tricks_are_taken_out() -> None:
    """Zero-width signs, bidi overrides, controls and blank letters cannot hide or turn words."""
    assert readable("@\u200bevery\u2060one \u202eevil\u202c\x00 a\u3164\u2800b") == "@everyone evil a b"
    assert readable("  a \t b\r\n\r\n\n\n c\u2028d ") == "a b\n\nc\nd"
    assert readable(FAMILY) == FAMILY
    assert readable("\ud83d\ude00 \ud83d") == "😀 \ufffd"


@pytest.mark.parametrize("sign", SIGNS)
def test_a_visible_sign_is_never_torn(sign: str) -> None:
    """Emoji families, flags, syllables, marks and conjuncts stay in one part at every width that holds them."""
    text = sign * 12
    for limit in range(len(sign), 3 * len(sign) + 1):
        parts = split(text, limit)

        assert "".join(parts) == text
        assert all(part == sign * (len(part) // len(sign)) for part in parts)


def test_neighbours_are_not_one_sign() -> None:
    """Flags in a row, syllables in a row and letters after a mark may be parted."""
    flags = "🇰🇷🇺🇸🇯🇵"
    assert [at for at in range(len(flags) + 1) if is_boundary(flags, at)] == [0, 2, 4, 6]
    assert all(is_boundary("가각나", at) for at in range(4))
    assert is_boundary("e\u0301a", 2)
    assert not is_boundary("\r\n", 1)


@given(WILD, st.integers(min_value=4, max_value=60))
def test_parts_joined_are_the_text(text: str, limit: int) -> None:
    """Splitting loses nothing, exceeds nothing, and tears a sign only if it alone is over the limit."""
    said = readable(text)
    parts = split(said, limit, lambda part: len(escape(part)))

    assert "".join(parts) == said
    assert all(part.strip() and part[0] == part.lstrip()[0] for part in parts)
    assert all(len(escape(part).rstrip()) <= limit for part in parts)
    at = 0
    for part in parts[:-1]:
        at += len(part)
        if not is_boundary(said, at):
            assert not any(is_boundary(said, place) for place in range(at - len(part) + 1, at + 1))


@given(st.lists(st.text(alphabet="abcd", min_size=1, max_size=9), min_size=1).map(" ".join), st.integers(10, 40))
def test_words_that_fit_stay_whole(text: str, limit: int) -> None:
    """A part ends after a word wherever one ends within the limit."""
    for part in split(text, limit)[:-1]:
        assert part.endswith(" ")


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("One two. Three four. Five six", 22, ["One two. Three four. ", "Five six"]),
        ("First words here\n\nSecond. Third words", 30, ["First words here\n\n", "Second. Third words"]),
        ("He asked: “Why?” Nobody knew it", 22, ["He asked: “Why?” ", "Nobody knew it"]),
        (
            "오늘은 비가 왔습니다 그래서 집에 있었어요 내일은",
            26,
            ["오늘은 비가 왔습니다 그래서 집에 있었어요 ", "내일은"],
        ),
        ("시간이 더 필요 한데 어떡하지 그럼", 12, ["시간이 더 필요 한데 ", "어떡하지 그럼"]),
        ("今日は雨です。明日は晴れです。", 10, ["今日は雨です。", "明日は晴れです。"]),
        ("Well. " + "word " * 8, 40, ["Well. " + "word " * 7, "word "]),
        ("abcdefghij klm", 5, ["abcde", "fghij ", "klm"]),
        ("one, two three four", 16, ["one, two three ", "four"]),
        ("one two three, four", 16, ["one two three, ", "four"]),
    ],
)
def test_parts_end_where_people_would_pause(text: str, limit: int, parts: list[str]) -> None:
    """Paragraphs before sentences (with or without full stops), before clauses, before words; none is tiny."""
    assert split(text, limit) == parts


def test_a_sign_over_the_limit_is_cut_all_the_same() -> None:
    """A letter under a tower of marks cannot stop a text from arriving."""
    tower = "a" + "\u0301" * 50

    assert split(tower, 20) == [tower[:20], tower[20:40], tower[40:]]
