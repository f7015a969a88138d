"""Render exchanges as a pytest test: it sends the requests by httpx, with the plugin's fixtures."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from understudy.errors import Problem
from understudy.http import json_codec
from understudy.http.curl import OF_CONNECTION
from understudy.http.json_codec import ABSENT, decode_or_text
from understudy.http.messages import Exchange, Request
from understudy.http.secrets import REDACTED, Secrets
from understudy.serving.api import Api

#: Bytes of the longest body that is rendered as JSON; a longer one is rendered as bytes.
_MOST_JSON = 10_000

#: Headers that httpx or the fixture sends by itself.
_IMPLICIT_HEADERS = OF_CONNECTION | {
    "user-agent",
    "x-understudy-namespace",
    "x-understudy-token",
}

#: Parts of a fault rule by which its responses differ; each is repeated as it was.
_VARYING = frozenset({"responses", "template", "callback_url"})

#: First words of a credential that are not secret.
_SCHEMES = frozenset({"api-key", "basic", "bearer", "token"})

#: Characters that are not percent-encoded in a URL.
_SAFE = "/%:@!$&'()*+,;=~?[]{}|^`\\\"<> "


def render_test(
    exchanges: Sequence[Exchange],
    apis: Sequence[Api],
    secrets: Secrets,
    fault_actions: Mapping[str, Any],
) -> str:
    """Return a module with one test that repeats the requests and asserts their statuses.

    `fault_actions` has the action of each fault rule by its id.
    """
    names = [api.name for api in apis]
    fixtures = sorted({_fixture(exchange.api or names[0]) for exchange in exchanges})
    if not fixtures:
        return "# The journal has no such exchange.\n"
    lines = ["import httpx"]
    if any(exchange.response.violations or not exchange.response.status for exchange in exchanges):
        lines.append("import pytest")
    lines += ["", ""]
    if any(exchange.response.violations for exchange in exchanges):
        lines.append('@pytest.mark.understudy(violations="allow")')
    lines.append(f"def test_{_name(exchanges)}({', '.join(fixtures)}):")
    lines.append(f"    with httpx.Client(transport={fixtures[0]}.transport) as client:")
    for exchange in exchanges:
        fixture = _fixture(exchange.api or names[0])
        steps = _steps(exchange, fixture, secrets, fault_actions)
        lines += (f"        {line}" for line in steps)
    return "\n".join(lines) + "\n"


def _fixture(api: str) -> str:
    """Return the name of the plugin's fixture for an API."""
    return re.sub(r"\W", "_", api)


def _name(exchanges: Sequence[Exchange]) -> str:
    if len(exchanges) > 1:
        return "recorded_requests"
    exchange = exchanges[0]
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", exchange.operation or "no_operation")
    return f"{re.sub(r'[^A-Za-z0-9_]', '_', words).lower()}_returns_{exchange.response.status}"


def _steps(
    exchange: Exchange, fixture: str, secrets: Secrets, fault_actions: Mapping[str, Any]
) -> Iterator[str]:
    """Yield the lines that repeat an exchange."""
    if "request" in exchange.missing_bodies:
        yield f"# Not complete: {exchange.missing_bodies['request']}."
    if exchange.fault is not None:
        action = fault_actions.get(exchange.fault)
        if action is None:
            yield "# A fault rule changed this response; the rule has been removed."
        elif _VARYING & action.keys():
            yield f"{fixture}.control.fail_next(**{_literal(_as_it_was(exchange))})"
        else:
            yield f"{fixture}.control.fail_next(**{_literal(action)})"
    arguments = [
        f"{exchange.request.method!r},",
        *_arguments(exchange.request, fixture, secrets),
    ]
    status = exchange.response.status
    if not status:
        yield "with pytest.raises(httpx.TransportError):"
        yield "    client.request("
        yield from (f"        {argument}" for argument in arguments)
        yield "    )"
        return
    yield "response = client.request("
    yield from (f"    {argument}" for argument in arguments)
    yield ")"
    yield f"assert response.status_code == {status}"


def _as_it_was(exchange: Exchange) -> dict[str, Any]:
    """Return the action of a fault rule that repeats a response."""
    status, body = exchange.response.status, decode_or_text(exchange.response.body)
    if not status:
        return {"connection": "close"}
    return {"status": status, "body": None if body is ABSENT else body}


def _arguments(request: Request, fixture: str, secrets: Secrets) -> Iterator[str]:
    """Yield the arguments of `client.request` after the method."""
    query = secrets.query(request)
    url = _encoded(request.path.decode("latin-1")) + (f"?{_encoded(query)}" if query else "")
    with_key = f'.replace("{REDACTED}", {fixture}.api_key)' if REDACTED in query else ""
    yield f"{fixture}.control.url + {url!r}{with_key},"
    headers = {
        name.decode("latin-1"): _header(name, value, fixture, secrets)
        for name, value in request.headers.items()
        if name.decode("latin-1") not in _IMPLICIT_HEADERS and (name, value) != (b"accept", b"*/*")
    }
    body = _body(request.body)
    if body.startswith("json=") and headers.get("content-type") == "'application/json'":
        del headers["content-type"]
    if headers:
        yield f"headers={{{', '.join(f'{name!r}: {value}' for name, value in headers.items())}}},"
    if body:
        yield f"{body},"


def _encoded(url: str) -> str:
    """Return a URL in ASCII, with the same bytes once it is decoded."""
    return quote(url.encode("latin-1"), safe=_SAFE)


def _header(name: bytes, value: bytes, fixture: str, secrets: Secrets) -> str:
    """Return the Python expression of a header's value: the fixture's key for a credential."""
    if not secrets.in_header(name):
        return repr(value.decode("latin-1"))
    scheme, _, rest = value.decode("latin-1").partition(" ")
    if rest and scheme.lower() in _SCHEMES:
        return f"{scheme + ' '!r} + {fixture}.api_key"
    return f"{fixture}.api_key"


def _body(body: bytes) -> str:
    if not body:
        return ""
    if len(body) <= _MOST_JSON:
        try:
            return f"json={_literal(json_codec.decode(body))}"
        except (Problem, ValueError):
            pass
    return f"content={body!r}"


def _literal(value: Any) -> str:
    """Return the Python literal of a JSON value. Raises ValueError if Python cannot parse it."""
    text = repr(value)
    try:
        ast.literal_eval(text)
    except (SyntaxError, MemoryError, RecursionError) as error:  # nested too deep, above all
        raise ValueError("Python cannot parse the literal") from error
    return text
