"""Search over all that the reference says: an index, and which of its entries fit best.

`static/search.js` ranks in the same way, in the reader's browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import quote

from understudy.web.reference.api_reference import ApiReference
from understudy.web.reference.operation_page import OperationPage

#: What an entry may be, and what that is worth among entries that fit equally well.
WORTH = {
    "API": 9,
    "operation": 8,
    "SDK method": 6,
    "rule": 5,
    "disagreement": 4,
    "parameter": 2,
    "field": 1,
}

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")


class Entry(NamedTuple):
    """Something to find; `page` is its address from the reference's own, without any ending."""

    kind: str
    title: str
    detail: str
    page: str
    anchor: str


def entries(books: Iterable[ApiReference]) -> list[Entry]:
    """All there is to find."""
    return [entry for book in books for entry in _of_book(book)]


def _of_book(book: ApiReference) -> Iterator[Entry]:
    name = quote(book.name)
    yield Entry("API", book.title, f"version {book.version}", f"{name}/", "")
    fields: set[tuple[str, str]] = set()
    for chapter in book.chapters():
        page = f"{name}/{book.slugs[chapter.operation.id]}"
        yield from _of_operation(book, chapter, page)
        yield from _parameters(chapter, page)
        yield from _fields(chapter, page, fields)
    for rule in book.rules:
        detail = f"{book.title}: {', '.join(rule.subjects)}"
        yield Entry("rule", _plain(rule.workflow.summary), detail, f"{name}/rules", rule.id)
    for number, told in book.disagreements:
        detail = f"{book.title}: {', '.join(told.get('operations', ()))}"
        page = f"../disagreements/{name}"
        yield Entry("disagreement", _plain(told["point"]), detail, page, f"point-{number}")


def _of_operation(book: ApiReference, chapter: OperationPage, page: str) -> Iterator[Entry]:
    operation = chapter.operation
    path = f"{operation.method} {book.contract.base_path}{operation.path}"
    summary = operation.definition.get("summary", "")
    yield Entry("operation", operation.id, f"{path} {summary}".strip(), page, "")
    for language, method, _package in book.sdk(operation):
        yield Entry("SDK method", method, f"{language}, for {operation.id}", page, "sdk")


def _parameters(chapter: OperationPage, page: str) -> Iterator[Entry]:
    for row in chapter.rows:
        detail = f"in the {row.parameter.where} of {chapter.operation.id}"
        yield Entry("parameter", row.parameter.name, detail, page, "parameters")


def _fields(chapter: OperationPage, page: str, seen: set[tuple[str, str]]) -> Iterator[Entry]:
    for part, node in chapter.fields:
        owner = node.title or chapter.operation.id
        for child in node.children:
            if (owner, child.name) not in seen:
                seen.add((owner, child.name))
                yield Entry("field", child.name, f"of {owner}", page, node.anchor or part)


def _plain(text: str) -> str:
    return " ".join(str(text).replace("`", "").split())


def best(found: Iterable[Entry], query: str, most: int = 50) -> list[Entry]:
    """The entries in which every word of a query is, the best ones first."""
    terms = query.lower().split()
    scored = [(_score(entry, terms), entry) for entry in found] if terms else []
    fitting = [(score, entry) for score, entry in scored if score]
    fitting.sort(key=lambda pair: (-pair[0], len(pair[1].title), pair[1].title))
    return [entry for _, entry in fitting[:most]]


def _score(entry: Entry, terms: list[str]) -> int:
    title, detail = entry.title.lower(), entry.detail.lower()
    scores = [_of_term(term, title, entry.title, detail) for term in terms]
    return sum(scores) + WORTH[entry.kind] if all(scores) else 0


def _of_term(term: str, title: str, written: str, detail: str) -> int:
    if term in title:
        if title == term:
            return 100
        if title.startswith(term):
            return 60
        whole = any(word.lower().startswith(term) for word in _WORD.findall(written))
        return 40 if whole else 20
    return 10 if term in detail else 0
