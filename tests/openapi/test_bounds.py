"""No document takes the server down: what costs too much is left out, or refused, and told."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.documents import document, operation
from tests.support.server import Server, running
from tests.support.timeouts import TIMEOUT
from understudy.openapi.loading.loader import load
from understudy.openapi.loading.yaml_reader import ReaderError, read_text

#: Seconds of the processor: what takes longer grows faster than the document.
MOST_SECONDS = 20
MOST_MEGABYTES = 600


def ref(name: str) -> dict[str, Any]:
    """Return a reference to a shared schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def levels(name: str, count: int, make: Any) -> dict[str, Any]:
    """Return shared schemas, each of which `make` makes of a reference to the next."""
    made = {f"{name}{n}": make(ref(f"{name}{n + 1}")) for n in range(count)}
    return {**made, f"{name}{count}": {"type": "string"}}


def both(inner: Any) -> dict[str, Any]:
    """Return the schema of an object that requires two properties."""
    return {"type": "object", "required": ["a", "b"], "properties": {"a": inner, "b": inner}}


SHARED = {
    **levels("all", 40, lambda inner: {"allOf": [inner, inner]}),
    **levels("any", 40, lambda inner: {"anyOf": [inner, inner]}),
    **levels("one", 40, lambda inner: {"oneOf": [inner, inner]}),
    **levels(
        "deep", 40, lambda inner: {"allOf": [{"properties": {"a": inner}}] * 2, "type": "object"}
    ),
    **levels("tree", 24, both),
    **levels("chain", 2000, lambda inner: inner),
    **levels("nested", 2000, lambda inner: {"allOf": [inner]}),
    **levels("line", 2000, lambda inner: {"required": ["a"], "properties": {"a": inner}}),
    **levels(
        "quoted",
        40,
        lambda inner: {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": inner,
        },
    ),
    "map": {"type": "object", "minProperties": 2, "additionalProperties": ref("map")},
}
SCHEMAS: dict[str, Any] = {
    "many items": {"type": "array", "minItems": 10**9},
    "a long text": {"type": "string", "minLength": 10**9},
    "many properties": {"minProperties": 10**9},
    "many contained": {"type": "array", "contains": {}, "minContains": 10**9},
    "a huge multiple": {"type": "number", "multipleOf": 1e-300, "minimum": 1e300},
    "a long e-mail address": {"type": "string", "format": "email", "minLength": 500_000},
    "a huge constant": {"type": "array", "minItems": 9000, "items": {"const": ["x" * 5000]}},
    "a huge enum": {"type": "array", "minItems": 9000, "items": {"enum": ["x" * 50_000]}},
    "long names": {
        "type": "array",
        "minItems": 5000,
        "items": {"type": "object", "required": ["k" * 5000]},
    },
    "lists in common": {
        "allOf": [{"enum": [f"{c}{n}" for n in range(9000)]} for c in ("v", "w")],
    },
    "no option": {
        "allOf": [
            {"anyOf": [{"properties": {"a": {"const": [n, m]}}, "required": ["a"]} for m in "xyz"]}
            for n in range(40)
        ]
    },
    "a large pattern": {"type": "string", "pattern": "((a{100}){100}){100}"},
    "a slow pattern": {"type": "string", "pattern": "^(a+)+$"},
    "a repeat": {"type": "string", "pattern": "^[0-9a-f]{128}$"},
    "itself in itself": ref("map"),
    "a tree": ref("tree0"),
    "texts in texts": ref("quoted0"),
    **{f"{n} that doubles": ref(f"{n}0") for n in ("all", "any", "one", "deep")},
    **{f"a long {name}": ref(f"{name}0") for name in ("chain", "nested", "line")},
}


