"""
What the transcription endpoint accepts, and the exact errors it answers otherwise.

Hides the provider's small print as measured in November 2026: models and their formats, the file-name
rule, limits and error bodies. Where measurements disagree the stricter reading is kept, so that a
client who passes here passes there. Pure: no sockets, no sound.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

REQUEST_LIMIT_BYTES = 26_214_400  # 25 MiB for the whole request, not for the file
SHORTEST_S = 0.1
OUTPUT_LIMIT_TOKENS = 2048  # the gpt-4o family stops here in mid-sentence, status 200
PROMPT_LIMIT = 65_536
SPEAKER_LIMIT_S = 30  # a longer sound needs chunking_strategy to be told apart by speakers

# Container by extension. `.opus` and `.oga` hold the same bytes as `.ogg` and are refused by name.
FAMILIES = {
    "flac": {"flac"},
    "m4a": {"mp4"},
    "mp3": {"mp3"},
    "mp4": {"mp4"},
    "mpeg": {"mp3"},
    "mpga": {"mp3"},
    "ogg": {"ogg"},
    "wav": {"wav"},
    "webm": {"webm"},
}
LIVE_ONLY = {"gpt-live-transcribe", "gpt-realtime-whisper"}
# The languages of the "Speech to text" guide; am, eu, km, lo, mn, nn, pa, so, sq, uz and yo were measured as refused.
LANGUAGES = frozenset(
    "af ar az be bg bs ca cs cy da de el en es et fa fi fr gl he hi hr hu hy id is it ja kk kn ko lt lv mi mk mr ms ne"  # noqa: SIM905 - sixty lines otherwise
    " nl no pl pt ro ru sk sl sr sv sw ta th tl tr uk ur vi zh zh-cn zh-hk zh-tw".split()
)


@dataclass(frozen=True)
class Hearing:
    """How one model behaves: formats it writes, longest sound in seconds, how it counts, what it does with silence."""

    formats: tuple[str, ...]
    usage: str
    longest_s: int | None = None
    shown_as: str | None = None
    streams: bool = True
    hints: bool = False
    speakers: bool = False
    invents: bool = True
    translates: bool = False
    logprobs: bool = False
    shutdown_date: str | None = "2027-02-26"


MODELS: Mapping[str, Hearing] = {
    "gpt-transcribe": Hearing(
        ("json", "text"),
        "duration",
        shown_as="gpt-transcribe-api-ev3",
        hints=True,
        invents=False,
        shutdown_date=None,
    ),
    "whisper-1": Hearing(("json", "text", "srt", "verbose_json", "vtt"), "duration", streams=False, translates=True),
    "gpt-4o-transcribe": Hearing(("json", "text"), "tokens", longest_s=1400, logprobs=True),
    "gpt-4o-mini-transcribe": Hearing(("json", "text"), "tokens", longest_s=1400, logprobs=True),
    "gpt-4o-mini-transcribe-2025-12-15": Hearing(("json", "text"), "tokens", longest_s=1400, logprobs=True),
    "gpt-4o-transcribe-diarize": Hearing(
        ("json", "text", "diarized_json"), "tokens", longest_s=1400, speakers=True, invents=False
    ),
}


@dataclass(frozen=True)
class Refusal:
    """An HTTP error with OpenAI's body."""

    status: int
    message: str
    type: str = "invalid_request_error"
    param: str | None = None
    code: str | None = None
    retry_after: str | None = None

    def body(self) -> dict[str, Any]:
        """The JSON object; a request too large carries its usage, which is nothing."""
        error = {"message": self.message, "type": self.type, "param": self.param, "code": self.code}
        return {"error": error} | ({"usage": {"type": "duration", "seconds": 0}} if self.status == 413 else {})


CORRUPTED = Refusal(400, "Audio file might be corrupted or unsupported", param="file", code="invalid_value")


def key_refused(authorization: str | None, key: str) -> Refusal | None:
    """401 unless the request carries the key."""
    said = (authorization or "").removeprefix("Bearer ").strip()
    if said == key:
        return None
    if not said:
        return Refusal(
            401, "You didn't provide an API key. You need to provide your API key in an Authorization header."
        )
    shown = f"{said[:8]}***{said[-4:]}" if len(said) > 12 else "***"
    return Refusal(
        401,
        f"Incorrect API key provided: {shown}. You can find your API key at https://platform.openai.com/account/api-keys.",
        code="invalid_api_key",
    )


