"""Which persona of an API a server implements, counted over its responses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from understudy.conformance.reports.wording import counted
from understudy.errors import Problem
from understudy.http import json_codec
from understudy.http.json_codec import ABSENT
from understudy.openapi.contract import Contract
from understudy.openapi.operation import Operation
from understudy.openapi.personas import for_persona, has_operation, personas_of

#: The share of decisive responses that makes a server one persona, and not a mixture.
_ONE_PERSONA = 0.9


class PersonaTally:
    """Counts the responses that fit each persona.

    A response that fits some personas and not all is decisive. `counts` are the decisive responses
    by persona; `examples` is the first of each: its operation and status.
    """

    def __init__(self, contract: Contract | None = None) -> None:
        self._personas: Mapping[str, Mapping[str, Operation]] = {}
        if contract is not None:
            self._personas = {
                name: {o.id: o for o in for_persona(contract, name).operations}
                for name in personas_of(contract)
            }
        self.counts: Counter[str] = Counter()
        self.decisive = 0
        self.examples: dict[str, str] = {}

    def add(self, operation: str, status: int, body: bytes) -> None:
        """Count a response."""
        if len(self._personas) < 2 or not self._is_documented(operation, status):
            return
        try:
            value = json_codec.decode(body) if body else ABSENT
        except Problem:
            return
        fitting = [
            name
            for name, operations in self._personas.items()
            if _fits(operations[operation], name, status, value)
        ]
        if 0 < len(fitting) < len(self._personas):
            self.decisive += 1
            for name in fitting:
                self.counts[name] += 1
                self.examples.setdefault(name, f"{operation} {status}")

    def _is_documented(self, operation: str, status: int) -> bool:
        return any(
            has_operation(operations[operation], name)
            and operations[operation].response(status) is not None
            for name, operations in self._personas.items()
        )

    @property
    def persona(self) -> str:
        """The persona of the server; "mixed", or empty if no response was decisive."""
        if not self.decisive:
            return ""
        name, count = self.counts.most_common(1)[0]
        return name if count >= _ONE_PERSONA * self.decisive else "mixed"

    def summary(self) -> str:
        """Return the persona with its figures, in one line; empty if no response was decisive."""
        if not self.decisive:
            return ""
        name, count = self.counts.most_common(1)[0]
        responses = counted(self.decisive, "decisive response")
        if count == self.decisive:
            return f"persona: {name} (all of {responses})"
        each = ", ".join(
            f"{persona} {number} (for example {self.examples[persona]})"
            for persona, number in self.counts.most_common()
        )
        if self.persona == "mixed":
            return f"persona: mixed: {each}"
        return f"persona: {name} ({count} of {responses}: {each})"


def _fits(operation: Operation, persona: str, status: int, value: Any) -> bool:
    """Return whether a persona documents a response like this."""
    if not has_operation(operation, persona):
        return status >= 400
    body = operation.response(status)
    media = None if body is None else body.json
    if media is None:
        return body is not None
    return value is ABSENT or media.validator is None or media.validator.accepts(value)
