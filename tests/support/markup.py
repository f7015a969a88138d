"""Markup planted in every text of a document, and what a page must not make of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

#: The address of a script, which no page may link.
SCRIPT_URL = "javascript:window.planted='url'//"

#: Elements, attributes, links and references by which a text could become more than text. It has
#: no character that paths and templates of OpenAPI read: `#`, `?`, braces.
MARKUP = (
    "<planted-mark onclick=window.planted='mark'><img src=x onerror=window.planted='img'>"
    '"><script>window.planted="script"</script>'
    "' onmouseover='window.planted=1' x='</textarea></title><svg/onload=window.planted='svg'>"
    f" [a]({SCRIPT_URL}) [b](JaVaScRiPt&colon;window.planted=2) <{SCRIPT_URL}>"
    ' ![c](x"onerror=window.planted=3) [d](data:text/html,<script>) &lt;planted-mark&gt;'
)

#: Returns what on a page comes from a planted text; nothing, where all of them are escaped.
INJECTED = """() => {
  const found = window.planted === undefined ? [] : [`a script ran: ${window.planted}`];
  const foreign = "planted-mark, img, iframe, object, embed, base, meta[http-equiv=refresh], "
    + "style, script:not([src]):not([type='application/json']), svg[onload]";
  for (const element of document.querySelectorAll("*")) {
    const wrong = [...element.attributes].filter(({ name, value }) => /^on/i.test(name)
      || /^(href|src|action|formaction|data|xlink:href)$/i.test(name)
        && /^\\s*(javascript|vbscript|data:text)/i.test(value));
    if (wrong.length || element.matches(foreign)) found.push(element.outerHTML.slice(0, 200));
  }
  return found;
}"""

#: Fields whose keys are names that the author chose.
_NAMED = frozenset(
    (
        *("webhooks", "schemas", "responses", "parameters", "examples", "requestBodies", "headers"),
        *("securitySchemes", "links", "callbacks", "pathItems", "properties", "$defs", "sources"),
        *("definitions", "securityDefinitions", "variables", "scopes", "mapping", "x-sdk"),
        *("dependentRequired", "dependentSchemas", "content"),
    )
)
#: Fields with words of the specification, or in another syntax: without them nothing is shown.
_SYNTAX = frozenset(
    (
        *("openapi", "swagger", "$schema", "jsonSchemaDialect", "$id", "$anchor", "in", "type"),
        *("style", "collectionFormat", "flow", "host", "basePath", "schemes", "consumes"),
        *("produces", "pattern", "kind"),
    )
)
#: Fields with values of any form.
_VALUES = frozenset(("example", "default", "const", "enum", "value", "x-anything"))
#: Fields with addresses, which a page might link.
_ADDRESSES = frozenset(
    ("termsOfService", "authorizationUrl", "tokenUrl", "refreshUrl", "openIdConnectUrl", "url")
)
#: Names that the specification gives to responses.
_STATUS = re.compile(r"[1-5](\d\d|XX)|default")


def plant(node: Any) -> Any:
    """Return an OpenAPI document with markup in all its texts: values, and names that its author
    chose, in references too. Addresses become scripts, but those of servers."""
    if isinstance(node, list):
        return [plant(each) for each in node]
    if not isinstance(node, dict):
        return planted(node)
    fields = {key: _field(key, value) for key, value in node.items()}
    if node.get("in") == "path":  # its name stands in the path, too
        fields["name"] = node["name"]
    return fields


def planted(value: Any) -> Any:
    """Return a value with markup in all its texts and keys."""
    if isinstance(value, dict):
        return {planted(key): planted(each) for key, each in value.items()}
    if isinstance(value, list):
        return [planted(each) for each in value]
    return f"{value} {MARKUP}" if isinstance(value, str) else value


def _field(key: str, value: Any) -> Any:
    special: dict[str, Callable[[Any], Any]] = {
        "paths": _paths,
        "security": planted,
        "servers": _servers,
        "$ref": _reference,
    }
    if key in special:
        return special[key](value)
    if key in _ADDRESSES:
        return SCRIPT_URL + MARKUP
    if key in _VALUES:
        return planted(value)
    if key in _NAMED and isinstance(value, dict):
        return _named(key, value)
    return value if key in _SYNTAX else plant(value)


def _named(field: str, value: dict[str, Any]) -> dict[str, Any]:
    """Return a map with markup in its names. A media type also stays as it is: else no body of it
    could be shown."""
    if field == "mapping":
        return {planted(name): _reference(each) for name, each in value.items()}
    kept = {name: plant(each) for name, each in value.items()} if field == "content" else {}
    names = {n: n if field == "responses" and _STATUS.fullmatch(n) else planted(n) for n in value}
    return kept | {names[name]: plant(each) for name, each in value.items()}


def _paths(paths: dict[str, Any]) -> dict[str, Any]:
    return {f"{path}/{MARKUP}": plant(item) for path, item in paths.items()}


def _servers(servers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**plant(server), "url": f"{server['url']}/{MARKUP}"} for server in servers]


def _reference(reference: str) -> str:
    pointer = planted("").replace("~", "~0").replace("/", "~1")
    return reference + quote(pointer) if reference.startswith("#/") else planted(reference)
