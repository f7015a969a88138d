"""Sends planned calls through HTTP, with what the responses to earlier ones have."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator, Sequence
from typing import Any

import httpx

from understudy.http.parameters.parameter_writer import path_text, query_fields
from understudy.openapi.credentials import credentials_for
from understudy.openapi.operation import MediaType, Operation
from understudy.openapi.resources.call import Arguments, Call


def perform(http: httpx.Client, origin: str, calls: Sequence[Call]) -> list[httpx.Response]:
    """Send the requests of calls to a namespace at an origin; return the responses."""
    responses: list[httpx.Response] = []
    for call in calls:
        arguments = call.filled([_value(response) for response in responses])
        responses.append(http.send(_request(origin, call.operation, arguments)))
    return responses


def _request(origin: str, operation: Operation, arguments: Arguments) -> httpx.Request:
    path = operation.path
    for parameter in operation.parameters:
        if parameter.where == "path" and parameter.name in arguments.path:
            text = path_text(parameter, arguments.path[parameter.name])
            path = path.replace("{" + parameter.name + "}", text)
    key = credentials_for(operation.contract, operation.security, "test")
    headers = {**key.headers, **{name: str(v) for name, v in arguments.header.items()}}
    fields = [*_query(operation, arguments), *(f"{n}={v}" for n, v in key.query.items())]
    url = f"{origin}{operation.base_paths[0]}{path}{'?' if fields else ''}{'&'.join(fields)}"
    media = arguments.media
    if media is None or arguments.body is None or operation.method == "GET":
        return httpx.Request(operation.method, url, headers=headers)
    if media.type == "multipart/form-data":
        return httpx.Request(
            operation.method, url, headers=headers, files=dict(_parts(media, arguments.body))
        )
    headers["Content-Type"] = media.content_type
    content = arguments.body if isinstance(arguments.body, str | bytes) else None
    content = json.dumps(arguments.body) if content is None or media.is_json else content
    return httpx.Request(operation.method, url, headers=headers, content=content)


def _query(operation: Operation, arguments: Arguments) -> Iterator[str]:
    for parameter in operation.parameters:
        if parameter.where == "query" and parameter.name in arguments.query:
            yield from query_fields(parameter, arguments.query[parameter.name])


def _parts(media: MediaType, body: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the parts of a form: those with a media type of their own are files."""
    encoding = media.definition.get("encoding", {})
    for name, value in body.items():
        types = encoding.get(name, {}).get("contentType", "")
        kind = types.partition(",")[0]
        if kind:
            yield name, (f"example.{kind.rpartition('/')[2]}", b64decode(value), kind)
        else:
            yield name, (None, value if isinstance(value, str) else json.dumps(value))


def _value(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None
