"""An API that is spoken in several forms: one contract for each, and which of them a server speaks.

A document says by `x-understudy-personas: [NAME, ...]` which forms something belongs to: an
operation, an answer (beside its status), or a schema that is one of several alternatives (`anyOf`,
`oneOf`). What says nothing belongs to all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from understudy.errors import Problem, UsageError
from understudy.http import json_codec
from understudy.openapi.contract import JSON, Contract, Operation
from understudy.openapi.document import Document, resolve
from understudy.runtime.request_matcher import ABSENT

_PERSONAS = "x-understudy-personas"

#: The share of telling answers from which on a server speaks one form, and not a mixture.
_ONE_FORM = 0.9


def variants_of(contract: Contract) -> tuple[str, ...]:
    """The names of the forms that the document tells apart, in its own order."""
    return tuple(dict.fromkeys(name for named in _named(contract.document) for name in named))


def of_variant(contract: Contract, name: str) -> Contract:
    """The contract of one form. Operations that it lacks stay, and say so (`Operation.personas`).

    Raises UsageError where there is no such form.
    """
    known = variants_of(contract)
    if name not in known:
        told = ", ".join(known) or "none"
        raise UsageError(f"{contract.name} has no variant {name!r}; its variants: {told}")
    document: Document = _narrowed(contract.document, contract.document, name)
    narrowed = Contract(contract.name, document, contract.text)
    _drop_examples(narrowed)
    return narrowed


def _drop_examples(contract: Contract) -> None:
    """Leave out the examples of requests that only other forms take."""
    bodies = [operation.body.media.values() for operation in contract.operations if operation.body]
    for media in (one for body in bodies for one in body):
        named = media.named_examples(contract.document)
        for name, value in named.items():
            if media.validator is not None and not media.validator.accepts(value):
                del media.definition["examples"][name]


def has(operation: Operation, variant: str | None) -> bool:
    """Whether a form has an operation; without a form, whether any has."""
    return variant is None or operation.personas is None or variant in operation.personas


def _named(node: Any) -> Iterator[list[str]]:
    if isinstance(node, dict):
        if _PERSONAS in node:
            yield [str(name) for name in node[_PERSONAS]]
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from _named(part)


def _narrowed(document: Document, node: Any, name: str) -> Any:
    """A node without the alternatives and answers of other forms."""
    if isinstance(node, list):
        return [_narrowed(document, part, name) for part in node]
    if not isinstance(node, dict):
        return node
    made = {}
    for key, part in node.items():
        if key in ("anyOf", "oneOf") and isinstance(part, list):
            part = [one for one in part if _belongs(document, one, name)] or part
        elif key == "responses" and isinstance(part, dict):
            part = {k: v for k, v in part.items() if _belongs(document, v, name)} or part
        made[key] = _narrowed(document, part, name)
    return made


def _belongs(document: Document, node: Any, name: str) -> bool:
    named = resolve(document, node)
    named = named.get(_PERSONAS) if isinstance(named, dict) else None
    return named is None or name in map(str, named)


class Ballot:
    """Counts which forms the answers of a server fit. An answer that fits all tells nothing."""

    def __init__(self, contract: Contract | None = None) -> None:
        names = () if contract is None else variants_of(contract)
        self._forms: Mapping[str, Mapping[str, Operation]] = {
            name: {o.id: o for o in of_variant(contract, name).operations}
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
        having = [form[operation] for name, form in forms if has(form[operation], name)]
        return any(one.answer(status) is not None for one in having)

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
    if not has(operation, name):
        return status >= 400
    body = operation.answer(status)
    media = None if body is None else body.media.get(JSON)
    if media is None:
        return body is not None
    return value is ABSENT or media.validator is None or media.validator.accepts(value)
