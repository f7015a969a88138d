"""A request as TypeScript code that sends it by fetch."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from typing import Any

from understudy.code_samples.literals import TYPESCRIPT
from understudy.code_samples.request import SampleRequest
from understudy.http.json_codec import ABSENT

#: Methods that fetch does not send.
FORBIDDEN = frozenset({"TRACE", "CONNECT", "TRACK"})
#: Methods that fetch sends without a body.
_BODILESS = frozenset({"GET", "HEAD"})

#: The longest URL and options that stand on one line.
_WIDTH = 60


def fetch_code(requests: Sequence[SampleRequest]) -> str:
    """Return a module that sends the requests, one after the other."""
    statements = [_statement(request) for request in requests]
    if len(statements) == 1:
        return statements[0]
    return "\n".join("{\n" + _indented(statement) + "}\n" for statement in statements)


def _indented(code: str) -> str:
    return "".join(f"  {line}\n" for line in code.splitlines())


def _statement(request: SampleRequest) -> str:
    lines = [f"// {request.note}"] if request.note else []
    if request.method in FORBIDDEN:
        lines.append(f"// fetch does not send {request.method}.")
    if request.body and request.method in _BODILESS:
        lines.append(f"// fetch sends no body with {request.method}; the request has one.")
        body = None
    else:
        body = _body(request)
    if request.parts and body is not None:
        lines += _form(request)
    options = ", ".join(filter(None, [TYPESCRIPT.text(request.url), _options(request, body)]))
    lines += [
        f"const response = await fetch({options});",
        "console.log(response.status, await response.text());",
    ]
    return "\n".join(lines) + "\n"


def _options(request: SampleRequest, body: str | None) -> str:
    """Return the second argument of fetch, or nothing."""
    items = [] if request.method == "GET" else [f"method: {TYPESCRIPT.text(request.method)}"]
    headers = request.headers_without("content-type" if request.parts or request.fields else "")
    if headers:
        pairs = [f"{TYPESCRIPT.key(name)}: {TYPESCRIPT.text(value)}" for name, value in headers]
        items.append("headers: " + TYPESCRIPT.group("{ ", " }", pairs, 1))
    if body is not None:
        items.append(f"body: {body}" if body != "body" else body)
    if len(request.url) + sum(map(len, items)) > _WIDTH:
        return TYPESCRIPT.lines("{ ", " }", items, 0) if items else ""
    return TYPESCRIPT.group("{ ", " }", items, 0) if items else ""


def _body(request: SampleRequest) -> str | None:
    if request.parts:
        return "body"
    if request.fields:
        return f"new URLSearchParams({TYPESCRIPT.value(request.fields, 1)})"
    if request.json is not ABSENT:
        return f"JSON.stringify({TYPESCRIPT.value(request.json, 1)})"
    if not request.body:
        return None
    return _bytes(request.body) if request.text is None else TYPESCRIPT.text(request.text)


def _form(request: SampleRequest) -> Iterator[str]:
    """Yield the lines that make the form `body`."""
    yield "const body = new FormData();"
    for part in request.parts:
        yield f"body.append({', '.join(_part(part))});"


def _part(part: Any) -> Iterator[str]:
    yield TYPESCRIPT.text(part.name or "")
    if part.filename is None and not part.media_type:
        yield TYPESCRIPT.text(part.body.decode(errors="replace"))
        return
    kind = f", {{ type: {TYPESCRIPT.text(part.media_type)} }}" if part.media_type else ""
    is_file = part.filename is not None
    content = _bytes(part.body) if is_file else TYPESCRIPT.text(part.body.decode(errors="replace"))
    yield f"new Blob([{content}]{kind})"
    if part.filename is not None:
        yield TYPESCRIPT.text(part.filename)


def _bytes(body: bytes) -> str:
    return f'Uint8Array.from(atob("{b64encode(body).decode()}"), c => c.charCodeAt(0))'
