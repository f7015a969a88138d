"""Documents that are allowed, or nearly, and that nobody expects."""

from __future__ import annotations

from typing import Any

from tests.support.documents import document, operation

JSON = "application/json"
ODD_PATHS = ("/{a}/{b}", "//", "/a b", "/日/{ü}")


def body(schema: Any) -> dict[str, Any]:
    """Return the content of a body in JSON."""
    return {JSON: {"schema": schema}}


def posting(schema: Any, **more: Any) -> dict[str, Any]:
    """Return a path item whose operation takes and returns a value."""
    post = operation(body(schema), requestBody={"content": body(schema)}, **more)
    return {"post": post}


def odd_documents() -> dict[str, dict[str, Any]]:
    """Return the documents by their names."""
    return {
        "webhooks": webhooks_only(),
        "callbacks": callbacks(),
        "empty": {"openapi": "3.1.0", "info": {"title": "E", "version": "1"}, "components": {}},
        "nothing": {"openapi": "3.0.3", "info": None, "paths": None},
        "names": odd_names(),
        "paths": document({path: {"get": operation()} for path in ODD_PATHS}),
        "schemas": odd_schemas(),
        "types": wrong_types(),
        "statuses": odd_statuses(),
        "swagger": swagger(),
        "blank": blank_names(),
    }


def webhooks_only() -> dict[str, Any]:
    """Return a document without paths; two of its webhooks differ in upper and lower case."""
    item = {"post": operation(requestBody={"content": body({"type": "object"})})}
    hooks = {"a/b ö": item, "A/B Ö": item, "paid": {"post": operation(), "put": operation()}}
    return {"openapi": "3.1.0", "info": {"title": "W", "version": "1"}, "webhooks": hooks}


def callbacks() -> dict[str, Any]:
    """Return a document with callbacks and a webhook, whose ids are alike."""
    delivery = {
        "signature": {"scheme": "standard-webhooks"},
        "attempts": ["PT0S", "PT5S", "PT2M"],
        "success": "2XX",
    }
    paid = operation(
        summary="It is paid",
        requestBody={
            "content": body({"type": "object", "properties": {"id": {"type": "integer"}}})
        },
        **{"x-understudy-delivery": delivery},
    )
    called = {
        "onPaid": {"{$request.body#/url}": {"post": paid}},
        "onPAID": {"http://127.0.0.1/{$url}": {"post": operation(), "get": operation()}},
    }
    return document(
        {"/orders": {"post": operation(operationId="order", callbacks=called)}},
        webhooks={"onPaid": {"post": operation(operationId="order-onPaid")}},
    )


def odd_names() -> dict[str, Any]:
    """Return a document with operationIds that file systems confuse, refuse or cannot hold, and a
    hundred tags."""
    names = ["getUser", "getuser", "GETUSER", "Rules", "versions", "con", "COM1", "..", " end."]
    names += ["a" * 300, "é", "日本語", "日本", "<b>", "aux.x"]
    links = "[a](#tag/x) `b` [c](../c) [d](/d) [e](//e.example)"
    paths: dict[str, Any] = {
        f"/{n}": {"get": operation(operationId=n, summary=links, description=f"- {links}")}
        for n in names
    }
    for number in range(100):
        many = operation(operationId=f"op{number}", tags=[f"Tag {number}"])
        paths[f"/t{number}"] = {"get": many}
    return document(paths)


def odd_schemas() -> dict[str, Any]:
    """Return a document with recursive, boolean, deep and huge schemas."""
    deep: dict[str, Any] = {"type": "string"}
    for number in range(80):
        deep = {"type": "object", "title": f"L{number}", "properties": {"in": deep}}
    ref = "#/components/schemas/"
    node = {"$ref": f"{ref}Node"}
    properties = {"child": node, "list": {"type": "array", "items": node}}
    schemas = {
        "Node": {"properties": {**properties, "map": {"additionalProperties": node}}},
        "A": {"allOf": [{"$ref": f"{ref}B"}]},
        "B": {"oneOf": [{"$ref": f"{ref}A"}, {"type": "null"}]},
        "Loop": {"$ref": f"{ref}Loop"},
        "Other": {"properties": {"x": {"not": {"$ref": f"{ref}Other"}}}},
    }
    several = {"type": ["string", "null", "integer"], "properties": {"x": True, "y": False}}
    paths = {
        "/deep": posting(deep),
        "/node": posting(node),
        "/itself-or-null": posting({"$ref": f"{ref}A"}),
        "/loop": posting({"$ref": f"{ref}Loop"}),
        "/other": posting({"not": {"$ref": f"{ref}Other"}}),
        "/true": posting(True),
        "/false": posting(False),
        "/several": posting(several),
        "/enum": posting({"enum": [f"value-{number}" for number in range(3000)]}),
    }
    return document(paths, components={"schemas": schemas})


