"""Samples of values that could break out of their quotes: every program sends what the document
says."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.clients.javascript import needs_javascript
from tests.support.echo_api import echo_app, echo_contract, operation
from tests.support.sample_programs import run_go, run_node, run_python, run_shell
from tests.support.server import serving
from understudy.code_samples.samples import code_samples
from understudy.openapi.contract import Contract
from understudy.openapi.resources.call import Call, example_arguments

TEXT = "a'b\"c`id`$(id)${HOME}\\n\\ \n\té \u202e😀 {call} {key} %41 </script> *?!#&;=+"
LINE = TEXT.replace("\n", " ")  # forms write line breaks of their own
HEADER = "q'u\"o`te` $x \\ é"
NAMES = {TEXT: TEXT, "__proto__": {"a": 1}, "class": [True, None, -1.5e300, 9007199254740993]}


def text(where: str, name: str, example: Any, **more: Any) -> dict[str, Any]:
    """Return a required parameter with an example."""
    schema = more.pop("schema", {"type": "string"})
    return {
        "name": name,
        "in": where,
        "required": True,
        "schema": schema,
        "example": example,
        **more,
    }


def body(kind: str, example: Any, schema: Any = None, **more: Any) -> dict[str, Any]:
    """Return an operation with a body."""
    return operation(body={kind: {"schema": schema or {}, "example": example, **more}})


FORM = {"type": "object", "properties": {"t": {"type": "string"}, "u": {"type": "string"}}}
FILES = {
    "type": "object",
    "properties": {"t": {"type": "string"}, "f": {"type": "string", "format": "binary"}},
}
ARRAY = {"type": "array", "items": {"type": "string"}}

#: The definitions of operations, and the arguments that each shall get.
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "path": (operation(text("path", "p", TEXT)), {"p": TEXT}),
    "query": (
        operation(text("query", "q", [TEXT, "a&b=c"], schema=ARRAY), text("query", "r[x]", TEXT)),
        {"q": [TEXT, "a&b=c"], "r[x]": TEXT},
    ),
    "header": (operation(text("header", "X-Text", HEADER)), {"x_text": HEADER}),
    "cookie": (operation(text("cookie", "c", "a$b`c")), {"c": "a$b`c"}),
    "json": (body("application/json", NAMES), {"body": NAMES}),
    "deep": (
        body("application/json", json.loads('{"a":' * 40 + "1" + "}" * 40)),
        {"body": json.loads('{"a":' * 40 + "1" + "}" * 40)},
    ),
    "form": (
        body("application/x-www-form-urlencoded", {"t": TEXT, "u": "@x"}, FORM),
        {"body": {"t": TEXT, "u": "@x"}},
    ),
    "deep_form": (
        body(
            "application/x-www-form-urlencoded",
            {"d": {"a": TEXT, "b": {"c": ["1"]}, "e": [{"f": "g"}]}},
            {"properties": {"d": {"type": "object"}}},
            encoding={"d": {"style": "deepObject", "explode": True}},
        ),
        {"body": {"d": {"a": TEXT, "b": {"c": ["1"]}, "e": [{"f": "g"}]}}},
    ),
    "quoted": (body("application/json", '{"a": 1}', {"type": "object"}), {"body": {"a": 1}}),
    "key": (
        {
            **operation(text("query", "key", "other"), text("header", "X-Token", "other")),
            "security": [{"key": [], "token": []}],
        },
        {"key": "k", "x_token": "k"},
    ),
    "text": (body("text/plain", f"@{TEXT}", {"type": "string"}), {"body": f"@{TEXT}"}),
    "multipart": (
        body("multipart/form-data", {"t": f"<{LINE}", "f": "AAEC/w=="}, FILES),
        {"body": {"t": f"<{LINE}"}},
    ),
}


#: Keys of the case "key", which are parameters of its operation, too.
SCHEMES = {
    "key": {"type": "apiKey", "in": "query", "name": "key"},
    "token": {"type": "apiKey", "in": "header", "name": "x-token"},
}


def paths() -> dict[str, Any]:
    """Return the paths of the cases."""
    found = {}
    for name, (definition, _) in CASES.items():
        path = f"/{name}/{{p}}" if name == "path" else f"/{name}"
        found[path] = {"post": {**definition, "operationId": name}}
    return found


@pytest.mark.parametrize(
    "language", ["curl", "python", pytest.param("typescript", marks=needs_javascript)]
)
def test_values_arrive_as_they_are(language: str, tmp_path: Path) -> None:
    """Texts with quotes, line breaks and the words of shells; names that JavaScript takes apart;
    JSON that the document writes as a text; keys that are parameters, too."""
    contract = echo_contract(paths(), {"securitySchemes": SCHEMES})
    with serving(echo_app(contract)) as url, httpx.Client(base_url=url) as http:
        codes = {}
        for each in contract.operations:
            samples = code_samples(Call(each, example_arguments(each)), f"{url}/_ns/{each.id}", "k")
            codes[each.id] = {sample.id: sample.code for sample in samples}[language]
        run = {"curl": run_shell, "typescript": run_node}.get(language)
        assert (run(codes, tmp_path) if run else run_python(codes)) == {}
        for name, (_, expected) in CASES.items():
            (exchange,) = http.get(f"/_ns/{name}/_understudy/requests").json()["requests"]
            assert exchange["response"]["status"] == 200, (
                name,
                exchange["response"]["body"],
                codes[name],
            )
            arguments = exchange["response"]["body"]
            if name == "multipart":
                assert arguments["body"].pop("f"), arguments
            assert arguments == expected, codes[name]


#: The same, with numbers that all languages have.
EXACT = {**NAMES, "class": [True, None, -1.5e300, 2**53]}

FRAMES = {
    "python": """
