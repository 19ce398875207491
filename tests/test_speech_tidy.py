"""Words are shown as they were said: no special tokens, no line breaks of segments, no blank too many or too few."""

import pytest

from bot.speech import clean

PARAGRAPHS = "One thing. And another. A third.\n\nNow this. And that, too.\n\nIn the end. We go."


@pytest.mark.parametrize(
    ("told", "text"),
    [
        (
            "<|startoftranscript|><|en|><|transcribe|><|0.00|> Hello.<|2.00|><|2.00|> And you?<|endoftext|>",
            "Hello. And you?",
        ),
        ("[_BEG_] Hello.[_TT_123] And you?[_EOT_]", "Hello. And you?"),
        ("<|zh|><|NEUTRAL|><|Speech|><|woitn|>你好。<|zh|>世界。", "你好。世界。"),
        ("Hello<|0.50|>world", "Hello world"),
        ("Hello<|0.50|>.", "Hello."),
        ("Hello <|0.50|> world", "Hello world"),
        ("<s>Hello</s><unk>", "Hello"),
        ("I am <b>bold</b> and a < b |> c", "I am <b>bold</b> and a < b |> c"),
        ("[music] [_not a mark_]", "[music] [_not a mark_]"),
        ("<|" + "x" * 65 + "|>", "<|" + "x" * 65 + "|>"),
        (" Hello.\n And you?\n", "Hello. And you?"),
        ("Hello,\nyou", "Hello, you"),
        ("Hello,\r\nyou", "Hello, you"),
        ("안녕하세요\n반가워요", "안녕하세요 반가워요"),
        ("你好\n世界", "你好世界"),
        ("你好。\n 世界", "你好。世界"),
        ("こんにちは\n世界", "こんにちは世界"),
        ("สวัสดี\nครับ", "สวัสดีครับ"),
        ("你好\nEarshot", "你好 Earshot"),
        ("One\u2028two\x85three", "One two three"),
        ("Hello.\n\nAnd you?\n\nYes.", "Hello. And you? Yes."),
        ("and then\n\nwe go", "and then we go"),
        (PARAGRAPHS, PARAGRAPHS),
        (PARAGRAPHS.replace("\n\n", " \n \n\n "), PARAGRAPHS),
        (PARAGRAPHS.replace(".\n\n", ",\n\n"), PARAGRAPHS.replace(".\n\n", ", ")),
        ("\n\n", ""),
        ("<|nospeech|>", ""),
        ("a\0b \ud800", "ab ?"),
    ],
    ids=lambda text: repr(text)[:40],
)
def test_words_are_tidy(told: str, text: str) -> None:
    """Marks and seams go; what people say stays; a paragraph of several sentences keeps its empty line."""
    assert clean(told) == text


@pytest.mark.parametrize("text", [PARAGRAPHS, "Hello. And you?", "你好世界", "  a  b ", "a\n\nb"])
def test_what_is_tidy_stays(text: str) -> None:
    """Cleaned twice is cleaned once."""
    assert clean(clean(text)) == clean(text)
