"""The index of the search: what can be found, with its words and its address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from understudy.http import json_codec
from understudy.web.guides.guide import Guide
from understudy.web.links import page_address
from understudy.web.reference.api_reference import ApiReference
from understudy.web.search.names import NameCollector, SharedName
from understudy.web.search.texts import Entry, api_entries, guide_entries, operation_entry

#: The name of the index among the pages.
INDEX = "search-index.js"
#: Before and after the index, which is a script: pages that are files can load no JSON.
_BEFORE, _AFTER = b"window.understudyIndex = ", b";\n"


@dataclass(slots=True)
class SearchIndex:
    """Entries, and the names that operations share; these refer to entries by their numbers."""

    entries: list[Entry] = field(default_factory=list)
    names: list[SharedName] = field(default_factory=list)


def search_index(references: Iterable[ApiReference], guides: Sequence[Guide]) -> SearchIndex:
    """Return the index of references and guides."""
    index = SearchIndex()
    for reference in references:
        collector = NameCollector(reference.title)
        for page in reference.operation_pages():
            collector.add(len(index.entries), page)
            index.entries.append(operation_entry(reference, page.operation))
        index.entries += api_entries(reference)
        index.names += collector.names
    for guide in guides:
        index.entries += guide_entries(guide)
    return index


def entries_with(index: SearchIndex, query: str, most: int = 50) -> list[Entry]:
    """Return the entries with all words of a query, operations first: what is shown to browsers
    that run no scripts."""
    words = query.lower().split()
    found = [entry for entry in index.entries if all(word in entry.words for word in words)]
    return sorted(found, key=lambda entry: entry.kind != "operation")[:most]


def as_script(index: SearchIndex, *, static: bool) -> bytes:
    """Return the index as a script, which sets `understudyIndex`.

    `entries` are rows of kind, title, text, place, other words and link; `names` are rows of kind,
    name, place, and pairs of numbers: an entry, and one of the `anchors` of its page. Links are
    relative to the index.
    """
    anchors: dict[str, int] = {}
    names = [
        [
            name.kind,
            name.name,
            name.place,
            [
                n
                for at, a in name.anchors.items()
                for n in (at, anchors.setdefault(a, len(anchors)))
            ],
        ]
        for name in index.names
    ]
    rows = [
        [*entry[:5], page_address(entry.page, entry.anchor, static=static)]
        for entry in index.entries
    ]
    content = {"entries": rows, "names": names, "anchors": list(anchors)}
    return _BEFORE + json_codec.encode(content) + _AFTER


def links_of(script: bytes) -> list[str]:
    """Return the links of an index.

    Raises ValueError, LookupError, TypeError or Problem for another file.
    """
    content: dict[str, Any] = json_codec.decode(script.removeprefix(_BEFORE).removesuffix(_AFTER))
    pages = [row[-1] for row in content["entries"]]
    anchors = content["anchors"]
    links = dict.fromkeys(pages)
    for *_, numbers in content["names"]:
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        links |= dict.fromkeys(f"{pages[at]}#{anchors[anchor]}" for at, anchor in pairs)
    return list(links)
