"""The headers of a rate limit that a document declares."""

from __future__ import annotations

from typing import Any

import httpx

from understudy.app import Understudy
from understudy.client import ControlClient
from understudy.client.transports.httpx_transport import Transport
from understudy.client.transports.in_process import InProcess
from understudy.openapi.contract import Contract
from understudy.runtime.rate_limit import RateLimit
from understudy.serving.api import Api

HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
NEW_YEAR = 1_767_225_600


def api(limit: RateLimit | None) -> Api:
    """Return an API whose responses declare the older headers of rate limits."""
    headers = {
        name: {"required": True, "schema": {"type": "integer", "default": 7}} for name in HEADERS
    }
    content = {"application/json": {"schema": {"type": "object"}}}
    responses = {"200": {"description": "", "content": content, "headers": headers}}
    paths = {"/pets": {"get": {"operationId": "listPets", "responses": responses}}}
    document = {"openapi": "3.1.0", "info": {"title": "", "version": ""}, "paths": paths}
    served = Api(Contract("pets", document), {"list_pets": lambda world: {}})
    served.limit = limit
    return served


def answers(transport: Transport, count: int) -> list[list[Any]]:
    """Return the status and the headers of the responses to so many requests."""
    with httpx.Client(base_url="http://pets", transport=transport) as client:
        responses = [client.get("/pets") for _ in range(count)]
    return [[r.status_code, *(r.headers[name] for name in HEADERS)] for r in responses]


def test_declared_headers_have_the_figures_of_the_limit() -> None:
    """Each once, also with 429; the reset is a time. Headers that are not declared are not sent."""
    transport = Transport(InProcess(Understudy([api(RateLimit(2, 60))])))
    with ControlClient("http://pets", transport=transport) as control:
        control.clock.freeze("2026-01-01T00:00:00Z")
        reset = str(NEW_YEAR + 60)
        assert answers(transport, 1) == [[200, "2", "1", reset]]
        control.clock.advance(seconds=59)
        assert answers(transport, 2) == [[200, "2", "0", reset], [429, "2", "0", reset]]
        (late,) = control.requests(limit=1)
        assert "x-ratelimit-increment" not in late.response.headers
        assert late.response.headers["retry-after"] == "1"


def test_a_fault_has_the_declared_headers() -> None:
    """As a limit of the server; without a limit they are the document's."""
    transport = Transport(InProcess(Understudy([api(None)])))
    with ControlClient("http://pets", transport=transport) as control:
        control.clock.freeze("2026-01-01T00:00:00Z")
        assert answers(transport, 1) == [[200, "7", "7", "7"]]
        control.fail("listPets", rate_limit={"requests": 1, "seconds": 5})
        reset = str(NEW_YEAR + 5)
        assert answers(transport, 2) == [[200, "1", "0", reset], [429, "1", "0", reset]]
