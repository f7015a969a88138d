"""Parses XML into elements, safely: no entities, no document type, and a limited depth."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from understudy.errors import Invalid, Violation

#: Nested levels of elements that are read.
DEEPEST = 100
#: Elements and attributes that are read of one body.
MOST_NODES = 100_000

#: Separates the namespace of a name from the name.
_SPACE = " "


@dataclass(slots=True)
class Element:
    """An element: its name without a prefix, its namespace ("" for none), its attributes by such
    names, its text without that of other elements, and the elements in it."""

    name: str
    namespace: str
    attributes: dict[str, tuple[str, str]]
    text: str = ""
    children: list[Element] = field(default_factory=list)


class _Builder:
    """Builds the tree of elements from the parser's events."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._texts: list[list[str]] = []
        self._nodes = 0

    def start(self, name: str, attributes: list[str]) -> None:
        if len(self._open) == DEEPEST:
            raise _malformed(f"nested more than {DEEPEST} levels deep")
        self._nodes += 1 + len(attributes) // 2
        if self._nodes > MOST_NODES:
            raise _malformed(f"has more than {MOST_NODES} elements and attributes")
        pairs = zip(attributes[::2], attributes[1::2], strict=True)
        named = {_local(key): (_namespace(key), value) for key, value in pairs}
        element = Element(_local(name), _namespace(name), named)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)
        self._texts.append([])

    def end(self, name: str) -> None:
        self._open.pop().text = "".join(self._texts.pop())

    def text(self, text: str) -> None:
        self._texts[-1].append(text)


def parse_xml(body: bytes | str) -> Element:
    """Return the root element; bytes are in the encoding that they declare.

    Raises Invalid if a body is not well-formed, is nested too deep, or declares entities or a
    document type in it or elsewhere.
    """
    builder = _Builder()
    parser = expat.ParserCreate(namespace_separator=_SPACE)
    parser.ordered_attributes = True
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise _malformed(f"malformed XML: {error}") from None
    assert builder.root is not None
    return builder.root


def _refuse_doctype(
    name: str, system_id: str | None, public_id: str | None, has_internal_subset: bool
) -> None:
    """Refuse a document type that could declare entities."""
    if system_id or public_id or has_internal_subset:
        raise _malformed("has a DOCTYPE with declarations, which are not read; leave it out")


def _local(name: str) -> str:
    return name.rpartition(_SPACE)[2]


def _namespace(name: str) -> str:
    return name.rpartition(_SPACE)[0]


def _malformed(message: str) -> Invalid:
    return Invalid([Violation("body", "", message)])
