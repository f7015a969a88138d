"""Recorded exchanges as values, and what the readers of all formats need to make them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from understudy.http.asgi_request import MOST_BODY_BYTES
from understudy.http.body.content_coding import (
    CorruptCoding,
    TooLargeContent,
    UnsupportedCoding,
    codings_of,
    decode_coding,
)
from understudy.http.messages import Exchange, Request, Response, origin_of

#: The header that marks a response as the proxy's own, sent because the server gave none.
PROXY_HEADER = b"x-understudy-proxy"


class Recording(NamedTuple):
    """The content of a file: the name of its format, its exchanges with decoded bodies, and the
    reasons why other entries were skipped. With `expectations`, the exchanges are what a client
    expects: their responses may leave out what the client does not need."""

    format: str
    exchanges: list[Exchange]
    skipped: list[str]
    expectations: bool = False


class UnreadableBody(ValueError):
    """A body that cannot be decoded here; the message says why."""


class CorruptBody(UnreadableBody):
    """A body that nobody can decode: it does not have the content coding that its header names."""


def build_request(
    url: str, method: str, headers: Iterable[tuple[str, str]], body: bytes
) -> tuple[Request, str]:
    """Return the request to a URL or a path, and the origin of the URL ("" for a path).

    Raises ValueError for a malformed URL.
    """
    real = ((name, value) for name, value in headers if not name.startswith(":"))
    return Request.to_url(method, url, real, body), origin_of(url)


def build_exchange(
    request: Request,
    response: Response,
    *,
    origin: str = "",
    name: str = "",
    missing_bodies: Mapping[str, str] | None = None,
) -> Exchange:
    """Return the exchange of a recording, which has no times and no operation yet."""
    return Exchange(
        at=0,
        took=0,
        api=None,
        operation=None,
        request=request,
        response=response,
        origin=origin,
        name=name,
        missing_bodies=missing_bodies or {},
    )


def decode_content(body: bytes, coding: bytes, *, maybe_decoded: bool = False) -> bytes:
    """Return a body without its content coding, which is the value of Content-Encoding.

    With `maybe_decoded`, a body that does not begin like a coded one is returned unchanged: some
    recorders decode bodies and keep the header. Raises UnreadableBody.
    """
    for name in codings_of(coding):
        if not body or (maybe_decoded and not body.startswith((b"\x1f\x8b", b"\x78"))):
            continue
        try:
            body = decode_coding(body, name, MOST_BODY_BYTES)
        except UnsupportedCoding as error:
            raise UnreadableBody(f"has an unsupported content coding: {str(error)!r}") from None
        except TooLargeContent:
            raise UnreadableBody(f"is over {MOST_BODY_BYTES} bytes") from None
        except CorruptCoding as error:
            raise CorruptBody(f"does not match its content coding: {error}") from None
    return body


def body_bytes(value: Any) -> bytes:
    """Return the bytes of a body that is text, bytes or None. Raises ValueError."""
    if value is None:
        return b""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape")
    raise ValueError("a body is neither text nor bytes")