import json, pathlib
class Client:
    thing = property(lambda self: self)
    def add(self, *given, **named):
        pathlib.Path("{url}").write_text(json.dumps([*given, named]))
client = Client()
{call}
""",
    "typescript": """
import { writeFileSync } from "node:fs";
const client = { thing: { add: (...given) => writeFileSync("{url}", JSON.stringify(given)) } };
{call};
""",
    "go": """
package main
import ("context"; "encoding/json"; "os")
type Request struct { Named map[string]interface{} }
type thing struct {}
func (thing) Add(_ context.Context, given ...interface{}) {
    text, _ := json.Marshal(given)
    os.WriteFile("{url}", text, 0600)
}
type clients struct { Thing thing }
func main() {
    client := clients{}
    {call}
}
""",
}


def client_contract() -> Contract:
    """Return the contract of an API with clients whose methods write what they are given."""
    named = {"type": "object", "properties": {"some_name": {"type": "string"}, "rest": {}}}
    value = {"some_name": TEXT, "rest": EXACT}
    definition = body("application/json", value, named)
    definition["parameters"] = [text("path", "p", TEXT)]
    methods = {"python": "thing.add", "typescript": "thing.add"}
    go = {"method": "Thing.Add", "call": "client.Thing.Add(context.Background(), {p}, {body})"}
    definition["x-sdk"] = {**methods, "go": go}
    contract = echo_contract({"/x/{p}": {"post": definition}})
    contract.document["x-understudy-clients"] = [
        {"language": language, "code": "-", "sample": {"frame": frame.strip()}}
        for language, frame in FRAMES.items()
    ]
    return contract


def given(language: str, tmp_path: Path) -> Any:
    """Return what the client of a language is given by the sample."""
    output = tmp_path / "given.json"
    contract = client_contract()
    contract.path_prefix = ""
    (only,) = contract.operations
    samples = code_samples(Call(only, example_arguments(only)), str(output), "k")
    code = {sample.id: sample.code for sample in samples}[f"client-{language}"]
    if language == "python":
        assert run_python({"sample": code}) == {}
    else:
        run = run_node if language == "typescript" else run_go
        assert run({"sample": code}, tmp_path) == {}
    return json.loads(output.read_text())


def test_python_client_is_given_the_values(tmp_path: Path) -> None:
    """The path parameter, and the fields as keywords."""
    assert given("python", tmp_path) == [TEXT, {"some_name": TEXT, "rest": EXACT}]


@needs_javascript
def test_typescript_client_is_given_the_values(tmp_path: Path) -> None:
    """Fields that the schema names are in camelCase, others as they are."""
    assert given("typescript", tmp_path) == [TEXT, {"someName": TEXT, "rest": EXACT}]


@pytest.mark.skipif(shutil.which("go") is None, reason="go is not installed")
def test_go_client_is_given_the_values(tmp_path: Path) -> None:
    """A call that the document writes has the values in the places of their names."""
    assert given("go", tmp_path) == [TEXT, {"some_name": TEXT, "rest": EXACT}]