def path_of(name: str) -> str:
    """Return the path of the operations with a schema."""
    return f"/{name.replace(' ', '-')}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of a document with all these schemas."""
    paths = {}
    for name, schema in SCHEMAS.items():
        content = {"application/json": {"schema": schema}}
        body = {"requestBody": {"content": content}}
        paths[path_of(name)] = {"get": operation(content), "post": operation(**body)}
    spec = document(paths, components={"schemas": SHARED})
    file = tmp_path_factory.mktemp("bounds") / "api.json"
    file.write_text(json.dumps(spec))
    with running(str(file)) as server:
        yield server
        status = Path(f"/proc/{server.process.pid}/status").read_text()
        peak = re.search(r"VmHWM:\s+(\d+)", status)
        assert peak
        assert int(peak[1]) < MOST_MEGABYTES * 1024


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_is_answered(server: Server, name: str) -> None:
    """With a value, or with 501; bodies are accepted or refused."""
    value: Any = "a" * 1_000_000 + "!"
    nested: Any = "a"
    for _ in range(40):
        nested = {"a": nested}
    with httpx.Client(base_url=server.url, timeout=TIMEOUT) as http:
        assert http.get(path_of(name)).status_code in (200, 501)
        dynamic = http.get(path_of(name), headers={"Prefer": "dynamic=true"})
        assert dynamic.status_code in (200, 501)
        for body in (value, nested):
            assert http.post(path_of(name), json=body).status_code in (200, 400)


def test_left_out_schemas_are_told(tmp_path: Path) -> None:
    """Each is a problem of the schema that is the first to be too much."""
    file = tmp_path / "api.json"
    names = ("all", "any", "one", "deep", "chain", "nested")
    content = {"application/json": {"schema": {"anyOf": [ref(f"{name}0") for name in names]}}}
    spec = document({"/a": {"get": operation(content)}}, components={"schemas": SHARED})
    file.write_text(json.dumps(spec))
    told = [problem for problem in load(file).problems if problem.pointer.startswith("#/comp")]
    assert all(problem.message.endswith("any value is allowed") for problem in told)
    assert {re.sub("[0-9]", "", problem.pointer.split("/")[3]) for problem in told} == set(names)


def test_combined_schemas_are_kept(tmp_path: Path) -> None:
    """A thousand alternatives in each of five levels, and long chains, are applied."""
    many: dict[str, Any] = {"type": "string"}
    for level in range(5):
        many = {"oneOf": [*({"const": [level, n]} for n in range(999)), many]}
    shared = levels("chain", 90, lambda inner: inner)
    content = {"application/json": {"schema": {"anyOf": [many, ref("chain0")]}}}
    file = tmp_path / "api.json"
    file.write_text(
        json.dumps(document({"/a": {"get": operation(content)}}, components={"schemas": shared}))
    )
    assert load(file).problems == ()


@pytest.mark.parametrize(
    "text",
    [
        "a: &a " + "x" * 100_000 + "\nb: [" + ", ".join(["*a"] * 1000) + "]",
        "a: &a {? " + "x" * 100_000 + " : 1}\nb: [" + ", ".join(["*a"] * 1000) + "]",
        "? &a " + "x" * 100_000 + "\n: 1\nb: [" + ", ".join(["*a"] * 1000) + "]",
        "a: &a {k: " + "x" * 100_000 + "}\nb:\n" + "- {<<: *a}\n" * 1000,
    ],
    ids=["texts", "keys", "anchored keys", "merges"],
)
def test_aliases_of_long_texts_are_bounded(text: str) -> None:
    """Each counts by its characters: the document would be written out a hundred megabytes long."""
    with pytest.raises(ReaderError, match="aliases stand for more than"):
        read_text(text)


def test_repeated_keys_take_linear_time() -> None:
    """Each is noted once."""
    text = json.dumps([f"k{n // 2}" for n in range(120_000)])[1:-1].replace(",", ":1,")
    started = time.process_time()
    read = read_text("{" + text + ":1}")
    assert time.process_time() - started < MOST_SECONDS
    assert len(read.notes) == 60_000


def test_references_to_one_schema_take_linear_time(tmp_path: Path) -> None:
    """A large schema is read once, however many references lead to it."""
    names = [f"p{n}" for n in range(5000)]
    shared = {"wide": {"properties": {name: {"type": "string"} for name in names}}}
    content = {"application/json": {"schema": {"properties": dict.fromkeys(names, ref("wide"))}}}
    file = tmp_path / "api.json"
    file.write_text(
        json.dumps(document({"/a": {"get": operation(content)}}, components={"schemas": shared}))
    )
    started = time.process_time()
    assert load(file).problems == ()
    assert time.process_time() - started < MOST_SECONDS
