"""Holds the responses of fault rules against the contract of their operation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from understudy.errors import ContractBroken, Violation
from understudy.http import json_codec
from understudy.http.messages import Response
from understudy.openapi.operation import Operation, is_json
from understudy.openapi.operation_reader import parse_media_type
from understudy.serving.api import Api
from understudy.serving.stubs.template import has_expressions, template_violations


def declared_response(
    api: Api, operation: Operation, status: int, value: Any, accept: bytes = b""
) -> Response:
    """Return a value as the response with a status.

    An error that the document does not declare may have any value: servers in between answer with
    such. Raises ContractBroken where the document does not allow the value, or a success.
    """
    if status >= 400 and operation.response(status) is None:
        return Response(status, json_codec.encode(value))
    try:
        return api.encoders(operation)[status].encode(value, accept)
    except RecursionError:
        too_deep = Violation("response", "", "is nested too deep to be written")
        raise ContractBroken(operation.id, [too_deep]) from None


def planned_violations(api: Api, operation: Operation, then: Mapping[str, Any]) -> list[Violation]:
    """Return how the responses of a rule break the contract of its operation; the pointers are into
    the rule (`/then/body/name`)."""
    if _is_plain_template(then):
        message = "`template` is set, but no text has an expression such as {$request.body#/id}"
        return [Violation("body", "/then/template", message)]
    if "responses" not in then:
        places = dict.fromkeys(then, "/then")
        return list(_violations(api, operation, then, places))
    common = {name: value for name, value in then.items() if name != "responses"}
    return [
        violation
        for number, own in enumerate(then["responses"])
        for places in [dict.fromkeys(common, "/then") | dict.fromkeys(own, _place(number))]
        for violation in _violations(api, operation, {**common, **own}, places)
    ]


def _is_plain_template(then: Mapping[str, Any]) -> bool:
    """Return whether nothing is to be filled in: perhaps the syntax is that of another tool."""
    actions = [then, *then.get("responses", ())]
    bodies = [action["body"] for action in actions if "body" in action]
    is_template = any(action.get("template") for action in actions)
    return is_template and not any(map(has_expressions, bodies))


def _place(number: int) -> str:
    return f"/then/responses/{number}"


def _violations(
    api: Api, operation: Operation, action: Mapping[str, Any], places: Mapping[str, str]
) -> Iterator[Violation]:
    """Yield how one response breaks the contract; `places` are the pointers to where each field of
    it stands."""
    status = action.get("status", operation.success)
    if status < 400 and operation.response(status) is None:
        declared = ", ".join(sorted(operation.responses)) or "none"
        message = f"{operation.id} does not declare {status}; declared: {declared}"
        at = f"{places['status']}/status" if "status" in action else "/then"
        yield Violation("body", at, message, f"{operation.place}/responses")
    elif "body" in action:
        at = f"{places['body']}/body"
        if action.get("template"):
            yield from template_violations(action["body"], operation, at)
        elif sends_json(action.get("headers", {})):
            try:
                declared_response(api, operation, status, action["body"])
            except ContractBroken as error:
                for each in error.violations:
                    yield Violation("body", at + each.at, each.message, each.rule)


def sends_json(headers: Mapping[str, str]) -> bool:
    """Return whether a body is JSON by the headers that are sent with it."""
    kind = next((text for name, text in headers.items() if name.lower() == "content-type"), "")
    return not kind or is_json(parse_media_type(kind)[0])
