"""The calls that make what a form's request needs, one after the other: the page sends each of them
and tells its response, because ids that the server draws stand in the next one."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from secrets import token_hex
from typing import Any

from understudy.code_samples.example_request import example_request
from understudy.code_samples.files import with_files
from understudy.code_samples.samples import code_samples
from understudy.openapi.operation import Operation
from understudy.openapi.resources.another_record import another_record
from understudy.openapi.resources.call import Call
from understudy.web.reference.api_reference import ApiReference
from understudy.web.reference.request_form.form_values import (
    FormValues,
    arguments_of,
    fields_of,
)


def planned_calls(
    reference: ApiReference, operation: Operation, values: FormValues, origin: str
) -> dict[str, Any]:
    """Return the calls before that of the form, the request of the `next` one, and, after all of
    them, the `fields` of the form that get values of responses.

    Each call tells whether its response is `needed` by a later one. If such a call is refused, as
    its record exists already, its request is for `another` record.
    """
    *before, own = calls = reference.calls(operation, arguments_of(operation, values))
    needed = {taken.call for call in calls for taken in call.taken}
    done = len(values.responses)
    is_ready = done >= len(before)
    return {
        "calls": [
            {**_described(call), "needed": number in needed} for number, call in enumerate(before)
        ],
        "next": None if is_ready else _request(before[done], values, origin),
        "fields": fields_of(own.filled(values.responses), own.taken) if is_ready else [],
    }


def form_samples(operation: Operation, values: FormValues, origin: str) -> list[dict[str, str]]:
    """Return the code that sends the request as the form holds it, in each language; none for a
    body that is nested deeper than code can be written."""
    call = Call(operation, arguments_of(operation, values))
    try:
        samples = code_samples(call, origin, values.key)
    except RecursionError:
        return []
    return [
        {"id": each.id, "title": each.title, "language": each.language, "code": each.code}
        for each in samples
    ]


def _described(call: Call) -> dict[str, str]:
    operation = call.operation
    return {
        "operation": operation.id,
        "summary": str(operation.definition.get("summary") or ""),
        "makes": call.makes,
        "method": operation.method,
    }


def _request(call: Call, values: FormValues, origin: str) -> dict[str, Any]:
    arguments = call.filled(values.responses)
    if values.another:
        arguments = another_record(call, arguments, f"-{token_hex(3)}")
    filled = replace(call, arguments=with_files(arguments))
    request = example_request(filled, origin, values.key)
    return {
        "method": request.method,
        "url": request.url,
        "headers": request.headers,
        "body": b64encode(request.body).decode() if request.body else None,
    }
