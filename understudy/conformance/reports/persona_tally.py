"""Which persona a server speaks, counted over its responses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from understudy.errors import Problem
from understudy.http import json_codec
from understudy.http.json_codec import ABSENT
from understudy.openapi.contract import JSON, Contract, Operation
from understudy.openapi.personas import for_persona, has_operation, personas_of

#: The share of telling answers from which on a server speaks one form, and not a mixture.
_ONE_FORM = 0.9


class PersonaTally:
    """Counts which forms the answers of a server fit. An answer that fits all tells nothing."""

    def __init__(self, contract: Contract | None = None) -> None:
        names = () if contract is None else personas_of(contract)
        self._forms: Mapping[str, Mapping[str, Operation]] = {
            name: {o.id: o for o in for_persona(contract, name).operations}
            for name in names
            if contract is not None
        }
        self.votes: Counter[str] = Counter()
        self.telling = 0
        #: The first answer that fits each form and not all: its operation and status.
        self.examples: dict[str, str] = {}

    def take(self, operation: str, status: int, answer: bytes) -> None:
        """Count an answer."""
        if len(self._forms) < 2 or not self._is_documented(operation, status):
            return
        try:
            value = json_codec.decode(answer) if answer else ABSENT
        except Problem:
            return
        fits = [n for n, form in self._forms.items() if _fits(form[operation], n, status, value)]
        if 0 < len(fits) < len(self._forms):
            self.telling += 1
            for name in fits:
                self.votes[name] += 1
                self.examples.setdefault(name, f"{operation} {status}")

    def _is_documented(self, operation: str, status: int) -> bool:
        forms = self._forms.items()
        having = [form[operation] for name, form in forms if has_operation(form[operation], name)]
        return any(one.response(status) is not None for one in having)

    @property
    def form(self) -> str:
        """The form that the server speaks; "mixed", or nothing where no answer told."""
        if not self.telling:
            return ""
        name, count = self.votes.most_common(1)[0]
        return name if count >= _ONE_FORM * self.telling else "mixed"

    def told(self) -> str:
        """The same with its figures, in one line; nothing where no answer told."""
        if not self.telling:
            return ""
        name, count = self.votes.most_common(1)[0]
        if count == self.telling:
            return f"form: {name} (all {count} answers that tell)"
        each = ", ".join(
            f"{name} {count} (as {self.examples[name]})" for name, count in self.votes.most_common()
        )
        if self.form == "mixed":
            return f"form: mixed: {each}"
        return f"form: {name} ({count} of {self.telling} answers that tell: {each})"


def _fits(operation: Operation, name: str, status: int, value: Any) -> bool:
    """Whether an answer is one that this form documents."""
    if not has_operation(operation, name):
        return status >= 400
    body = operation.response(status)
    media = None if body is None else body.media.get(JSON)
    if media is None:
        return body is not None
    return value is ABSENT or media.validator is None or media.validator.accepts(value)
