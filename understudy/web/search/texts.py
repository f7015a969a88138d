"""What the search finds at one address: operations, APIs, rules, disagreements and guides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

from understudy.openapi.operation import Operation
from understudy.web.guides.guide import Guide
from understudy.web.reference.api_reference import ApiReference


class Entry(NamedTuple):
    """What can be found: `place` is the title of its API or guide, `others` are words that are not
    shown; `page` is an address relative to the index, without the ending of a file."""

    kind: str
    title: str
    text: str
    place: str
    others: str
    page: str
    anchor: str = ""

    @property
    def words(self) -> str:
        """All its texts, in lower case."""
        return f"{self.title} {self.text} {self.place} {self.others}".lower()


def operation_entry(reference: ApiReference, operation: Operation) -> Entry:
    """Return the entry of an operation, a webhook or a callback."""
    sent = reference.sent_request(operation)
    request = f"{operation.method} {operation.base_paths[0]}{operation.path}"
    if sent is not None:
        request = f"{sent.kind} {sent.name}"
    summary = _plain(operation.definition.get("summary", ""))
    methods = " ".join(method for _, method, _ in reference.sdk(operation))
    address = f"reference/{quote(reference.name)}/{reference.slug(operation)}"
    text = f"{request} · {summary}" if summary else request
    return Entry("operation", operation.id, text, reference.title, methods, address)


def api_entries(reference: ApiReference) -> Iterator[Entry]:
    """Yield the entries of an API, its rules and its disagreements."""
    title, name = reference.title, quote(reference.name)
    home = f"reference/{name}/"
    yield Entry("API", title, f"version {reference.version}", "", reference.name, home)
    for rule in reference.rules:
        summary = _plain(rule.workflow.summary)
        subjects = ", ".join(rule.subjects)
        yield Entry("rule", summary, subjects, title, "", f"{home}rules", rule.id)
    for number, point in reference.disagreements:
        subjects = ", ".join(map(str, point.get("operations", ())))
        address = f"disagreements/{name}"
        summary = _plain(point["point"])
        yield Entry("disagreement", summary, subjects, title, "", address, f"point-{number}")


def guide_entries(guide: Guide) -> Iterator[Entry]:
    """Yield the entries of a guide's sections."""
    for section in guide.sections:
        place = guide.title if section.title != guide.title else ""
        known = set(_words(f"{section.title} {section.text}"))
        others = " ".join(word for word in dict.fromkeys(_words(section.code)) if word not in known)
        page = f"guides/{quote(guide.name)}"
        yield Entry(
            "guide", section.title, _plain(section.text), place, others, page, section.anchor
        )


def _plain(text: str) -> str:
    """Return a text on one line, without the marks of code."""
    return " ".join(str(text).replace("`", "").split())


def _words(text: str) -> list[str]:
    return re.findall(r"[\w-]{3,}", text)
