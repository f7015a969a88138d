"""The values of an operation's form: texts of a page as arguments, and arguments as texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from understudy.errors import Problem
from understudy.http import json_codec
from understudy.openapi.credentials import ANY_KEY
from understudy.openapi.operation import MediaType, Operation, Parameter
from understudy.openapi.resources.call import Arguments, TakenValue, value_at
from understudy.web.reference.markdown import pretty
from understudy.web.reference.request_form.controls import field_text


class FormValues(msgspec.Struct):
    """What a page sends: the texts of the fields by their names, the body (a text, or the fields of
    a form), the key, the responses to the calls so far, as JSON, and whether the next call shall
    make another record than the example's."""

    path: dict[str, str] = {}
    query: dict[str, str] = {}
    header: dict[str, str] = {}
    cookie: dict[str, str] = {}
    body: str | dict[str, str] | None = None
    key: str = ANY_KEY
    responses: list[Any] = []
    another: bool = False


def arguments_of(operation: Operation, values: FormValues) -> Arguments:
    """Return the arguments that a form holds; a text that its parameter does not allow stays a
    text."""
    texts = {"path": values.path, "query": values.query}
    texts |= {"header": values.header, "cookie": values.cookie}
    given: dict[str, dict[str, Any]] = {where: {} for where in texts}
    for parameter in operation.parameters:
        text = texts.get(parameter.where, {}).get(parameter.name)
        if text is not None:
            given[parameter.where][parameter.name] = _value(parameter, text)
    body = operation.body
    media = body.preferred if body is not None and body.media else None
    value = None if media is None else _body(media, values.body)
    return Arguments(**given, body=value, media=media)


def fields_of(arguments: Arguments, taken: Sequence[TakenValue]) -> list[dict[str, str]]:
    """Return the fields of a form whose values were taken from responses, with their texts."""
    fields: dict[tuple[str, str], str] = {}
    for each in taken:
        if each.part != "body":
            value = arguments.parameters(each.part).get(each.name)
            fields[each.part, each.name] = field_text(value)
        elif arguments.media is not None and arguments.media.is_json:
            fields["body", ""] = pretty(arguments.body)
        else:
            fields["form", each.name[1:]] = str(value_at(arguments.body, each.name))
    return [{"where": where, "name": name, "text": text} for (where, name), text in fields.items()]


def _body(media: MediaType, body: str | Mapping[str, str] | None) -> Any:
    if not isinstance(body, str) or not media.is_json:
        return body
    try:
        return json_codec.decode(body.encode(errors="replace"))
    except Problem:
        return body


def _value(parameter: Parameter, text: str) -> Any:
    """Return the value that a person means: a list is typed with commas or as JSON, an object,
    number or truth value as JSON."""
    kinds = {*parameter.types} - {"null"}
    if parameter.media_type is not None or not kinds or kinds == {"string"}:
        return text
    try:
        value = json_codec.decode(text.encode(errors="replace"))
    except Problem:
        value = text
    if "array" in kinds and not isinstance(value, list | dict):
        return text.split(",")
    is_meant = not isinstance(value, str) and (
        "string" not in kinds or isinstance(value, list | dict)
    )
    return value if is_meant else text
