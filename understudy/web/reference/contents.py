"""The table of contents of a reference: a section for each tag, the webhooks and the callbacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from understudy.openapi.operation import Operation
from understudy.web.reference.schema.anchors import Anchors
from understudy.web.reference.tags import SentRequest, Tag

#: The sections that a page lists; a document may have thousands of tags.
_MOST_LISTED = 60


@dataclass(frozen=True, eq=False, slots=True)
class Section:
    """A section of the overview: its title, its anchor there, and its operations."""

    title: str
    anchor: str
    operations: Sequence[Operation]


class Contents:
    """The sections of a reference, and which of them a page lists."""

    def __init__(self, tags: Sequence[Tag], sent: Sequence[SentRequest]) -> None:
        anchors = Anchors()
        self.of_tags = [
            Section(tag.full_title, anchors.new("tag", tag.title), tag.operations) for tag in tags
        ]
        self.sections = [*self.of_tags, *_sent_sections(sent)]
        self._position = {
            id(operation): number
            for number, section in enumerate(self.sections)
            for operation in section.operations
        }

    def section_of(self, operation: Operation) -> Section:
        """Return the section that an operation is in."""
        return self.sections[self._position[id(operation)]]

    def near(self, operation: Operation | None) -> Sequence[Section]:
        """Return the sections to list on the page of an operation, or on another page: all, or the
        nearest ones."""
        at = 0 if operation is None else self._position[id(operation)]
        start = min(max(at - _MOST_LISTED // 2, 0), max(len(self.sections) - _MOST_LISTED, 0))
        return self.sections[start : start + _MOST_LISTED]


def _sent_sections(sent: Sequence[SentRequest]) -> Iterator[Section]:
    for kind in ("webhook", "callback"):
        operations = [request.operation for request in sent if request.kind == kind]
        if operations:
            yield Section(f"{kind.capitalize()}s", f"{kind}s", operations)
