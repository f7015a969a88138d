"""What the form of an operation's page asks: planned calls, and its request as code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from flask import Blueprint, Response, abort, request

from understudy.errors import Problem
from understudy.http import json_codec
from understudy.openapi.operation import Operation
from understudy.openapi.resources.prerequisites import MOST_CALLS
from understudy.web.reference.api_reference import ApiReference
from understudy.web.reference.request_form.form_values import FormValues
from understudy.web.reference.request_form.planned_calls import form_samples, planned_calls
from understudy.web.visitor import page_origin

#: Bytes of the largest form that is read.
_MOST_BYTES = 2_000_000


def request_form_blueprint(references: Sequence[ApiReference]) -> Blueprint:
    """Create the blueprint of what forms ask; it changes nothing."""
    forms = Blueprint("request_form", __name__)
    by_name = {reference.name: reference for reference in references}

    def find(name: str, slug: str) -> tuple[ApiReference, Operation]:
        reference = by_name.get(name) or abort(404)
        page = reference.operation_page(slug) or abort(404)
        if reference.sent_request(page.operation) is not None:
            abort(404)
        return reference, page.operation

    @forms.post("/reference/<name>/<slug>/calls")
    def calls(name: str, slug: str) -> Response:
        reference, operation = find(name, slug)
        plan = planned_calls(reference, operation, _values(), page_origin())
        return _json(plan)

    @forms.post("/reference/<name>/<slug>/samples")
    def samples(name: str, slug: str) -> Response:
        _, operation = find(name, slug)
        return _json(form_samples(operation, _values(), page_origin()))

    return forms


def _values() -> FormValues:
    """Return the values that a page has sent."""
    if request.content_length is None or request.content_length > _MOST_BYTES:
        abort(413)
    try:
        values = msgspec.convert(json_codec.decode(request.get_data()), FormValues)
    except (Problem, msgspec.ValidationError):
        abort(400)
    if len(values.responses) > MOST_CALLS + 1:
        abort(400)
    return values


def _json(value: Any) -> Response:
    return Response(json_codec.encode(value), content_type="application/json")
