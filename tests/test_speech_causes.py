"""What servers of the world say, word for word: each is told by its cause, and tried again only where that helps."""

from typing import Any

import pytest

from bot.outcome import Fault
from bot.speech.answers import Trouble, refused
from bot.speech.complaint import complaint_of


def told(status: int, body: Any) -> Trouble:
    """What becomes of that status with that body."""
    said = complaint_of(body)
    return refused(
        status,
        code=said.code,
        kind=said.kind,
        param=said.param,
        message=said.message,
        headers={},
        is_page=said.is_page,
    )


def of(message: str, code: object = None, kind: str = "invalid_request_error") -> dict[str, Any]:
    """An error as OpenAI writes it."""
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


RETRIED = [
    (
        429,
        of(
            "Rate limit reached for gpt-4o-transcribe on tokens per min (TPM): Limit 30000, Used 29000, Requested 5000."
        ),
    ),
    (429, of("You have exceeded your rate limit.")),
    (429, of("You exceeded your current quota, please check your plan and billing details. Please retry in 12.5s.")),
    (429, {"detail": "Too many concurrent requests"}),
    (498, of("Flex tier capacity exceeded")),
]
LARGE = [
    (
        429,
        of("Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 33000. It must be reduced."),
    ),
    (429, of("Rate limit reached on tokens per minute (TPM): Limit 6000, Used 0, Requested 7200.")),
    (413, of("413: Maximum content size limit (26214400) exceeded (26294972 bytes read)", kind="server_error")),
    (413, "<html><head><title>413 Request Entity Too Large</title></head></html>"),
    (400, of("audio duration 1600 seconds is longer than 1500 seconds which is the maximum for this model")),
    (400, of("Maximum file size exceeded")),
    (400, {"error": "file too large"}),
    (422, {"detail": "Audio file exceeds the maximum duration"}),
]
UNSUPPORTED = [
    (400, of("could not process file - is it a valid media file?")),
    (400, of("file must be one of the following types: [flac mp3 mp4 mpeg mpga m4a ogg opus wav webm]")),
    (400, of("Invalid or unsupported audio file.")),
    (400, of("Unsupported file format opus")),
    (400, of("Audio file might be corrupted or unsupported", "invalid_value")),
    (400, of("This model does not support the format you provided.", "unsupported_format")),
    (400, of("This model does not support the format you provided.")),
    (400, {"error": "Invalid request"}),
    (400, {"error": "failed to read audio data"}),
    (415, {"detail": "Failed to decode audio. The provided file type is not supported."}),
    (500, {"error": {"code": 500, "message": "ffmpeg exited with status 1", "type": ""}}),
    (500, {"detail": "Error opening <_io.BytesIO>: Format not recognised."}),
]
OTHERS = [
    (Fault.SPEND_LIMIT, 429, of("You exceeded your current quota, please check your plan and billing details.")),
    (Fault.SPEND_LIMIT, 402, {"error": {"message": "Insufficient credits", "code": 402}}),
    (Fault.SPEND_LIMIT, 403, {"message": "Your account balance is insufficient"}),
    (
        Fault.PLACE_REFUSED,
        403,
        of("Country, region, or territory not supported", "unsupported_country_region_territory"),
    ),
    (Fault.PLACE_REFUSED, 401, of("Your IP is not authorized", "ip_not_authorized")),
    (Fault.PLACE_REFUSED, 403, "<html><head><title>Attention Required! | Cloudflare</title></head></html>"),
    (Fault.PLACE_REFUSED, 403, "<html>\r\n<head><title>403 Forbidden</title></head>\r\n<center><h1>403 Forbidden</h1>"),
    (Fault.PLACE_REFUSED, 503, "<!DOCTYPE html><html><title>Just a moment...</title></html>"),
    (Fault.PLACE_REFUSED, 403, ""),
    (Fault.KEY_REFUSED, 401, {"detail": "Invalid or missing API key"}),
    (Fault.KEY_REFUSED, 401, ""),
    (Fault.KEY_REFUSED, 401, "<html><title>401 Authorization Required</title></html>"),
    (Fault.KEY_REFUSED, 403, of("You have insufficient permissions for this operation. Missing scopes: model.request")),
    (Fault.MODEL_GONE, 404, of("The model `x` does not exist or you do not have access to it.", "model_not_found")),
    (
        Fault.MODEL_GONE,
        404,
        {"detail": "Model 'x' is not installed locally. You can download the model using `POST /v1/models`"},
    ),
    (Fault.MODEL_GONE, 404, {"error": {"code": "DeploymentNotFound", "message": "The API deployment does not exist."}}),
    (Fault.MODEL_GONE, 400, of("The model `whisper-large-v2` has been decommissioned and is no longer supported.")),
    (Fault.MODEL_GONE, 400, of("litellm.BadRequestError: Invalid model name passed in model=x")),
    (Fault.ADDRESS_WRONG, 404, {"detail": "Not Found"}),
    (Fault.ADDRESS_WRONG, 404, of("Invalid URL (POST /v1/audio/transcriptions/audio/transcriptions)")),
    (Fault.ADDRESS_WRONG, 404, "<html><title>404 Not Found</title></html>"),
    (Fault.ADDRESS_WRONG, 404, "404 page not found"),
    (Fault.ADDRESS_WRONG, 404, ""),
    (Fault.ADDRESS_WRONG, 405, {"detail": "Method Not Allowed"}),
    (
        Fault.LANGUAGE_REFUSED,
        400,
        of("Invalid language 'xx'. Language parameter must be specified in ISO-639-1 format."),
    ),
    (
        Fault.LANGUAGE_REFUSED,
        422,
        {"detail": [{"loc": ["body", "language"], "msg": "Input should be 'en'", "type": "enum"}]},
    ),
    (Fault.LANGUAGE_REFUSED, 400, {"errors": {"language": ["is not included in the list"]}}),
    (Fault.HINTS_REFUSED, 400, {"error": {"message": "prompt must be at most 65536 characters", "param": "prompt"}}),
    (Fault.REQUEST_REFUSED, 422, {"detail": [{"loc": ["body", "file"], "msg": "Field required", "type": "missing"}]}),
    (Fault.REQUEST_REFUSED, 400, of("Currently only support response_format `text` or `json`")),
    (
        Fault.REJECTED,
        400,
        of("audio duration 0.0 seconds is shorter than 0.1 seconds which is the minimum for this model"),
    ),
    (Fault.REJECTED, 400, ""),
    (Fault.PROVIDER_DOWN, 500, "Internal Server Error"),
    (Fault.PROVIDER_DOWN, 502, "<html><title>502 Bad Gateway</title></html>"),
    (Fault.PROVIDER_DOWN, 503, of("The server is overloaded.", "server_is_overloaded", "service_unavailable_error")),
    (Fault.PROVIDER_DOWN, 529, {"error": {"type": "overloaded_error", "message": "Overloaded"}}),
]


