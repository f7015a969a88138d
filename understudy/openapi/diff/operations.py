"""Comparison of two versions of one operation."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.openapi.contract import Contract
from understudy.openapi.diff.bodies import BodyComparison
from understudy.openapi.diff.change import PartChange
from understudy.openapi.diff.pair import Pair, deprecation_changes
from understudy.openapi.diff.parameters import ParameterComparison
from understudy.openapi.diff.schemas.comparison import SchemaComparison
from understudy.openapi.diff.security import security_changes


class OperationComparison:
    """Compares operations of two contracts."""

    def __init__(self, old: Contract, new: Contract) -> None:
        schemas = SchemaComparison(old.document, new.document)
        self._parameters = ParameterComparison(old.document, new.document, schemas)
        self._bodies = BodyComparison(old.document, new.document, schemas)

    def changes(self, pair: Pair) -> Iterator[PartChange]:
        """Yield the changes of one operation."""
        before, after = pair.before, pair.after
        if before.definition.get("operationId") != after.definition.get("operationId"):
            yield PartChange("", f"operationId was {before.id}", False)
        yield from deprecation_changes(before.definition, after.definition)
        yield from security_changes(before, after)
        yield from self._parameters.changes(pair)
        yield from self._bodies.request_changes(pair)
        yield from self._bodies.response_changes(pair)
