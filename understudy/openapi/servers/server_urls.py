"""The servers that a document declares, and the paths below which its operations are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product
from typing import Any
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

#: The base paths that are served for one list of servers; variables may stand for many.
MOST_BASE_PATHS = 100


#: A variable that `variables` does not have.
_UNDECLARED = re.compile(r"\{([^{}]*)\}")


def base_paths(servers: Iterable[Any]) -> tuple[str, ...]:
    """Return the paths of the URLs of `servers`, each once, the first server's first.

    A path begins with a slash and does not end with one; it is "" for the root. A variable stands
    for its default, then for the other values of its `enum`; one that is not declared, for its
    name.
    """
    urls = (url for server in servers for url in server_urls(server))
    paths = (_UNDECLARED.sub(r"\1", unquote(_parts(url).path)) for url in urls)
    base_paths = (urljoin("/", path).rstrip("/") for path in paths)
    return tuple(islice(dict.fromkeys(base_paths), MOST_BASE_PATHS)) or ("",)


def host_names(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the host names in the URLs of all servers of a document, in lower case."""
    return filter(None, (_parts(url).hostname for url in declared_urls(document)))


def declared_urls(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the URLs of all servers of a document: its own, of paths and of operations."""
    items = [item for item in document.get("paths", {}).values() if isinstance(item, dict)]
    operations = [value for item in items for value in item.values() if isinstance(value, dict)]
    for part in (document, *items, *operations):
        servers = part.get("servers")
        for server in servers if isinstance(servers, list) else ():
            yield from server_urls(server)


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:  # brackets without an IPv6 address
        return urlsplit("")


def server_urls(server: Any) -> Iterator[str]:
    """Yield the URLs of a server, with the values of its variables in their places: the one of
    the defaults first."""
    if not isinstance(server, dict):
        return
    template = str(server.get("url", "/"))
    variables = server.get("variables")
    used = {
        name: _values(variable)
        for name, variable in (variables if isinstance(variables, dict) else {}).items()
        if "{" + name + "}" in template
    }
    for values in islice(product(*used.values()), MOST_BASE_PATHS):
        url = template
        for name, value in zip(used, values, strict=True):
            url = url.replace("{" + name + "}", value)
        yield url


def _values(variable: Any) -> list[str]:
    definition = variable if isinstance(variable, dict) else {}
    allowed = definition.get("enum")
    values = [definition["default"]] if "default" in definition else []
    values += allowed if isinstance(allowed, list) else ()
    return list(dict.fromkeys(map(str, values))) or [""]
