"""JSON paths (RFC 9535) by the library python-jsonpath, with bounded work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jsonpath import JSONPath, JSONPathEnvironment, JSONPathError, JSONPathMatch
from jsonpath.filter import BaseExpression, FilterQuery
from jsonpath.selectors import Filter

from understudy.http.json_codec import ABSENT
from understudy.runtime.plans.patterns.mismatch import Steps, TooManySteps

_LONGEST = 500
_EXAMPLE = "a JSON path (RFC 9535) such as $.messages[*].role"
#: Steps that a node is worth.
_NODE = 10


class _Environment(JSONPathEnvironment):
    """RFC 9535 without regular expressions, which might take long; `$regex` has them."""

    def setup_function_extensions(self) -> None:
        super().setup_function_extensions()
        for name in ("match", "search"):
            del self.function_extensions[name]


class _Node(JSONPathMatch):
    """A node that counts the nodes which are made from it."""

    __slots__ = ()

    def new_child(self, obj: object, key: int | str) -> JSONPathMatch:
        steps: Steps = self.filter_context()["steps"]
        steps.take(_NODE)
        return super().new_child(obj, key)


class JSONPathQuery:
    """A JSON path. Raises ValueError if it is none, or if its filters could take long."""

    __slots__ = ("_query",)

    def __init__(self, path: str) -> None:
        if len(path) > _LONGEST:
            raise ValueError(f"has more than {_LONGEST} characters, which a JSON path may not have")
        if not path.startswith("$"):
            raise ValueError(f"is not {_EXAMPLE}: it does not begin with $")
        try:
            query = _Environment(strict=True).compile(path)
        except (JSONPathError, RecursionError) as error:
            reason = str(error).partition("\n")[0]
            raise ValueError(f"is not {_EXAMPLE}: {reason}") from None
        if not isinstance(query, JSONPath):
            raise ValueError("is several JSON paths; give each one by itself")
        for selector in (s for segment in query.segments for s in segment.selectors):
            if isinstance(selector, Filter):
                _check_filter(selector.expression)
        self._query = query

    def values(self, body: Any, steps: Steps) -> Iterator[Any]:
        """Yield the values that the path leads to. Raises TooManySteps."""
        if not isinstance(body, dict | list):
            if not self._query.segments and body is not ABSENT:
                yield body
            return
        context = {"steps": steps}
        nodes: Any = [
            _Node(filter_context=context, obj=body, parent=None, path="$", parts=(), root=body)
        ]
        for segment in self._query.segments:
            nodes = segment.resolve(nodes)
        try:
            yield from (node.obj for node in nodes)
        except (JSONPathError, RecursionError):  # the body is deeper than paths go down
            raise TooManySteps from None


def _check_filter(expression: BaseExpression) -> None:
    """Refuse queries that lead to many values, because they run for each of many. Raises
    ValueError."""
    if isinstance(expression, FilterQuery) and not expression.path.singular_query():
        raise ValueError(
            f"has the filter {expression}, which may lead to several values: in a filter, write "
            "names and indexes only, such as @.role or @.parts[0].text"
        )
    for child in expression.children():
        _check_filter(child)
