"""Includes the example values that a document keeps in other files (`externalValue`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from understudy.errors import UsageError
from understudy.openapi.document import Document
from understudy.openapi.loading.problem import DocumentProblem
from understudy.openapi.loading.retrieval import parse
from understudy.openapi.structure import Part, walk

#: The largest example in another file, in characters.
MAX_CHARACTERS = 1_000_000

_DATA = (".json", ".yaml", ".yml")
_VALUES = frozenset(("value", "dataValue", "serializedValue"))


def include_external_examples(
    document: Document, uri: str, read: Callable[[str], str]
) -> Iterator[DocumentProblem]:
    """Give each example of a document the value that is at its `externalValue`, and yield a problem
    for each that cannot be read.

    `uri` is where the document is; `read` returns the text at a URI, or raises UsageError. The
    content of a file with the ending of JSON or YAML, or of an example of JSON, is data; that of
    another file is a text.
    """
    for part in list(walk(document)):
        node = part.node
        if part.kind != "example" or not isinstance(node, dict) or node.keys() & _VALUES:
            continue
        location = node.get("externalValue")
        if isinstance(location, str):
            try:
                node["value"] = _value(part, urljoin(uri, location), read)
            except UsageError as error:
                message = f"{error}; the example is not used"
                yield DocumentProblem(f"{part.pointer}/externalValue", message, "warning")


def _value(part: Part, uri: str, read: Callable[[str], str]) -> Any:
    text = read(uri)
    if len(text) > MAX_CHARACTERS:
        raise UsageError(f"{uri} is longer than {MAX_CHARACTERS} characters")
    media_type = part.steps[-3].lower() if len(part.steps) > 3 else ""
    if "json" in media_type or urlsplit(uri).path.lower().endswith(_DATA):
        return parse(text, uri).value
    return text
