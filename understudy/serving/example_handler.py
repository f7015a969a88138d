"""The handler of an operation that has none."""

from __future__ import annotations

from typing import Any

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

    def __call__(self, world: World, /, **arguments: Any) -> tuple[DocumentedValue, int]:
        """The value and the status."""
        return self._result

    def _value_for(self, media: MediaType) -> Any:
        if media.name not in self._values:
            self._values[media.name] = media_type_example(self._operation, media)
        return self._values[media.name]
