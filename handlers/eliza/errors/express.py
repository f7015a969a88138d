"""What the framework of the released server, Express, refuses before the server's own code runs."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from understudy import Problem, Request

from .json_syntax import syntax_error

#: The media types that may have a body, whatever the operation takes.
_TYPES = ("application/json", "multipart/form-data", "application/x-www-form-urlencoded")

_CHARSET = re.compile(r"""charset\s*=\s*"?([^\s;"]+)""", re.IGNORECASE)
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_OTHER_FILE = re.compile(rb'form-data; name="(?!file")[^"]*"; filename=', re.IGNORECASE)

#: What the decompression of a body reports, by what the engine's does.
_CORRUPT = {"it ends too early": "unexpected end of file"}


def body_fault(problem: Problem, request: Request) -> str | None:
    """Return why the JSON of a request cannot be read, if that is so."""
    content_type = request.headers.get(b"content-type", b"").decode("latin-1")
    if content_type.partition(";")[0].strip().lower() != "application/json":
        return None
    named = _CHARSET.search(content_type)
    charset = named[1].lower() if named else "utf-8"
    if not charset.startswith("utf-"):
        return f'unsupported charset "{charset.upper()}"'
    if problem.status == 413:
        return "request entity too large"
    return _coding_fault(problem, request) or syntax_error(_decoded(request.body, charset))


def _coding_fault(problem: Problem, request: Request) -> str | None:
    """Return what is wrong with the content coding of a body."""
    if any(violation.at == "/Content-Encoding" for violation in problem.violations):
        coding = request.headers[b"content-encoding"].decode("latin-1").lower()
        return f'unsupported content encoding "{coding}"'
    if b"content-encoding" not in request.headers or request.body:
        return None
    _, _, reason = problem.message.rpartition(": ")
    return _CORRUPT.get(reason, reason)


def _decoded(body: bytes, charset: str) -> str:
    try:
        return body.decode(charset, "replace").removeprefix("\ufeff")
    except LookupError:
        return body.decode(errors="replace")


def may_have_its_type(request: Request) -> bool:
    """Return whether a body of this media type reaches the operation, which does not see it if it
    takes another."""
    content_type = request.headers.get(b"content-type", b"").decode("latin-1")
    return any(name in content_type for name in _TYPES)


def form_fault(request: Request) -> str | None:
    """Return why the form of an upload cannot be read, if that is so: it has no boundary, or a file
    in another field."""
    content_type = request.headers.get(b"content-type", b"").lower()
    if not content_type.startswith(b"multipart/"):
        return None
    if b"boundary=" not in content_type:
        return "Multipart: Boundary not found"
    return "Unexpected file field" if _OTHER_FILE.search(request.body) else None


def undecodable(request: Request) -> str | None:
    """Return the first value in the path whose escapes cannot be decoded, as it was sent."""
    for raw in request.path_values:
        try:
            unquote_to_bytes(raw).decode()
        except UnicodeDecodeError:
            return raw.decode("latin-1")
        if _BAD_ESCAPE.search(raw):
            return raw.decode("latin-1")
    return None
