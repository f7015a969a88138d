"""Sends planned calls through HTTP, with what the responses to earlier ones have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import httpx

from understudy.code_samples.example_request import example_request
from understudy.code_samples.files import with_files
from understudy.openapi.resources.call import Call


def perform(http: httpx.Client, origin: str, calls: Sequence[Call]) -> list[httpx.Response]:
    """Send the requests of calls to a namespace at an origin; return the responses."""
    responses: list[httpx.Response] = []
    for call in calls:
        arguments = with_files(call.filled([_value(response) for response in responses]))
        request = example_request(replace(call, arguments=arguments), origin, "test")
        headers = [(name.encode(), text.encode("latin-1")) for name, text in request.headers]
        responses.append(
            http.request(request.method, request.url, headers=headers, content=request.body)
        )
    return responses


def _value(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None
