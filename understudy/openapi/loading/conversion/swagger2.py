"""Converts Swagger 2.0 documents to OpenAPI 3.0."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from understudy.openapi.document import Document
from understudy.openapi.structure import METHODS, walk

_URLENCODED, _MULTIPART = _FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_JSON, _ANY = "application/json", "*/*"
#: The fields of a document that mean the same in both.
_SAME = frozenset(["info", "tags", "externalDocs", "security"])
_REFERENCES = {
    "#/definitions/": "#/components/schemas/",
    "#/parameters/": "#/components/parameters/",
    "#/responses/": "#/components/responses/",
}
#: The fields of a parameter, a header or items that are keywords of its schema in 3.0.
_KEYWORDS = frozenset(
    [
        *("type", "format", "items", "default", "maximum", "exclusiveMaximum", "minimum", "enum"),
        *("exclusiveMinimum", "maxLength", "minLength", "pattern", "maxItems", "minItems"),
        *("uniqueItems", "multipleOf"),
    ]
)
#: `tsv` has no equal in OpenAPI 3; neither have the others in paths and headers.
_STYLES: dict[str, dict[str, Any]] = {
    "csv": {"explode": False},
    "ssv": {"style": "spaceDelimited", "explode": False},
    "tsv": {"style": "tabDelimited", "explode": False},
    "pipes": {"style": "pipeDelimited", "explode": False},
    "multi": {"explode": True},
}
_FLOWS = {"application": "clientCredentials", "accessCode": "authorizationCode"}


def converted(document: Document) -> Document:
    """Return a copy of a Swagger 2.0 document in OpenAPI 3.0.

    Its references must be local. What has not the JSON type that its place needs is left as it is,
    or left out.
    """
    return _Conversion(copy.deepcopy(dict(document))).document()


def pointer_in_source(pointer: str) -> str:
    """Return the JSON pointer in a Swagger 2.0 document to what a pointer into the converted
    document means, for components; others stay as they are."""
    for old, new in _REFERENCES.items():
        if pointer.startswith(new):
            return old + pointer.removeprefix(new)
    return pointer.replace("#/components/securitySchemes/", "#/securityDefinitions/")


class _Conversion:
    def __init__(self, source: Document) -> None:
        self._source = source
        #: The shared parameters that are (parts of) bodies, by their references.
        self._body_parameters: dict[str, dict[str, Any]] = {}

    def document(self) -> Document:
        source = self._source
        for part in walk(source, is_version_2=True):
            if part.kind == "schema" and isinstance(part.node, dict):
                _convert_schema(part.node)
        components = {
            "schemas": source.get("definitions"),
            "parameters": self._shared_parameters(),
            "responses": {
                name: self._response(response, source.get("produces"))
                for name, response in _objects(source.get("responses")).items()
            },
            "securitySchemes": {
                name: _security_scheme(scheme)
                for name, scheme in _objects(source.get("securityDefinitions")).items()
            },
        }
        document = {
            "openapi": "3.0.4",
            **{k: v for k, v in source.items() if k in _SAME or k.startswith("x-")},
            "servers": list(_servers(source)),
            "paths": {
                path: self._path_item(item) if isinstance(item, dict) else item
                for path, item in _values(source.get("paths")).items()
            },
            "components": {key: value for key, value in components.items() if value},
        }
        _repoint(document)
        return document

    def _shared_parameters(self) -> dict[str, Any]:
        parameters = {}
        for name, parameter in _objects(self._source.get("parameters")).items():
            if parameter.get("in") in ("body", "formData"):
                self._body_parameters[f"#/parameters/{name}"] = parameter
            else:
                parameters[name] = _parameter(parameter)
        return parameters

    def _path_item(self, source: dict[str, Any]) -> dict[str, Any]:
        shared, body_parts = self._split(source.get("parameters"))
        item = {
            key: self._operation(part, body_parts)
            if key in METHODS and isinstance(part, dict)
            else part
            for key, part in source.items()
            if key != "parameters"
        }
        return {**item, "parameters": shared} if shared else item

    def _split(self, parameters: Any) -> tuple[list[Any], list[dict[str, Any]]]:
        """Return the parameters that remain parameters, and those that are (parts of) a body."""
        remaining, body_parts = [], []
        for parameter in parameters if isinstance(parameters, list) else ():
            if not isinstance(parameter, dict):
                remaining.append(parameter)
                continue
            shared = self._body_parameters.get(str(parameter.get("$ref")))
            if shared is not None or parameter.get("in") in ("body", "formData"):
                body_parts.append(shared or parameter)
            else:
                remaining.append(_parameter(parameter))
        return remaining, body_parts

    def _operation(self, source: dict[str, Any], shared: list[dict[str, Any]]) -> dict[str, Any]:
        dropped = ("consumes", "produces", "schemes", "parameters", "responses")
        operation = {key: value for key, value in source.items() if key not in dropped}
        parameters, body_parts = self._split(source.get("parameters"))
        if parameters:
            operation["parameters"] = parameters
        names = [part.get("name") for part in body_parts]  # perhaps no texts
        body_parts += [part for part in shared if part.get("name") not in names]
        if body_parts:
            consumes = source.get("consumes", self._source.get("consumes"))
            operation["requestBody"] = _request_body(body_parts, _texts(consumes))
        produces = source.get("produces", self._source.get("produces"))
        if "responses" in source:
            operation["responses"] = {
                status: response if status.startswith("x-") else self._response(response, produces)
                for status, response in _values(source["responses"]).items()
            }
        if isinstance(source.get("schemes"), list):
            operation["servers"] = list(_servers({**self._source, "schemes": source["schemes"]}))
        return operation

    def _response(self, source: Any, produces: Any) -> Any:
        if not isinstance(source, dict) or "$ref" in source:
            return source
        response = {k: v for k, v in source.items() if k not in ("schema", "examples", "headers")}
        response.setdefault("description", "")
        headers = {name: _header(h) for name, h in _objects(source.get("headers")).items()}
        if headers:
            response["headers"] = headers
        schema, examples = source.get("schema"), _values(source.get("examples"))
        if schema is None and not examples:
            return response
        named = [kind for kind in examples if "/" in kind and kind != _ANY]
        media_types = list(dict.fromkeys([*_texts(produces), *named])) or [_JSON]
        general = {"example": examples[_ANY]} if _ANY in examples else {}
        response["content"] = {
            kind: {
                **({} if schema is None else {"schema": copy.deepcopy(schema)}),
                **({"example": examples[kind]} if kind in examples else general),
            }
            for kind in media_types
        }
        return response


def _parameter(source: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in source:
        return source
    dropped = (*_KEYWORDS, "collectionFormat", "x-example", "x-nullable")
    parameter = {key: value for key, value in source.items() if key not in dropped}
    if "type" in source:
        parameter["schema"] = _schema_of(source)
    if "x-example" in source:
        parameter["example"] = source["x-example"]
    if source.get("type") == "array":
        style = _STYLES.get(str(source.get("collectionFormat", "csv")), {})
        if source.get("in") == "query" or "style" in style:
            parameter |= style
    return parameter


def _header(source: dict[str, Any]) -> dict[str, Any]:
    kept = {k: v for k, v in source.items() if k == "description" or k.startswith("x-")}
    return {**kept, "schema": _schema_of(source)}


def _request_body(parts: list[dict[str, Any]], consumes: list[str]) -> dict[str, Any]:
    whole = next((part for part in parts if part.get("in") == "body"), None)
    if whole is None:
        return _form(parts, consumes)
    media = {"schema": whole.get("schema", {})}
    media_types = [kind for kind in consumes if kind not in _FORMS] or consumes or [_JSON]
    kept = {k: v for k, v in whole.items() if k == "description" or k.startswith("x-")}
    if "name" in whole:
        kept["x-body-name"] = whole["name"]
    return {
        **kept,
        "required": bool(whole.get("required")),
        "content": {kind: copy.deepcopy(media) for kind in media_types},
    }


def _form(parts: list[dict[str, Any]], consumes: list[str]) -> dict[str, Any]:
    properties, encoding = {}, {}
    for part in parts:
        name = str(part.get("name"))
        properties[name] = _schema_of(part)
        if "description" in part:
            properties[name]["description"] = part["description"]
        if part.get("allowEmptyValue") is False and part.get("type") == "string":
            properties[name].setdefault("minLength", 1)
        if part.get("type") == "array":
            style = _STYLES.get(str(part.get("collectionFormat", "csv")), {})
            encoding[name] = {"style": "form", **style}
    required = [str(part.get("name")) for part in parts if part.get("required") is True]
    media: dict[str, Any] = {"schema": {"type": "object", "properties": properties}}
    if required:
        media["schema"]["required"] = required
    if encoding:
        media["encoding"] = encoding
    has_file = any(part.get("type") == "file" for part in parts)
    media_types = [kind for kind in consumes if kind in _FORMS]
    if has_file:
        media_types = [_MULTIPART]
    return {
        "required": bool(required),
        "content": {kind: copy.deepcopy(media) for kind in media_types or [_URLENCODED]},
    }


def _schema_of(source: dict[str, Any]) -> dict[str, Any]:
    """Return the schema that a parameter, a header or items are themselves in 2.0."""
    schema = {key: copy.deepcopy(source[key]) for key in source if key in _KEYWORDS}
    if isinstance(schema.get("items"), dict):
        schema["items"] = _schema_of(schema["items"])
    if "x-nullable" in source:
        schema["x-nullable"] = source["x-nullable"]
    _convert_schema(schema)
    return schema


def _convert_schema(schema: dict[str, Any]) -> None:
    if schema.pop("x-nullable", None) is True:
        schema["nullable"] = True
    if schema.get("type") == "file":
        schema.update(type="string", format="binary")
    if isinstance(schema.get("discriminator"), str):
        schema["discriminator"] = {"propertyName": schema["discriminator"]}
    if "x-example" in schema:
        schema.setdefault("example", schema["x-example"])


def _security_scheme(source: dict[str, Any]) -> dict[str, Any]:
    kept = {k: v for k, v in source.items() if k == "description" or k.startswith("x-")}
    if source.get("type") == "basic":
        return {**kept, "type": "http", "scheme": "basic"}
    if source.get("type") != "oauth2":
        return source
    urls: dict[str, Any] = {k: source[k] for k in ("authorizationUrl", "tokenUrl") if k in source}
    flow = str(source.get("flow"))
    flows = {_FLOWS.get(flow, flow): {**urls, "scopes": _values(source.get("scopes"))}}
    return {**kept, "type": "oauth2", "flows": flows}


def _servers(source: dict[str, Any]) -> Iterator[dict[str, str]]:
    path = source.get("basePath")
    path = path if isinstance(path, str) and path else "/"
    path = path if path.startswith("/") else f"/{path}"
    host = source.get("host")
    if not isinstance(host, str) or not host:
        yield {"url": path}
        return
    for scheme in _texts(source.get("schemes")) or ["https"]:
        yield {"url": f"{scheme}://{host}{path}"}


def _repoint(document: Document) -> None:
    for part in walk(document):
        ref = part.node.get("$ref") if isinstance(part.node, dict) else None
        if isinstance(ref, str):
            part.node["$ref"] = _moved_reference(ref)
        discriminator = part.node.get("discriminator") if isinstance(part.node, dict) else None
        mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
        if part.kind == "schema" and isinstance(mapping, dict):
            for name, target in mapping.items():
                mapping[name] = _moved_reference(target) if isinstance(target, str) else target


def _moved_reference(ref: str) -> str:
    for old, new in _REFERENCES.items():
        if ref.startswith(old):
            return new + ref.removeprefix(old)
    return ref


def _values(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> dict[str, dict[str, Any]]:
    return {key: each for key, each in _values(value).items() if isinstance(each, dict)}


def _texts(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