def wrong_types() -> dict[str, Any]:
    """Return a document in which much is of another type than it should be."""
    extensions = ["sdk", "understudy-personas", "understudy-delivery"]
    extensions += ["understudy-requires-one-of", "understudy-deletes"]
    parameters = [{"name": 3, "in": "query"}, None, "x"]
    wrong: dict[str, Any] = {
        **{f"x-{name}": 3 for name in extensions},
        **{"summary": 5, "description": ["a"], "operationId": 7, "deprecated": "yes"},
        **{"tags": [1, {"a": 2}, None], "parameters": parameters, "callbacks": [1]},
        "responses": {"200": {"description": 3}, "default": None, "4XX": "x"},
    }
    sdk = operation(tags="users", **{"x-sdk": {"python": {"method": "a.b", "call": 7}, "x": []}})
    return {
        "openapi": "3.1.0",
        "info": {"title": ["x"], "version": 1.0, "description": {"a": 1}, "license": "MIT"},
        "tags": [1, {"name": 2, "description": [1]}, {"name": None}],
        "servers": "x",
        "paths": {"/x": {"get": wrong}, "/y": None, "/z": {"get": sdk}},
        "x-understudy-versions": [1],
        "x-understudy-clients": [
            {"language": "x", "code": "-", "sample": 5},
            {"language": "python", "code": "-", "sample": {"frame": 7, "lacks": 5, "types": 3}},
        ],
        "x-understudy-disagreements": "x",
        "x-understudy-path-prefixes": 3,
    }


def odd_statuses() -> dict[str, Any]:
    """Return a document with every kind of status, and some that are none."""
    statuses = ["100", "204", "418", "599", "2XX", "default", "abc", "<b>"]
    return document({"/x": {"get": {"responses": {s: {"description": "d"} for s in statuses}}}})


def swagger() -> dict[str, Any]:
    """Return a document of OpenAPI 2.0 with a form, files and a header."""
    form = [
        {"name": "f", "in": "formData", "type": "file"},
        {"name": "l", "in": "formData", "type": "array", "items": {"type": "string"}},
    ]
    response = {"description": "", "schema": {"$ref": "#/definitions/X"}}
    response |= {"examples": {JSON: {"a": 1}}, "headers": {"X-A": {"type": "integer"}}}
    post = {"consumes": ["multipart/form-data"], "parameters": form, "responses": {"200": response}}
    return {
        "swagger": "2.0",
        "info": {"title": "S", "version": "1"},
        "basePath": "/b",
        "paths": {"/p": {"post": post}},
        "definitions": {"X": {"type": "object", "properties": {"a": {"type": "integer"}}}},
    }


def blank_names() -> dict[str, Any]:
    """Return a document whose names are empty, or spaces."""
    schema = {"oneOf": [{"title": " ", "properties": {"": {"type": "string"}}}, {"title": ""}]}
    header = {" ": {"schema": {"type": "string"}}}
    response = {"description": "", "content": body(schema), "headers": header}
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "query", "schema": {}} for name in ("", " ")
    ]
    form: dict[str, Any] = {
        "application/x-www-form-urlencoded": {"schema": {"properties": {"": {}, " ": {}}}}
    }
    paths: dict[str, Any] = {
        f"/{number}": {
            "post": {
                **{"operationId": name, "summary": name, "tags": [name], "parameters": parameters},
                **{"requestBody": {"content": form}, "responses": {"200": response}},
                "callbacks": {name: {"http://127.0.0.1/": {"post": operation()}}},
            }
        }
        for number, name in enumerate(("", " "))
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": " ", "version": "", "license": {"name": " ", "url": "https://l.example"}},
        "tags": [{"name": ""}, {"name": " "}],
        "servers": [{"url": "/{}", "variables": {"": {"default": ""}}}, {"url": "/"}],
        "paths": paths,
        "webhooks": {"": {"post": operation(operationId=" ")}, " ": {"post": operation()}},
        "x-understudy-disagreements": [
            {"point": "", "operations": ["post_0"], "sources": {"": ""}, "standIn": {"all": ""}}
        ],
    }
