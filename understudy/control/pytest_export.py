"""Exchanges as a test: what a client sent, said again with httpx to the fixtures of the plugin."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from understudy.errors import Problem
from understudy.http import json_codec
from understudy.http.har import OF_CONNECTION, REDACTED, IsSecret, redacted_query
from understudy.http.messages import Exchange, Request
from understudy.serving.api import Api

#: Bytes of the longest body that is written as what its JSON says; a longer one stays as it is.
_MOST_READABLE = 10_000

#: What httpx says by itself, or the fixture.
_UNSAID = OF_CONNECTION | {"user-agent", "x-understudy-namespace", "x-understudy-token"}

#: The first words of a credential that are none themselves.
_SCHEMES = frozenset({"api-key", "basic", "bearer", "token"})

#: What may stand in an address as it is.
_PLAIN = "/%:@!$&'()*+,;=~?[]{}|^`\\\"<> "


def render_test(
    exchanges: Sequence[Exchange],
    apis: Sequence[Api],
    is_secret: IsSecret,
    faults: Mapping[str, Any],
) -> str:
    """A test module whose test sends the requests again, in their order, and expects the statuses
    that they got. `faults` tells what the planned ones do, by their ids."""
    known = [api.name for api in apis]
    used = sorted({_fixture(exchange.api or known[0]) for exchange in exchanges})
    if not used:
        return "# No exchange is kept that is like this.\n"
    lines = ["import httpx"]
    if any(exchange.response.violations or not exchange.response.status for exchange in exchanges):
        lines.append("import pytest")
    lines += ["", ""]
    if any(exchange.response.violations for exchange in exchanges):
        lines.append('@pytest.mark.understudy(violations="allow")')
    lines.append(f"def test_{_name(exchanges)}({', '.join(used)}):")
    lines.append(f"    with httpx.Client(transport={used[0]}.transport) as client:")
    for exchange in exchanges:
        double = _fixture(exchange.api or known[0])
        lines += (f"        {line}" for line in _steps(exchange, double, is_secret, faults))
    return "\n".join(lines) + "\n"


def _fixture(api: str) -> str:
    """The plugin's name for an API."""
    return re.sub(r"\W", "_", api)


def _name(exchanges: Sequence[Exchange]) -> str:
    if len(exchanges) > 1:
        return "what_was_asked"
    exchange = exchanges[0]
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", exchange.operation or "no_operation")
    return f"{re.sub(r'[^A-Za-z0-9_]', '_', words).lower()}_answers_{exchange.response.status}"


def _steps(
    exchange: Exchange, double: str, is_secret: IsSecret, faults: Mapping[str, Any]
) -> Iterator[str]:
    """The lines that repeat an exchange."""
    if exchange.fault is not None:
        then = faults.get(exchange.fault)
        if then is None:
            yield "# A fault struck here, which is planned no more."
        else:
            yield f"{double}.door.fail_next(**{_literal(then)})"
    call = [f"{exchange.request.method!r},", *_said(exchange.request, double, is_secret)]
    status = exchange.response.status
    if not status:
        yield "with pytest.raises(httpx.TransportError):"
        yield "    client.request("
        yield from (f"        {argument}" for argument in call)
        yield "    )"
        return
    yield "answer = client.request("
    yield from (f"    {argument}" for argument in call)
    yield ")"
    yield f"assert answer.status_code == {status}"


def _said(request: Request, double: str, is_secret: IsSecret) -> Iterator[str]:
    """What `client.request` is given, besides the method."""
    query = redacted_query(request, is_secret)
    address = _plain(request.path.decode("latin-1")) + (f"?{_plain(query)}" if query else "")
    key = f'.replace("{REDACTED}", {double}.api_key)' if REDACTED in query else ""
    yield f"{double}.door.url + {address!r}{key},"
    headers = {
        name.decode("latin-1"): _header(name, value, double, is_secret)
        for name, value in request.headers.items()
        if name.decode("latin-1") not in _UNSAID and (name, value) != (b"accept", b"*/*")
    }
    body = _body(request.body)
    if body.startswith("json=") and headers.get("content-type") == "'application/json'":
        del headers["content-type"]
    if headers:
        yield f"headers={{{', '.join(f'{name!r}: {value}' for name, value in headers.items())}}},"
    if body:
        yield f"{body},"


def _plain(address: str) -> str:
    """An address in ASCII; no byte of it is another than before."""
    return quote(address.encode("latin-1"), safe=_PLAIN)


def _header(name: bytes, value: bytes, double: str, is_secret: IsSecret) -> str:
    """The Python for a header's value; a fixture's key takes the place of a credential."""
    if not is_secret(name):
        return repr(value.decode("latin-1"))
    scheme, _, rest = value.decode("latin-1").partition(" ")
    if rest and scheme.lower() in _SCHEMES:
        return f"{scheme + ' '!r} + {double}.api_key"
    return f"{double}.api_key"


def _body(body: bytes) -> str:
    if not body:
        return ""
    if len(body) <= _MOST_READABLE:
        try:
            return f"json={_literal(json_codec.decode(body))}"
        except (Problem, ValueError):
            pass
    return f"content={body!r}"


def _literal(value: Any) -> str:
    """The Python for a JSON value. Raises ValueError where Python would not read it."""
    text = repr(value)
    try:
        ast.literal_eval(text)
    except (SyntaxError, MemoryError, RecursionError) as error:  # nested too deep, above all
        raise ValueError("is no literal") from error
    return text
