"""Parameters in every style, through HTTP; first the table of the OpenAPI specification."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.echo_api import echo, operation

TEXT = {"type": "string"}
NUMBERS = {"type": "array", "items": {"type": "integer"}}
LIST = {"type": "array", "items": {"$ref": "#/components/schemas/Text"}}
OBJECT = {"allOf": [{"$ref": "#/components/schemas/Red"}, {"$ref": "#/components/schemas/Rest"}]}
FREE = {"type": "object", "additionalProperties": {"type": "integer"}}
COLOR = {"type": "object", "properties": {"R": {"type": "integer"}, "G": {"type": "integer"}}}
COMPONENTS: dict[str, Any] = {
    "mediaTypes": {"Color": {"schema": COLOR}},
    "schemas": {
        "Text": TEXT,
        "Red": {"type": "object", "properties": {"R": {"type": "integer"}}},
        "Rest": {"properties": {"G": {"type": "integer"}, "B": {"type": "integer"}}},
        "Tree": {
            "type": "object",
            "properties": {
                "ids": NUMBERS,
                "size": {"type": "object", "properties": {"min": {"type": "number"}}},
                "below": {"$ref": "#/components/schemas/Tree"},
            },
        },
    },
}
TREE = {"$ref": "#/components/schemas/Tree"}

BLUE, COLORS, RGB = "blue", ["blue", "black", "brown"], {"R": 100, "G": 200, "B": 150}

#: Location, style, explode, and how an empty text, a text, a list and an object are sent.
TABLE = [
    ("path", "matrix", False, ";color", ";color=blue", ";color=blue,black,brown",
     ";color=R,100,G,200,B,150"),
    ("path", "matrix", True, ";color", ";color=blue", ";color=blue;color=black;color=brown",
     ";R=100;G=200;B=150"),
    ("path", "label", False, None, ".blue", ".blue,black,brown", ".R,100,G,200,B,150"),
    ("path", "label", True, None, ".blue", ".blue.black.brown", ".R=100.G=200.B=150"),
    ("path", "simple", False, None, "blue", "blue,black,brown", "R,100,G,200,B,150"),
    ("path", "simple", True, None, "blue", "blue,black,brown", "R=100,G=200,B=150"),
    ("header", "simple", False, "", "blue", "blue,black,brown", "R,100,G,200,B,150"),
    ("header", "simple", True, "", "blue", "blue,black,brown", "R=100,G=200,B=150"),
    ("query", "form", False, "color=", "color=blue", "color=blue,black,brown",
     "color=R,100,G,200,B,150"),
    ("query", "form", True, "color=", "color=blue", "color=blue&color=black&color=brown",
     "R=100&G=200&B=150"),
    ("query", "spaceDelimited", False, None, None, "color=blue%20black%20brown",
     "color=R%20100%20G%20200%20B%20150"),
    ("query", "pipeDelimited", False, None, None, "color=blue%7Cblack%7Cbrown",
     "color=R%7C100%7CG%7C200%7CB%7C150"),
    ("query", "deepObject", True, None, None, None,
     "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"),
    ("cookie", "form", False, "color=", "color=blue", "color=blue,black,brown",
     "color=R,100,G,200,B,150"),
    ("cookie", "form", True, "color=", "color=blue", "color=blue&color=black&color=brown",
     "R=100&G=200&B=150"),
    ("cookie", "cookie", False, "color=", "color=blue", "color=blue,black,brown",
     "color=R,100,G,200,B,150"),
    ("cookie", "cookie", True, "color=", "color=blue", "color=blue; color=black; color=brown",
     "R=100; G=200; B=150"),
]  # fmt: skip
CELLS = [
    (where, style, explode, schema, sent, expected)
    for where, style, explode, *cells in TABLE
    for sent, schema, expected in zip(
        cells, (TEXT, TEXT, LIST, OBJECT), ("", BLUE, COLORS, RGB), strict=True
    )
    if sent is not None
]


def send(parameter: dict[str, Any], sent: str) -> httpx.Response:
    """Send a text in the place of a parameter named `color`, and return the response."""
    where = parameter["in"]
    path = "/x/{color}" if where == "path" else "/x"
    with echo({path: {"get": operation({"name": "color", **parameter})}}, COMPONENTS) as http:
        if where == "path":
            return http.get(f"/x/{sent}")
        if where in ("query", "querystring"):
            return http.get(f"/x?{sent}")
        return http.get("/x", headers={"color" if where == "header" else "Cookie": sent})


def color(response: httpx.Response) -> Any:
    """Return the value of the parameter, or the violations as texts."""
    if response.status_code == 200:
        return response.json()["color"]
    assert response.status_code == 400, response.text
    return [f"{v['where']} {v['at']} {v['message']}" for v in response.json()["violations"]]


@pytest.mark.parametrize(("where", "style", "explode", "schema", "sent", "expected"), CELLS)
def test_table_of_the_specification(
    where: str, style: str, explode: bool, schema: Any, sent: str, expected: Any
) -> None:
    """Each cell of the table of styles means what it says."""
    parameter = {"in": where, "style": style, "explode": explode, "schema": schema}
    assert color(send({**parameter, "required": True}, sent)) == expected


@pytest.mark.parametrize(
    ("parameter", "sent", "expected"),
    [
        ({"schema": LIST, "explode": False}, "color=a%2Cb,c", ["a,b", "c"]),
        ({"schema": LIST, "explode": False}, "color=a%2Cb", ["a,b"]),
        ({"schema": NUMBERS, "explode": False}, "color=1%2C2", [1, 2]),
        ({"schema": LIST, "style": "spaceDelimited", "explode": False}, "color=a+b", ["a", "b"]),
        ({"schema": LIST, "style": "pipeDelimited", "explode": False}, "color=a|b", ["a", "b"]),
        ({"schema": LIST, "style": "pipeDelimited"}, "color=a%7cb", ["a", "b"]),
        ({"schema": LIST, "style": "tabDelimited", "explode": False}, "color=a%09b",
         ["a", "b"]),
        ({"schema": LIST, "style": "spaceDelimited", "explode": True}, "color=a&color=b",
         ["a", "b"]),
        ({"schema": NUMBERS}, "color=1&color=2", [1, 2]),
        ({"schema": {"type": "array", "items": {"type": "boolean"}}}, "color=TRUE", [True]),
        ({"schema": {"anyOf": [TEXT, LIST]}}, "color=a", "a"),
        ({"schema": {"anyOf": [TEXT, LIST]}}, "color=a&color=b", ["a", "b"]),
        ({"schema": {"anyOf": [LIST, TEXT]}}, "color=a", ["a"]),
        ({"schema": {"oneOf": [{"type": "integer", "maximum": 3}, TEXT]}}, "color=4", "4"),
        ({"schema": {"enum": [1, 2]}}, "color=2", 2),
        ({"schema": {"type": "integer", "default": 7}}, "", 7),
        ({"schema": {"allOf": [{"type": "integer"}, {"default": 7}]}}, "", 7),
        ({"schema": FREE}, "a=1&b=2", {"a": 1, "b": 2}),
        ({"schema": COLOR}, "R=1&Z=2", {"R": 1}),
        ({"schema": {"type": "object", "properties": {"n": NUMBERS}}}, "n=1&n=2", {"n": [1, 2]}),
        ({"schema": COLOR, "required": True}, "Z=2", {}),
        ({"schema": TREE, "required": True, "style": "deepObject"}, "", {}),
        ({"content": {"application/json": {"schema": COLOR}}}, "color=%7B%22R%22:1%7D", {"R": 1}),
        ({"content": {"application/json": {"$ref": "#/components/mediaTypes/Color"}}},
         "color=%7B%22R%22:1%7D", {"R": 1}),
        ({"content": {"text/plain": {"schema": {"type": "integer"}}}}, "color=12", 12),
    ],
)  # fmt: skip
def test_query_is_read_by_its_style(parameter: Any, sent: str, expected: Any) -> None:
    """Escaped separators are data, types are those of the schema, and defaults are found."""
    assert color(send({"in": "query", **parameter}, sent)) == expected


@pytest.mark.parametrize(
    ("where", "style", "sent"),
    [
        ("path", "pipeDelimited", "1|2"),
        ("path", "pipeDelimited", "1%7C2"),
        ("path", "spaceDelimited", "1%202"),
        ("header", "pipeDelimited", "1|2"),
        ("header", "spaceDelimited", "1 2"),
    ],
)
def test_lists_of_swagger_2_have_their_separators(where: str, style: str, sent: str) -> None:
    """In paths and headers too, in which OpenAPI 3 has only commas."""
    parameter = {"in": where, "style": style, "required": True, "schema": NUMBERS}
    assert color(send(parameter, sent)) == [1, 2]


@pytest.mark.parametrize("sent", [";%C3%BC=1,2", ";%c3%bc=1,2", ";\u00fc=1,2"])
def test_matrix_names_are_read_with_and_without_escapes(sent: str) -> None:
    """A name that is not ASCII is escaped in every URL."""
    parameter = {"name": "\u00fc", "in": "path", "required": True, "style": "matrix"}
    with echo({"/x/{\u00fc}": {"get": operation({**parameter, "schema": NUMBERS})}}) as http:
        assert http.get(f"/x/{sent}").json() == {"\u00fc": [1, 2]}
        assert http.get("/x/;%C3%A4=1,2").status_code == 400


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("color[ids]=1&color[ids]=2", {"ids": [1, 2]}),
        ("color[ids][]=1", {"ids": [1]}),
        ("color[ids]=1", {"ids": [1]}),
        ("color[ids][1]=2&color[ids][0]=1", {"ids": [1, 2]}),
        ("color[size][min]=1.5", {"size": {"min": 1.5}}),
        ("color%5Bbelow%5D%5Bbelow%5D%5Bids%5D=3", {"below": {"below": {"ids": [3]}}}),
        ("color[any]=x&other=1", {"any": "x"}),
        ("color[[[=1", None),
        ("color" + "[a]" * 500 + "=1", None),
    ],
)
def test_deep_object_has_lists_and_objects(sent: str, expected: Any) -> None:
    """Brackets are read as the common servers do, and to a limited depth."""
    response = send({"in": "query", "style": "deepObject", "schema": TREE}, sent)
    assert expected is None or color(response) == expected
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("parameter", "sent", "expected"),
    [
        ({"in": "query", "schema": NUMBERS}, "color=1&color=x",
         ['query /color/1 "x" is not of type "integer"']),
        ({"in": "query", "schema": COLOR}, "R=x", ['query /R "x" is not of type "integer"']),
        ({"in": "query", "style": "deepObject", "schema": TREE}, "color[ids]=x",
         ['query /color/ids/0 "x" is not of type "integer"']),
        ({"in": "query", "required": True, "schema": {**COLOR, "required": ["R"]}}, "Z=1",
         ["query /color is required"]),
        ({"in": "query", "required": True, "style": "deepObject",
          "schema": {"type": "object", "minProperties": 1}}, "", ["query /color is required"]),
        ({"in": "query", "required": True, "schema": NUMBERS}, "", ["query /color is required"]),
        ({"in": "query", "schema": TEXT}, "color=1&color=2", ["query /color is given 2 times"]),
        ({"in": "query", "explode": False, "schema": COLOR}, "color=R,1,G",
         ["query /color is an object: names and values take turns, and the last has no value"]),
        ({"in": "query", "content": {"application/json": {}}}, "color=%7B",
         ["query /color malformed JSON: Input data was truncated"]),
        ({"in": "path", "required": True, "style": "label", "schema": TEXT}, "blue",
         ["path /color has the style label: each value begins with '.'"]),
        ({"in": "path", "required": True, "style": "matrix", "schema": NUMBERS}, ";color=1,x",
         ['path /color/1 "x" is not of type "integer"']),
        ({"in": "path", "required": True, "explode": True, "schema": COLOR}, "R=1,G",
         ["path /color is an object: each part has the form name=value"]),
        ({"in": "path", "required": True, "schema": NUMBERS}, "%FF",
         ["path /color not valid UTF-8"]),
        ({"in": "header", "required": True, "schema": NUMBERS}, "1, y",
         ['header /color/1 "y" is not of type "integer"']),
    ],
)  # fmt: skip
def test_faults_are_told_at_their_place(parameter: Any, sent: str, expected: Any) -> None:
    """Each fault is one violation, at the part of the parameter that is wrong."""
    if "/R" in expected[0]:  # a spread object keeps the name of the parameter
        expected = [expected[0].replace("/R", "/color/R")]
    assert color(send(parameter, sent)) == expected


@pytest.mark.parametrize(
    ("content", "sent", "expected"),
    [
        ({"application/json": {"schema": COLOR}}, "%7B%22R%22%3A1%7D", {"R": 1}),
        ({"application/json": {"schema": COLOR}}, "%7B%22R%22%3A%22x%22%7D",
         ['query /R "x" is not of type "integer"']),
        ({"application/x-www-form-urlencoded": {"schema": COLOR}}, "R=1&G=2&z=+", None),
        ({"application/x-www-form-urlencoded": {"schema": COLOR}}, "R=x",
         ['query /R "x" is not of type "integer"']),
        ({"text/plain": {"schema": TEXT}}, "a%20b", "a b"),
        ({"application/json": {"$ref": "#/components/mediaTypes/Color"}}, "%7B%22R%22%3A1%7D",
         {"R": 1}),
    ],
)  # fmt: skip
def test_query_may_be_one_value(content: Any, sent: str, expected: Any) -> None:
    """A `querystring` parameter is read by its media type, and faults are told in the query."""
    expected = expected or {"R": 1, "G": 2, "z": " "}
    assert color(send({"in": "querystring", "content": content}, sent)) == expected


@pytest.fixture
def mixed() -> Iterator[httpx.Client]:
    """An operation with a spread object beside other parameters."""
    parameters: list[dict[str, Any]] = [
        {"name": "limit", "in": "query", "schema": {"type": "integer"}},
        {"name": "filter", "in": "query", "style": "deepObject", "schema": TREE},
        {"name": "labels", "in": "query", "schema": FREE},
        {"name": "X-Tags", "in": "header", "schema": NUMBERS},
        {"name": "Authorization", "in": "header", "required": True, "schema": NUMBERS},
        {"name": "color", "in": "cookie", "schema": TEXT},
    ]
    with echo({"/x": {"get": operation(*parameters)}}, COMPONENTS) as http:
        yield http


def test_spread_object_takes_what_no_other_parameter_has(mixed: httpx.Client) -> None:
    """Additional properties are the fields that are left."""
    value = mixed.get("/x?limit=5&filter[ids]=1&a=1&b=2").json()
    assert (value["limit"], value["filter_"]) == (5, {"ids": [1]})
    assert value["labels"] == {"a": 1, "b": 2}
    assert mixed.get("/x?limit=5").json()["labels"] is None


def test_lines_of_a_header_are_one_list(mixed: httpx.Client) -> None:
    """Several lines and blanks are those of one list; cookies may come in several lines, too."""
    headers = [("X-Tags", "1 , 2"), ("X-Tags", "3"), ("Cookie", "a=1"), ("Cookie", "color=b%20c")]
    value = mixed.get("/x", headers=headers).json()
    assert value["x_tags"] == [1, 2, 3]
    assert value["color"] == "b c"


def test_headers_of_http_cannot_be_described(mixed: httpx.Client) -> None:
    """Authorization, Accept and Content-Type are not validated as parameters."""
    assert mixed.get("/x").status_code == 200
    assert mixed.get("/x", headers={"Authorization": "x"}).json()["authorization"] == "x"
