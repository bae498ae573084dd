"""What a form without a script sends."""

from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from core.errors import InputError

MAX_BYTES = 16_384
_MAX_FIELDS = 200


async def read_form(request: Request) -> dict[str, str]:
    """The fields, the last of each name; raises `InputError` for what no form of ours sends."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BYTES:
                raise InputError(f"A form may have at most {MAX_BYTES:,} bytes, but this one has more.")
    except ClientDisconnect as error:  # Whoever sent it has gone; that is no bug of ours.
        raise InputError(
            "A form must arrive whole, but the connection was closed before; try again."
        ) from error
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise InputError("A form must be sent as its page sends it, but this one was not.") from error
    return dict(pairs)
