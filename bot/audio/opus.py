"""How long an Opus packet is, by its first bytes: hides the framing of frames within it (RFC 6716, section 3)."""

RATE_HZ = 48_000  # Opus counts in samples of 48 kHz whatever was recorded (RFC 7845, section 4)
FRAME_BYTES = 1_275  # the longest Opus frame (RFC 6716, section 3.2.1)
PACKET_SAMPLES = 5_760  # the longest Opus packet: 120 ms
_SILK = (480, 960, 1_920, 2_880)
_CELT = (120, 240, 480, 960)
# How long a packet with one frame is, by its first byte (RFC 6716, table 2); 0 where the first byte says: more frames.
_FRAMES = (*_SILK * 3, *_SILK[:2] * 2, *_CELT * 4)
PLAIN = tuple(_FRAMES[first >> 3] if first & 3 == 0 else 0 for first in range(256))


def packet_samples(packet: bytes) -> int:
    """How many samples of 48 kHz a well-formed Opus packet holds; 0 if it is malformed (RFC 6716, section 3.4)."""
    if not packet:
        return 0
    frame, code = _FRAMES[packet[0] >> 3], packet[0] & 3
    if code == 0:
        frames, is_sound = 1, len(packet) - 1 <= FRAME_BYTES
    elif code == 1:
        frames, is_sound = 2, len(packet) % 2 == 1 and (len(packet) - 1) // 2 <= FRAME_BYTES
    elif code == 2:  # noqa: PLR2004 - the RFC's own numbering
        frames, is_sound = 2, _fits(packet, 1, 1)
    else:
        frames, is_sound = _many(packet)
    samples = frames * frame
    return samples if is_sound and 0 < samples <= PACKET_SAMPLES else 0


def _many(packet: bytes) -> tuple[int, bool]:
    """Frames in a packet of code 3, and whether their lengths add up."""
    if len(packet) < 2:  # noqa: PLR2004 - the frame count byte is missing
        return 0, False
    frames, has_padding, is_variable = packet[1] & 63, packet[1] & 64, packet[1] & 128
    at, end = 2, len(packet)
    while has_padding:
        if at >= end:
            return 0, False
        step = packet[at]
        at += 1
        end -= 254 if step == 255 else step  # noqa: PLR2004 - 255 says: 254 bytes, and more to come
        if step != 255:  # noqa: PLR2004 - see above
            break
    if frames == 0 or end < at:
        return 0, False
    if is_variable:
        return frames, _fits(packet[:end], at, frames - 1)
    share, rest = divmod(end - at, frames)
    return frames, rest == 0 and share <= FRAME_BYTES


def _fits(packet: bytes, at: int, lengths: int) -> bool:
    """Whether `lengths` frame lengths, written from `at` on, leave a last frame of legal size."""
    taken = 0
    for _ in range(lengths):
        if at >= len(packet):
            return False
        length = packet[at]
        at += 1
        if length >= 252:  # noqa: PLR2004 - two-byte length (RFC 6716, section 3.2.1)
            if at >= len(packet):
                return False
            length += 4 * packet[at]
            at += 1
        taken += length
    return 0 <= len(packet) - at - taken <= FRAME_BYTES
