"""The page walk: which files are ordinary voice notes, and how long they are."""

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audio.ogg import VoiceNote, walk
from bot.audio.opus import packet_samples
from tests.decoders import DECODER
from tests.hostile import craft
from tests.hostile.trial import bare_ms

SPEECH = Path(__file__).parent / "speech"
MAX_MS = 7_200_000
NOTE = (SPEECH / "birthday.ogg").read_bytes()
HEAD, TAGS, *SOUND = craft.ogg_pages(NOTE)


def walked(tmp_path: Path, content: bytes, *, max_ms: int = MAX_MS) -> VoiceNote | None:
    """What the walk says of these bytes."""
    path = tmp_path / "note"
    path.write_bytes(content)
    return walk(path, max_ms=max_ms)


@pytest.mark.parametrize("name", sorted(path.name for path in SPEECH.glob("*.ogg")))
def test_a_note_is_as_long_as_its_decoded_samples(name: str) -> None:
    """Without decoding, the walk finds the length that ffmpeg decodes."""
    note = walk(SPEECH / name, max_ms=MAX_MS)

    assert note
    assert abs(note.length_ms - bare_ms(SPEECH / name, DECODER, max_ms=MAX_MS)) <= 20
    assert note.size_bytes == (SPEECH / name).stat().st_size


def test_the_last_page_may_trim_only_the_last_packet(tmp_path: Path) -> None:
    """A last page that claims to end long before its packets is no ordinary note."""
    end = struct.unpack_from("<q", SOUND[-1], 6)[0]
    honest = walked(tmp_path, NOTE)
    assert honest

    for less, length_ms in ((0, honest.length_ms), (4_800, honest.length_ms - 20), (9_600, None)):
        found = walked(tmp_path, b"".join([HEAD, TAGS, *SOUND[:-1], craft.with_granule(SOUND[-1], end - less)]))

        assert (found and abs(found.length_ms - (length_ms or 0)) <= 20) if length_ms else found is None


def test_a_note_cut_off_between_pages_is_as_long_as_what_is_left(tmp_path: Path) -> None:
    """Some clients never mark the last page; what came is what counts."""
    found = walked(tmp_path, b"".join([HEAD, TAGS, *SOUND[:2]]))

    assert found
    assert abs(found.length_ms - 2_000) <= 20


@pytest.mark.parametrize(
    "content",
    [
        b"",
        NOTE[:-1],
        NOTE + b"x",
        NOTE + NOTE,
        b"x" + NOTE,
        HEAD + TAGS,
        HEAD + SOUND[0],
        TAGS + HEAD,
        HEAD + HEAD + TAGS,
        HEAD + TAGS + b"".join(SOUND[1:]),
        HEAD + TAGS + SOUND[1] + SOUND[0],
        NOTE.replace(b"OpusHead\x01\x01", b"OpusHead\x01\x03", 1),
        NOTE[:-100] + bytes([NOTE[-100] ^ 1]) + NOTE[-99:],
        HEAD + TAGS + craft.ogg_page([b"\x78abc"], granule=48_000 * 9, sequence=2),
        HEAD + TAGS + craft.ogg_page([b"\x78abc"], granule=960, sequence=2, serial=9),
        craft.ogg_page([craft.OPUS_HEAD[:-3] + b"\1\0\0"], granule=0, sequence=0, flags=2),
        craft.ogg_page([craft.OPUS_HEAD], granule=5, sequence=0, flags=2),
        craft.ogg_page([craft.OPUS_HEAD[:10] + b"\xff\xff" + craft.OPUS_HEAD[12:]], granule=0, sequence=0, flags=2),
        craft.ogg_page([craft.OPUS_HEAD], granule=0, sequence=0, flags=2 | 8),
        craft.ogg_page([craft.OPUS_HEAD], granule=0, sequence=0, flags=2 | 1),
        craft.opus_file(b"\x7b\x3f" + bytes(4), 10, samples=960),
        craft.opus_file(b"", 10, samples=960),
        craft.opus_file(b"\x18\x00", 100, samples=2_880, granule_samples=1),
    ],
)
def test_whatever_is_odd_is_left_to_the_decoder(tmp_path: Path, content: bytes) -> None:
    """Missing, swapped, foreign, torn or forged pages, odd headers and broken packets: the walk does not judge them."""
    assert walked(tmp_path, content) is None


