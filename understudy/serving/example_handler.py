"""The handler of an operation that has none."""

from __future__ import annotations

from typing import Any

from understudy.openapi.examples.example_response import example_response
from understudy.openapi.operation import Operation
from understudy.runtime.world import World


class ExampleHandler:
    """Answers an operation's success by the document: its first example, or a value made by the
    schema, always the same."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self._response: tuple[Any, int] | None = None

    def __call__(self, world: World, /, **arguments: Any) -> tuple[Any, int]:
        """The value and the status. Raises Problem 501 where no valid value can be made."""
        if self._response is None:
            self._response = example_response(self._operation, self._operation.success)
        return self._response
