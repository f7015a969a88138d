"""Bodies with expressions, `{$request.body#/id}`, which get their values from a request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from understudy.errors import Violation
from understudy.http.messages import Response
from understudy.http.router import parameter_names
from understudy.http.runtime_expressions import (
    ExpressionValues,
    Message,
    evaluate,
    expressions,
    filled,
)
from understudy.openapi.document import escape
from understudy.openapi.operation import Operation
from understudy.serving.middleware.callbacks import expression_values
from understudy.serving.request_context import RequestContext

_NO_VALUES = ExpressionValues("", "", 0, Message(), Message())
_NO_RESPONSE = Response(0, b"")


def filled_body(body: Any, context: RequestContext) -> Any:
    """Return a body of JSON with the values of its expressions for a request; the body itself is
    changed. Raises ValueError if an expression has no value."""
    assert context.operation is not None
    values = expression_values(context.operation, context, _NO_RESPONSE, "http")
    return _with_texts(body, lambda text: filled(text, values))


def _with_texts(body: Any, changed: Callable[[str], Any]) -> Any:
    root = [body]
    pending: list[Any] = [root]
    while pending:  # without recursion, because clients choose the depth
        part = pending.pop()
        for key, child in [*(part.items() if isinstance(part, dict) else enumerate(part))]:
            if isinstance(child, str):
                part[key] = changed(child)
            elif isinstance(child, dict | list):
                pending.append(child)
    return root[0]


def has_expressions(body: Any) -> bool:
    """Return whether a text of a body has an expression."""
    return any(expressions(text) for _, text in _texts(body, ""))


def template_violations(body: Any, operation: Operation | None, at: str) -> Iterator[Violation]:
    """Yield the expressions of a body that have no value in any request for an operation; `at` is
    the JSON pointer to the body."""
    for place, text in _texts(body, at):
        for expression in expressions(text):
            message = _fault(expression, operation)
            if message:
                yield Violation("body", place, message)


def _texts(body: Any, at: str) -> Iterator[tuple[str, str]]:
    pending = [(at, body)]
    while pending:
        place, part = pending.pop()
        if isinstance(part, str):
            yield place, part
        elif isinstance(part, dict | list):
            children = part.items() if isinstance(part, dict) else enumerate(part)
            pending += [(f"{place}/{escape(key)}", child) for key, child in children]


def _fault(expression: str, operation: Operation | None) -> str:
    """Return what is wrong with an expression; empty if nothing is."""
    try:
        evaluate(expression, _NO_VALUES)
    except ValueError as error:
        return f"{error}; those are such as $request.body#/id, $request.path.id, $request.query.q"
    if expression.startswith(("$response", "$statusCode")):
        return f"{expression} has no value: there is no response yet"
    names = parameter_names(operation.path) if operation is not None else ()
    name = expression.removeprefix("$request.path.")
    if operation is not None and name != expression and name not in names:
        known = ", ".join(names) or "none"
        return f"the path of {operation.id} has no parameter {name!r}; its parameters: {known}"
    return ""