def test_headers_and_packets_may_run_over_pages(tmp_path: Path) -> None:
    """A title picture may fill several pages, and a packet may begin on one page and end on the next."""
    tags = craft.OPUS_TAGS + bytes(254 * 255 + 100 - len(craft.OPUS_TAGS))
    packet = b"\x78" + bytes(300)
    pages = [
        craft.ogg_page([craft.OPUS_HEAD], granule=0, sequence=0, flags=2),
        craft.ogg_page([tags], granule=0, sequence=1),
        torn_page([packet, packet[:255]], granule=960, sequence=2),
        craft.ogg_page([packet[255:]], granule=1_920, sequence=3, flags=1),
        torn_page([packet[:255]], granule=-1, sequence=4),
        craft.ogg_page([packet[255:]], granule=2_880, sequence=5, flags=1 | 4),
    ]

    found = walked(tmp_path, b"".join(pages))

    assert found
    assert (found.packets, found.length_ms) == (3, (2_880 - 312) // 48)
    assert walked(tmp_path, b"".join(pages[:3])) is None
    assert walked(tmp_path, b"".join([*pages[:2], torn_page([packet[:255]], granule=0, sequence=2)])) is None


def torn_page(packets: list[bytes], *, granule: int, sequence: int) -> bytes:
    """A page whose last packet goes on: its last lacing value is 255 and nothing follows it."""
    page = craft.ogg_page(packets, granule=granule, sequence=sequence)
    segments = page[26] - 1
    page = page[:26] + bytes([segments]) + page[27 : 27 + segments] + page[28 + segments :]
    return craft.with_granule(page, granule)


def test_endless_tags_are_no_voice_note(tmp_path: Path) -> None:
    """Tags may hold a picture, not a film: the walk keeps no more than a megabyte."""
    pages = [craft.ogg_page([craft.OPUS_HEAD], granule=0, sequence=0, flags=2)]
    pages += [torn_page([bytes(254 * 255)], granule=-1, sequence=number) for number in range(1, 20)]
    pages = [page if n < 2 else flagged(page, 1) for n, page in enumerate(pages)]

    assert walked(tmp_path, b"".join(pages)) is None


def flagged(page: bytes, flags: int) -> bytes:
    """The page with other flags."""
    return craft.with_granule(page[:5] + bytes([flags]) + page[6:], struct.unpack_from("<q", page, 6)[0])


def test_the_walk_stops_at_the_limit(tmp_path: Path) -> None:
    """Ten hours of nothing are known to be too long after the first minutes of them."""
    bomb = craft.opus_file(b"\x18\x00", 600_000, samples=2_880)

    found = walked(tmp_path, bomb, max_ms=60_000)

    assert found
    assert 60_000 < found.length_ms < 70_000
    assert found.size_bytes < len(bomb) // 100


def test_life_shows_in_the_sizes_of_packets() -> None:
    """Spoken notes show their life without being decoded; silence does not, and is looked at more closely."""
    lively = {path.name: walk(path, max_ms=MAX_MS) for path in SPEECH.glob("*.ogg")}

    assert {name for name, note in lively.items() if note and not note.is_lively} == {"silence.ogg"}


@pytest.mark.parametrize(
    ("packet", "samples"),
    [
        (b"", 0),
        (b"\x00", 480),
        (b"\x18", 2_880),
        (b"\x60x", 480),
        (b"\x80x", 120),
        (b"\xf8" + bytes(1_275), 960),
        (b"\xf8" + bytes(1_276), 0),
        (b"\xf9ab", 1_920),
        (b"\xf9abc", 0),
        (b"\xfa\x01ab", 1_920),
        (b"\xfa\x05ab", 0),
        (b"\xfa", 0),
        (b"\xfa\xfc", 0),
        (b"\xfa\xfc\x01" + bytes(256 + 10), 1_920),
        (b"\xfb", 0),
        (b"\xfb\x00", 0),
        (b"\xfb\x02abcd", 1_920),
        (b"\xfb\x03abcd", 0),
        (b"\xfb\x07" + bytes(7), 0),
        (b"\xfb\x82\x01abc", 1_920),
        (b"\xfb\x42\x01abz", 1_920),
        (b"\xfb\x42\xff\x00" + bytes(254 + 4), 1_920),
        (b"\xfb\x42\xff", 0),
        (b"\xfb\x42\x09ab", 0),
        (b"\x1b\x03abc", 0),
    ],
)
def test_a_packet_tells_its_length(packet: bytes, samples: int) -> None:
    """The first bytes of an Opus packet say how long it is, and broken framing says nothing (RFC 6716)."""
    assert packet_samples(packet) == samples


@given(st.binary(max_size=400))
def test_no_bytes_upset_the_walk(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """Whatever follows two good headers, the walk gives a length or None."""
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(craft.opus_file(content, 1, samples=960))

    found = walk(path, max_ms=MAX_MS)

    assert (found is None) == (packet_samples(content) == 0)
