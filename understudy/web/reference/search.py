"""Search the reference: an index, and a ranking of its entries.

`static/search.js` ranks in the same way in the browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import quote

from understudy.web.reference.api_reference import ApiReference
from understudy.web.reference.operation_page import OperationPage

#: The kinds of entries; among entries with equal scores the higher weight comes first.
WEIGHTS = {
    "API": 9,
    "operation": 8,
    "SDK method": 6,
    "rule": 5,
    "disagreement": 4,
    "parameter": 2,
    "field": 1,
}

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")


class SearchEntry(NamedTuple):
    """An entry of the index; `page` is its address relative to `reference/`, without an ending."""

    kind: str
    title: str
    detail: str
    page: str
    anchor: str


def entries(references: Iterable[ApiReference]) -> list[SearchEntry]:
    """Return the index of these references."""
    return [entry for reference in references for entry in _api_entries(reference)]


def _api_entries(reference: ApiReference) -> Iterator[SearchEntry]:
    name = quote(reference.name)
    yield SearchEntry("API", reference.title, f"version {reference.version}", f"{name}/", "")
    fields: set[tuple[str, str]] = set()
    for page in reference.operation_pages():
        address = f"{name}/{reference.slug(page.operation)}"
        yield from _operation_entries(reference, page, address)
        yield from _parameter_entries(page, address)
        yield from _field_entries(page, address, fields)
    for rule in reference.rules:
        detail = f"{reference.title}: {', '.join(rule.subjects)}"
        yield SearchEntry("rule", _plain(rule.workflow.summary), detail, f"{name}/rules", rule.id)
    for number, point in reference.disagreements:
        detail = f"{reference.title}: {', '.join(point.get('operations', ()))}"
        address = f"../disagreements/{name}"
        yield SearchEntry(
            "disagreement", _plain(point["point"]), detail, address, f"point-{number}"
        )


def _operation_entries(
    reference: ApiReference, page: OperationPage, address: str
) -> Iterator[SearchEntry]:
    operation = page.operation
    sent = reference.sent_request(operation)
    base_path = operation.base_paths[0]
    path = f"{operation.method} {base_path}{operation.path}"
    if sent is not None:
        path = f"{sent.kind} {sent.name}"
    summary = operation.definition.get("summary", "")
    yield SearchEntry("operation", operation.id, f"{path} {summary}".strip(), address, "")
    for language, method, _package in reference.sdk(operation):
        yield SearchEntry("SDK method", method, f"{language}, for {operation.id}", address, "sdk")


def _parameter_entries(page: OperationPage, address: str) -> Iterator[SearchEntry]:
    for row in page.rows:
        detail = f"in the {row.parameter.where} of {page.operation.id}"
        yield SearchEntry("parameter", row.parameter.name, detail, address, "parameters")


def _field_entries(
    page: OperationPage, address: str, seen: set[tuple[str, str]]
) -> Iterator[SearchEntry]:
    for section, node in page.fields:
        owner = node.title or page.operation.id
        for child in node.children:
            if (owner, child.name) not in seen:
                seen.add((owner, child.name))
                yield SearchEntry(
                    "field", child.name, f"of {owner}", address, node.anchor or section
                )


def _plain(text: str) -> str:
    return " ".join(str(text).replace("`", "").split())


def best(index: Iterable[SearchEntry], query: str, most: int = 50) -> list[SearchEntry]:
    """Return the entries that contain every word of a query, the best first."""
    terms = query.lower().split()
    scored = [(_score(entry, terms), entry) for entry in index] if terms else []
    matches = [(score, entry) for score, entry in scored if score]
    matches.sort(key=lambda pair: (-pair[0], len(pair[1].title), pair[1].title))
    return [entry for _, entry in matches[:most]]


def _score(entry: SearchEntry, terms: list[str]) -> int:
    title, detail = entry.title.lower(), entry.detail.lower()
    scores = [_term_score(term, title, entry.title, detail) for term in terms]
    return sum(scores) + WEIGHTS[entry.kind] if all(scores) else 0


def _term_score(term: str, title: str, written: str, detail: str) -> int:
    if term in title:
        if title == term:
            return 100
        if title.startswith(term):
            return 60
        whole = any(word.lower().startswith(term) for word in _WORD.findall(written))
        return 40 if whole else 20
    return 10 if term in detail else 0
