"""Errors as programs read them: one shape, one table of statuses."""

import json
import logging
import math
import re
import secrets
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from core import errors

log = logging.getLogger(__name__)

BELOW = "/api/v1"
"""Where the API is. What breaks programs moves to another number."""
MAX_CHARS = 2000
_MOST_TOLD = 5
_MOST_SHOWN = 60
_SHOULD = re.compile(r"^\w+ should ")

ANSWERS: dict[type[errors.InterlinearError], tuple[int, str]] = {
    errors.InterlinearError: (500, "failed"),
    errors.InputError: (400, "input"),
    errors.EmptyTextError: (400, "empty_text"),
    errors.TextTooLongError: (413, "too_long"),
    errors.ForbiddenCharacterError: (400, "forbidden_character"),
    errors.UnsupportedDirectionError: (400, "unsupported_direction"),
    errors.PromotionRefusedError: (409, "promotion_refused"),
    errors.ConfigError: (400, "option"),
    errors.CheckpointError: (503, "model_unavailable"),
    errors.NoAttentionError: (404, "no_attention"),
    errors.DeviceMemoryError: (503, "device_memory"),
    errors.StoreError: (503, "store_unavailable"),
    errors.NotFoundError: (404, "not_found"),
    errors.StaleRevisionError: (409, "stale_revision"),
    errors.LoginError: (401, "login"),
    errors.NotAllowedError: (403, "not_allowed"),
    errors.ConsentMissingError: (403, "consent_missing"),
    errors.BusyError: (429, "busy"),
}
"""Status and kind; a class that is not here has those of its nearest ancestor."""

_OF_HTTP = {
    404: ("not_found", "There must be something at this address, but is not; see openapi.json."),
    405: ("method", "This address must be asked in another way; see openapi.json."),
}


def respond(status: int, kind: str, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """The one shape: `{"error": {"kind": ..., "message": ...}}`."""
    body = json.dumps({"error": {"kind": kind, "message": message[:MAX_CHARS]}}, ensure_ascii=False)
    # Half a surrogate pair, quoted from what was sent, would have no bytes.
    content = body.encode("utf-8", "backslashreplace")
    return Response(content, status, headers, media_type="application/json")


def answer_to(error: errors.InterlinearError) -> Response:
    """What the table says, with the error's own sentence."""
    status, kind = next(ANSWERS[one] for one in type(error).__mro__ if one in ANSWERS)
    return respond(status, kind, str(error), _wait(error) if isinstance(error, errors.BusyError) else None)


def failed(error: Exception) -> Response:
    """Our mistake, told by a number that is in the log."""
    number = secrets.token_hex(4)
    log.error("Error %s", number, exc_info=error)
    return respond(500, "failed", f"Something went wrong here; the server's log has it as error {number}.")


def tell_all(app: FastAPI) -> None:
    """Whatever goes wrong in the application is told in the one shape."""
    app.add_exception_handler(errors.InterlinearError, _told)
    app.add_exception_handler(RequestValidationError, _misshapen)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(Exception, _unexpected)


def _told(_: Request, error: Any) -> Response:
    return answer_to(error)


def _misshapen(_: Request, error: Any) -> Response:
    mistakes = error.errors()
    return respond(400, "input", " ".join(map(_sentence, mistakes[:_MOST_TOLD])))


def _of_http(_: Request, error: Any) -> Response:
    kind, message = _OF_HTTP.get(error.status_code, ("input", str(error.detail)))
    return respond(error.status_code, kind, message, error.headers)


def _unexpected(_: Request, error: Any) -> Response:
    return failed(error)


def _wait(error: errors.BusyError) -> Mapping[str, str]:
    return {"retry-after": str(max(1, math.ceil(error.retry_after_s)))}


def _sentence(mistake: Mapping[str, Any]) -> str:
    """One mistake in words. Example: "`segment_index` must be a valid integer, but is 'x'."."""
    where, said = mistake["loc"], mistake["msg"]
    if mistake["type"] == "json_invalid":
        return f"The body must be JSON, but is not ({mistake['ctx']['error']})."
    name = ".".join(str(part) for part in where[1:])[:_MOST_SHOWN] or f"the {where[0]}"
    if mistake["type"] == "extra_forbidden":
        return f"`{name}` is not known here; leave it out."
    if mistake["type"] == "missing":
        return f"`{name}` must be given, but is not."
    wanted = _SHOULD.sub("must ", said) if _SHOULD.match(said) else f"is wrong: {said}"
    shown = "" if "password" in where else f", but is {repr(mistake['input'])[:_MOST_SHOWN]}"
    return f"`{name}` {wanted}{shown}."
