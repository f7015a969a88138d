"""Comparison of two versions of one operation."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.openapi.contract import Contract
from understudy.openapi.diff.change import PartChange
from understudy.openapi.diff.level import risky_if
from understudy.openapi.diff.operations.bodies import BodyComparison
from understudy.openapi.diff.operations.pair import Pair, deprecation_changes
from understudy.openapi.diff.operations.parameters import ParameterComparison
from understudy.openapi.diff.operations.security import security_changes
from understudy.openapi.diff.schemas.comparison import SchemaComparison
from understudy.openapi.operation import Operation


class OperationComparison:
    """Compares operations of two contracts."""

    def __init__(self, old: Contract, new: Contract) -> None:
        schemas = SchemaComparison(old.document, new.document)
        self._parameters = ParameterComparison(old.document, new.document, schemas)
        self._bodies = BodyComparison(old.document, new.document, schemas)

    def changes(self, pair: Pair) -> Iterator[PartChange]:
        """Yield the changes of one operation."""
        before, after = pair.before, pair.after
        yield from _id_changes(before, after)
        for change in deprecation_changes(before.definition, after.definition):
            yield change.of("operation")
        if not pair.is_sent_by_server or "security" in {**before.definition, **after.definition}:
            for change in security_changes(before, after):
                yield change.at("", _security_place(after))
        yield from self._parameters.changes(pair)
        yield from self._bodies.request_changes(pair)
        yield from self._bodies.response_changes(pair)


def _id_changes(before: Operation, after: Operation) -> Iterator[PartChange]:
    """Yield the change of the operationId, by which generated clients name their methods."""
    old, new = (side.definition.get("operationId") for side in (before, after))
    if old == new:
        return
    if old is None:
        what, rule = f"operationId is {new} now", "operation-id-added"
    else:
        what = f"operationId was {old}"
        rule = "operation-id-changed" if new else "operation-id-removed"
    yield PartChange("", what, risky_if(old is not None), rule, steps=("operationId",))


def _security_place(operation: Operation) -> str:
    is_own = "security" in operation.definition
    return f"{operation.place}/security" if is_own else "#/security"
