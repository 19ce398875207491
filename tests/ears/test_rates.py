"""How far what was heard is from what was said, as docs/bench/words.md counts it."""

import pytest

from bench.words.rates import counted


@pytest.mark.speech(seconds=6)
async def test_spelling_is_no_error_and_added_words_are() -> None:
    """Numbers, titles and the blanks of Korean are matters of taste; what is added or lost is counted as that."""
    counts = await counted(
        [
            ("Mister Smith paid fourteen dollars.", "mr. Smith paid $14", "en"),
            ("그는 걸어갔다.", "그 는 걸어 갔다", "ko"),
            ("We meet at ten.", "We meet at ten. You You", "en"),
            ("We meet at ten.", "We meet", "en"),
            ("", "Thank you.", "en"),
        ]
    )

    assert [(one.wrong, one.added, one.lost) for one in counts] == [
        (0, 0, 0),
        (0, 0, 0),
        (2, 2, 0),
        (2, 0, 2),
        (2, 2, 0),
    ]
    assert counts[1].units == 6
