"""A request as Python code that sends it by httpx."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from understudy.code_samples.literals import PYTHON
from understudy.code_samples.request import SampleRequest
from understudy.http.json_codec import ABSENT


def httpx_code(requests: Sequence[SampleRequest]) -> str:
    """Return a program that sends the requests, one after the other."""
    return "\n".join(["import httpx\n", *map(_statement, requests)])


def _statement(request: SampleRequest) -> str:
    arguments = [PYTHON.text(request.method), PYTHON.text(request.url), *_arguments(request)]
    call = PYTHON.group("response = httpx.request(", ")", arguments, 0)
    note = f"# {request.note}\n" if request.note else ""
    return f"{note}{call}\nprint(response.status_code, response.text)\n"


def _arguments(request: SampleRequest) -> Iterator[str]:
    dropped = "content-type" if request.parts or request.fields else ""
    if request.json is not ABSENT and request.content_type == "application/json":
        dropped = "content-type"  # httpx sends it
    headers = request.headers_without(dropped)
    if headers:
        items = [f"{PYTHON.text(name)}: {_header(value)}" for name, value in headers]
        yield PYTHON.group("headers={", "}", items, 1)
    if request.parts:
        yield PYTHON.group("files=[", "]", [_part(part) for part in request.parts], 1)
    elif request.fields:
        yield f"data={PYTHON.value(_grouped(request.fields), 1)}"
    elif request.json is not ABSENT and request.json is not None:
        yield f"json={PYTHON.value(request.json, 1)}"
    elif request.body:
        is_text = request.text is not None
        yield f"content={PYTHON.text(request.text or '') if is_text else repr(request.body)}"


def _header(value: str) -> str:
    return PYTHON.text(value) + ("" if value.isascii() else '.encode("latin-1")')


def _part(part: Any) -> str:
    text = repr(part.body) if part.filename is not None else None
    content = text or PYTHON.text(part.body.decode(errors="replace"))
    filename = "None" if part.filename is None else PYTHON.text(part.filename)
    kind = f", {PYTHON.text(part.media_type)}" if part.media_type else ""
    return f"({PYTHON.text(part.name or '')}, ({filename}, {content}{kind}))"


def _grouped(fields: list[tuple[str, str]]) -> dict[str, str | list[str]]:
    """Return fields as httpx takes them: the values of a name that comes several times are a
    list."""
    values: dict[str, list[str]] = {}
    for name, value in fields:
        values.setdefault(name, []).append(value)
    return {name: texts[0] if len(texts) == 1 else texts for name, texts in values.items()}