def too_large(size_bytes: int) -> Refusal | None:
    """413 for a request above 25 MiB, multipart wrapping included."""
    if size_bytes <= REQUEST_LIMIT_BYTES:
        return None
    told = f"413: Maximum content size limit ({REQUEST_LIMIT_BYTES}) exceeded ({size_bytes} bytes read)"
    return Refusal(413, told, type="server_error")


def model_refused(model: str | None, offered: Mapping[str, Hearing]) -> Refusal | None:
    """The model must exist and take files."""
    if not model:
        return Refusal(400, "you must provide a model parameter")
    if model in LIVE_ONLY:
        return Refusal(400, "This model only supports WebSocket streaming.", param="model", code="invalid_value")
    if model not in offered:
        told = f"The model `{model}` does not exist or you do not have access to it."
        return Refusal(404, told, code="model_not_found")
    return None


def translation_refused(model: str, hearing: Hearing) -> Refusal | None:
    """Only whisper-1 writes English whatever is spoken ("Translations", docs)."""
    if hearing.translates:
        return None
    return Refusal(400, f"The model `{model}` does not support translation.", param="model", code="invalid_value")


def fields_refused(model: str, hearing: Hearing, params: Mapping[str, Sequence[str]]) -> Refusal | None:
    """The fields beside the file. Unknown ones are ignored, as they are there."""
    shape = params.get("response_format", ["json"])[-1]
    if shape not in hearing.formats:
        use = " or ".join(f"'{name}'" for name in hearing.formats)
        told = (
            f"response_format '{shape}' is not compatible with model '{hearing.shown_as or model}'. Use {use} instead."
        )
        return Refusal(400, told, param="response_format", code="unsupported_value")
    if "logprobs" in params.get("include[]", []) and not (hearing.logprobs and shape == "json"):
        return Refusal(400, "logprobs are not supported for this model", param="include", code="unsupported_value")
    prompt = "".join(params.get("prompt", []))
    if prompt and hearing.speakers:
        return Refusal(400, "prompt is not supported for this model", param="prompt", code="unsupported_value")
    if hearing.hints and len(prompt) > PROMPT_LIMIT:
        return Refusal(400, f"prompt must be at most {PROMPT_LIMIT} characters", param="prompt", code="invalid_value")
    return _hints_refused(hearing, params)


def _hints_refused(hearing: Hearing, params: Mapping[str, Sequence[str]]) -> Refusal | None:
    """`languages[]` and `keywords[]`: repeated fields, for gpt-transcribe alone, all valid or the request is not."""
    for name in ("languages", "keywords"):
        if name in params:  # a JSON array or a comma list: only the repeated field is understood
            return Refusal(400, f"Invalid type for '{name}': expected an array.", param=name, code="invalid_type")
        if params.get(f"{name}[]") and not hearing.hints:
            return Refusal(400, f"{name} is not supported for this model", param=name, code="unsupported_value")
    languages = params.get("languages[]", [])
    if languages and "language" in params:
        return Refusal(400, "language and languages cannot be combined", param="languages", code="invalid_value")
    for code in languages:
        if code not in LANGUAGES:
            told = f"Language code '{code}' is not recognized"
            return Refusal(400, told, param="languages", code="invalid_value")
    if any(set(word) & set("<>\r\n") or not word for word in params.get("keywords[]", [])):
        return Refusal(400, "keywords must be single lines without '<' or '>'", param="keywords", code="invalid_value")
    return None


def file_refused(filename: str | None, family: str | None) -> Refusal | None:
    """The extension of the file's name must be a known one, and the one of its bytes."""
    if filename is None:
        return Refusal(400, "you must provide a file parameter", param="file")
    extension = filename.rpartition(".")[2].lower() if "." in filename else ""
    if extension not in FAMILIES:
        return Refusal(400, f"Unsupported file format {extension}".strip(), param="file")
    return CORRUPTED if family not in FAMILIES[extension] else None


def length_refused(hearing: Hearing, seconds: float, params: Mapping[str, Sequence[str]]) -> Refusal | None:
    """Too short for any model, too long for some."""
    told = f"audio duration {round(seconds, 3)} seconds is"
    if seconds < SHORTEST_S:
        message = f"{told} shorter than {SHORTEST_S} seconds which is the minimum for this model"
        return Refusal(400, message, code="invalid_value")
    if hearing.longest_s is not None and seconds > hearing.longest_s:
        message = f"{told} longer than {hearing.longest_s} seconds which is the maximum for this model"
        return Refusal(400, message, code="invalid_value")
    if hearing.speakers and seconds > SPEAKER_LIMIT_S and "chunking_strategy" not in params:
        return Refusal(400, "chunking_strategy is required for diarization models", param="chunking_strategy")
    return None
