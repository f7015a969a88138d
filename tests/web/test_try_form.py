"""The form that sends a request writes parameters as the check does, in a real browser."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.http.request.test_parameter_styles import TABLE
from tests.support.server import Server
from understudy.http.parameters.parameter_writer import path_text, query_fields
from understudy.openapi.contract import Contract

#: What a person types into a field, its types, and what it means.
TYPED = [
    ("bl ue", {"type": "string"}, "bl ue"),
    ("a,b;c", {"type": "array"}, ["a", "b;c"]),
    ('["a,b", "c"]', {"type": "array"}, ["a,b", "c"]),
    ('{"R": 1, "G": "x y"}', {"type": "object"}, {"R": 1, "G": "x y"}),
    ('{"R": {"x": [1, 2]}}', {"type": "object"}, {"R": {"x": [1, 2]}}),
]
STYLES = [row[:3] for row in TABLE if row[0] in ("path", "query")]

WRITE = """
async ([parameter, text]) => {
  const { pathText, queryFields } = await import("/_understudy/static/try/parameters.js");
  if (parameter.where === "path") return pathText(parameter, text);
  return queryFields(parameter, text).join("&");
}
"""


@pytest.mark.parametrize(("where", "style", "explode"), STYLES)
def test_form_writes_parameters_by_their_style(
    page: Page, server: Server, where: str, style: str, explode: bool
) -> None:
    """Texts, lists with commas or as JSON, and objects as JSON are written alike."""
    page.goto(server.url)
    for text, schema, value in TYPED:
        definition = {"name": "color", "in": where, "style": style, "explode": explode}
        read = _parameter({**definition, "schema": schema})
        field = {"name": "color", "where": where, "style": style, "explode": json.dumps(explode)}
        written = page.evaluate(WRITE, [{**field, "types": schema["type"]}, text])
        expected = (
            path_text(read, value) if where == "path" else "&".join(query_fields(read, value))
        )
        assert written == expected


def _parameter(definition: dict[str, Any]) -> Any:
    operation = {"operationId": "x", "parameters": [definition]}
    return Contract("x", {"paths": {"/x": {"get": operation}}}).operations[0].parameters[0]