@pytest.mark.parametrize(("status", "body"), RETRIED, ids=str)
def test_what_passes_is_tried_again(status: int, body: Any) -> None:
    """Too many requests pass with time, whatever a server calls its share."""
    assert (told(status, body).fault, told(status, body).retry) == (Fault.RATE_LIMITED, True)


@pytest.mark.parametrize(("status", "body"), LARGE, ids=str)
def test_what_is_too_large_may_pass_in_pieces(status: int, body: Any) -> None:
    """What never fits is not tried again as it is, and is told as a matter of its size."""
    answer = told(status, body)

    assert (answer.fault, answer.too_large, answer.retry, answer.unsupported) == (Fault.TOO_LARGE, True, False, False)


@pytest.mark.parametrize(("status", "body"), UNSUPPORTED, ids=str)
def test_what_cannot_be_read_may_pass_in_another_format(status: int, body: Any) -> None:
    """A sound a server cannot read is sent once more in another format, whatever status it answers with."""
    answer = told(status, body)

    assert (answer.fault, answer.unsupported, answer.retry) == (Fault.REJECTED, True, False)


@pytest.mark.parametrize(("fault", "status", "body"), OTHERS, ids=str)
def test_the_cause_is_the_real_one(fault: Fault, status: int, body: Any) -> None:
    """Neither key, model nor sound is blamed for another; only what is out of order is tried again."""
    answer = told(status, body)

    assert answer.fault is fault
    assert answer.retry is (fault is Fault.PROVIDER_DOWN)
    assert not answer.unsupported
    assert not answer.too_large
