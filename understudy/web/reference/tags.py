"""The sections of a reference: its tags with their operations, and the requests that the API
itself sends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from understudy.openapi.callbacks import callbacks_of, webhooks_of
from understudy.openapi.contract import Contract
from understudy.openapi.operation import Operation

#: The kind of tags by which a reference is divided; other kinds only mark operations.
_NAVIGATION = ("", "nav")


@dataclass(eq=False, slots=True)
class Tag:
    """A tag, and its operations in the document's order. `parents` are the titles of the tags that
    it belongs to, the outermost first."""

    name: str
    title: str
    description: str = ""
    kind: str = ""
    parent: str = ""
    parents: tuple[str, ...] = ()
    operations: list[Operation] = field(default_factory=list)

    @property
    def full_title(self) -> str:
        """The titles of its parents and its own."""
        return " / ".join((*self.parents, self.title))


@dataclass(frozen=True, eq=False, slots=True)
class SentRequest:
    """A request that the API sends: a webhook, or a callback after the operation `after`.

    `name` is that of the webhook or callback in the document.
    """

    operation: Operation
    name: str
    after: Operation | None = None

    @property
    def kind(self) -> str:
        """What it is: "webhook" or "callback"."""
        return "webhook" if self.after is None else "callback"


def tags_of(contract: Contract) -> list[Tag]:
    """Return the tags that have operations, in the document's order, each after its parent;
    operations without a tag last."""
    tags = {tag.name: tag for tag in map(_declared, _objects(contract.document.get("tags")))}
    ordered = {tag.name: tag for tag in _after_parents(tags)}
    for operation in contract.operations:
        name = _tag_of(operation, ordered)
        tag = ordered.setdefault(name, Tag(name, _title(name)))
        tag.operations.append(operation)
    return [tag for tag in ordered.values() if tag.operations]


def sent_requests(contract: Contract) -> list[SentRequest]:
    """Return the webhooks of a document, then the callbacks of its operations."""
    webhooks = [
        SentRequest(operation, name)
        for name, operations in webhooks_of(contract).items()
        for operation in operations
    ]
    callbacks = [
        SentRequest(callback.operation, callback.name, operation)
        for operation in contract.operations
        for callback in callbacks_of(operation)
    ]
    return webhooks + callbacks


def _objects(nodes: Any) -> list[dict[str, Any]]:
    return [node for node in nodes or () if isinstance(node, dict)]


def _declared(definition: dict[str, Any]) -> Tag:
    name = str(definition.get("name", ""))
    return Tag(
        name,
        _title(str(definition.get("summary") or ""), name),
        str(definition.get("description", "")),
        str(definition.get("kind", "")),
        str(definition.get("parent", "")),
    )


def _title(*names: str) -> str:
    """Return the first name that is not blank."""
    return next((name for name in names if name.strip()), "other")


def _after_parents(tags: dict[str, Tag]) -> Iterator[Tag]:
    """Yield the tags in order, those of a parent after it. Parents may form a circle."""
    done: set[str] = set()

    def below(tag: Tag) -> Iterator[Tag]:
        if tag.name not in done:
            done.add(tag.name)
            yield tag
            for child in tags.values():
                if tag.name and child.parent == tag.name and child.name not in done:
                    child.parents = (*tag.parents, tag.title)
                    yield from below(child)

    for tag in tags.values():
        if not tag.parent or tag.parent not in tags:
            yield from below(tag)
    for tag in tags.values():
        yield from below(tag)


def _tag_of(operation: Operation, tags: dict[str, Tag]) -> str:
    """Return the first tag of an operation that divides the reference, else its first one."""
    names: Sequence[str] = [str(name) for name in operation.definition.get("tags", ())]
    dividing = (n for n in names if n not in tags or tags[n].kind in _NAVIGATION)
    return next(dividing, operation.tag)
