"""Parameters are written in the style in which they are read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.http.request.test_parameter_styles import COMPONENTS, OBJECT, TABLE, color, send
from understudy.http.parameters.parameter_writer import path_text, query_fields
from understudy.openapi.contract import Contract

LIST = {"type": "array", "items": {"type": "string"}}
VALUES = [
    ({"type": "string"}, "bl.u,e;=&|"),
    (LIST, ["a,b", "c;d&", "e"]),
    (OBJECT, {"R": 1, "G": 2}),
]
STYLES = [row[:3] for row in TABLE if row[0] in ("path", "query")]


@pytest.mark.parametrize(("where", "style", "explode"), STYLES)
@pytest.mark.parametrize(("schema", "value"), VALUES)
def test_written_parameter_is_read_again(
    where: str, style: str, explode: bool, schema: Any, value: Any
) -> None:
    """What is written means the same when it is read."""
    if style == "label" and explode and schema is not OBJECT:
        value = "blue" if isinstance(value, str) else ["blue", "red"]  # it has no escaped dot
    definition = {"in": where, "style": style, "explode": explode, "schema": schema}
    parameter = {"name": "color", "required": True, **definition}
    paths = {"/x/{color}": {"get": {"operationId": "x", "parameters": [parameter]}}}
    read = Contract("x", {"paths": paths, "components": COMPONENTS}).operations[0].parameters[0]
    sent = path_text(read, value) if where == "path" else "&".join(query_fields(read, value))
    assert color(send(definition, sent)) == value
