"""The handler of an operation that has none."""

from __future__ import annotations

from typing import Any

from understudy.errors import Problem, Violation
from understudy.http.messages import DocumentedValue
from understudy.openapi.examples.example_response import media_type_example
from understudy.openapi.operation import MediaType, Operation
from understudy.runtime.world import World


class ExampleHandler:
    """Answers an operation's success by the document: its first example, or a value made by the
    schema, always the same."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self._values: dict[str, Any] = {}
        self._result = DocumentedValue(self._value_for), operation.success
        self._is_declared = operation.response(operation.success) is not None

    def __call__(self, world: World, /, **arguments: Any) -> tuple[DocumentedValue, int]:
        """The value and the status. Raises Problem 501 if the operation declares no response."""
        if not self._is_declared:
            raise _no_response(self._operation)
        return self._result

    def _value_for(self, media: MediaType) -> Any:
        if media.name not in self._values:
            self._values[media.name] = media_type_example(self._operation, media)
        return self._values[media.name]


def _no_response(operation: Operation) -> Problem:
    message = f"{operation.id} declares no response that can be sent; give it one, such as 200"
    violation = Violation("response", "", message, f"{operation.place}/responses")
    return Problem(501, message, code="NOT_IMPLEMENTED", violations=(violation,))
