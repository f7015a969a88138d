"""An operation's example as the request that a client sends to a server."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from understudy.code_samples.request import SampleRequest
from understudy.http.parameters.parameter_writer import path_text, query_fields
from understudy.http.response.form_writer import text_of
from understudy.http.response.media_encoder import MediaEncoder
from understudy.openapi.contract import Contract
from understudy.openapi.credentials import (
    Credentials,
    credentials_for,
    is_basic,
    key_place,
    key_places,
    required_schemes,
)
from understudy.openapi.operation import Operation, Parameter
from understudy.openapi.resources.call import Arguments, Call

#: Characters of a path template that stay as they are.
_SAFE = "/:@!$&'()*+,;=~%"
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)


def example_request(call: Call, origin: str, key: str) -> SampleRequest:
    """Return the request to the server at `origin`, with this key as the document asks for it."""
    operation = call.operation
    credentials = _credentials(operation, key)
    call = _without(call, key_places(operation.contract, credentials.values))
    query = [*_query(call), *([urlencode(credentials.query)] if credentials.query else [])]
    url = origin + quote(operation.base_paths[0], safe=_SAFE) + _path(call)
    content_type, body = _body(call.arguments)
    headers = [*credentials.headers.items(), *_headers(call)]
    cookies = [value for name, value in headers if name == "Cookie"]
    headers = [(name, value) for name, value in headers if name != "Cookie"]
    if cookies:
        headers.append(("Cookie", "; ".join(cookies)))
    if content_type:
        headers.append(("Content-Type", content_type))
    return SampleRequest(
        operation.method,
        url + (f"?{'&'.join(query)}" if query else ""),
        tuple((name, _header_text(text)) for name, text in headers if _TOKEN.fullmatch(name)),
        body,
    )


def key_for(contract: Contract, operation: Operation, key: str) -> str:
    """Return a key as an operation's security schemes take it: Basic has a name and a password."""
    schemes = contract.security_schemes
    needs_pair = any(is_basic(schemes.get(n, {})) for r in operation.security for n in r)
    return f"{key}:{key}" if needs_pair and ":" not in key else key


def _credentials(operation: Operation, key: str) -> Credentials:
    contract = operation.contract
    known = [r for r in operation.security if r.keys() <= contract.security_schemes.keys()]
    asked = required_schemes(known, key)
    return credentials_for(contract, asked, key_for(contract, operation, key))


def _without(call: Call, places: Collection[tuple[str, str]]) -> Call:
    """Return a call without the parameters that are the key, which is sent once."""

    def kept(part: str) -> dict[str, Any]:
        values = call.arguments.parameters(part)
        return {n: value for n, value in values.items() if key_place(part, n) not in places}

    query, header, cookie = map(kept, ("query", "header", "cookie"))
    return replace(
        call, arguments=replace(call.arguments, query=query, header=header, cookie=cookie)
    )


def _values(call: Call, where: str) -> Iterator[tuple[Parameter, Any]]:
    """Yield the parameters at a place that the call has, with their values."""
    values = call.arguments.parameters(where)
    for parameter in call.operation.parameters:
        if parameter.where == where and parameter.name in values:
            yield parameter, values[parameter.name]


def _path(call: Call) -> str:
    values = {p.name: (p, value) for p, value in _values(call, "path")}
    parts = re.split(r"\{([^}]*)\}", call.operation.path)
    return "".join(
        path_text(*values[part]) if number % 2 and part in values else quote(part, safe=_SAFE)
        for number, part in enumerate(parts)
    )


def _query(call: Call) -> Iterator[str]:
    for parameter, value in _values(call, "query"):
        yield from query_fields(parameter, value)


def _headers(call: Call) -> Iterator[tuple[str, str]]:
    for parameter, value in _values(call, "header"):
        if parameter.name.lower() != "content-type":
            yield parameter.name, _simple(parameter, value)
    for parameter, value in _values(call, "cookie"):
        yield "Cookie", f"{parameter.name}={_simple(parameter, value)}"


def _simple(parameter: Parameter, value: Any) -> str:
    """Return a value in the style of headers."""
    if not isinstance(value, dict) or parameter.media_type is not None:
        return text_of(value)
    if parameter.explode:
        return ",".join(f"{name}={text_of(item)}" for name, item in value.items())
    return ",".join(text_of(part) for pair in value.items() for part in pair)


def _header_text(text: str) -> str:
    """Return the value of a header as its bytes, in Latin-1; without what no header may have."""
    text = re.sub(r"[\x00-\x08\x0a-\x1f\x7f]+", " ", text).strip()
    try:
        return text.encode("latin-1").decode("latin-1")
    except UnicodeEncodeError:
        return text.encode(errors="replace").decode("latin-1")


def _body(arguments: Arguments) -> tuple[str, bytes]:
    """Return the media type and the bytes of the body."""
    if arguments.media is None or arguments.body is None:
        return "", b""
    encoder = MediaEncoder(arguments.media)
    return encoder.content_type.decode("latin-1", "replace"), encoder.encode(arguments.body)
