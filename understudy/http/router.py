"""Finds the operation of a method and an undecoded path, with a tree of path segments.

A literal segment wins over a parameter, whatever their order in the document. A parameter may be a
whole segment (`/users/{id}`) or a part of one (`/files/{name}.json`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from understudy.errors import UsageError

T = TypeVar("T")

_PARAMETER = re.compile(r"\{([^{}]+)\}")
_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")
#: The characters that mean the same with and without a percent escape, in every parameter style.
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:@!$'()*")
#: The characters that stand in a path as they are (RFC 3986), and escapes.
_SAFE = "/!$&'()*+,;=:@-._~%"


def parameter_names(template: str) -> tuple[str, ...]:
    """Return the names of a path template's parameters, in its order."""
    return tuple(_PARAMETER.findall(template))


def normalized_path(path: bytes | str) -> bytes:
    """Return a path with percent escapes where they are needed and nowhere else, in capitals."""

    def unescaped(escape: re.Match[bytes]) -> bytes:
        code = int(escape[1], 16)
        return bytes([code]) if code in _PLAIN else escape[0].upper()

    return _ESCAPE.sub(unescaped, quote(path, safe=_SAFE).encode())


class _Folded(dict[bytes, T]):
    """Values by segments, whose case is ignored."""

    def get(self, segment: bytes, default: Any = None) -> Any:
        """Return the value of a segment."""
        return super().get(segment.lower(), default)

    def setdefault(self, segment: bytes, default: Any = None) -> Any:
        """Return the value of a segment; give it this one if it has none."""
        return super().setdefault(segment.lower(), default)


class _Node(Generic[T]):
    __slots__ = ("any", "literal", "methods", "patterns")

    #: The flags of the expressions of patterns.
    flags = re.NOFLAG

    def __init__(self) -> None:
        self.literal: dict[bytes, _Node[T]] = {}
        self.any: _Node[T] | None = None
        self.patterns: list[tuple[re.Pattern[bytes], _Node[T]]] = []
        self.methods: dict[str, T] = {}


class _FoldedNode(_Node[T]):
    __slots__ = ()

    flags = re.IGNORECASE

    def __init__(self) -> None:
        super().__init__()
        self.literal = _Folded()


class Router(Generic[T]):
    """Targets by method and path template; one that `ignores_case` finds paths in any case."""

    def __init__(self, *, ignores_case: bool = False) -> None:
        self._root: _Node[T] = _FoldedNode() if ignores_case else _Node()

    def add(self, method: str, template: str, target: T) -> None:
        """Route a method and a path template to a target. Raises UsageError if both are taken."""
        node = self._root
        for segment in template.split("/")[1:]:
            node = _child(node, segment)
        if method in node.methods:
            raise UsageError(
                f"two operations have the route {method} {template}; "
                "serve their documents one at a time"
            )
        node.methods[method] = target

    def has(self, method: str, template: str) -> bool:
        """Return whether a method and a path template have a target."""
        node = self._root
        for segment in template.split("/")[1:]:
            node = _child(node, segment)
        return method in node.methods

    def find(self, method: str, path: bytes) -> tuple[T, list[bytes]] | list[str]:
        """Return the target, and the undecoded values of its template's parameters in their order.

        If no target has this method: the methods of the most exact path, empty if there is none.
        A path that is escaped in another way than it must be is found all the same.
        """
        segments = path.split(b"/")
        values: list[bytes] = []
        node = _find_directly(self._root, segments, values)
        if node is not None and method in node.methods:
            return node.methods[method], values
        found = self._search(method, segments)
        if not found and normalized_path(path) != path:
            return self._search(method, normalized_path(path).split(b"/"))
        return found

    def _search(self, method: str, segments: list[bytes]) -> tuple[T, list[bytes]] | list[str]:
        values: list[bytes] = []
        allowed: set[str] = set()
        node = _search(self._root, method, segments, 1, values, allowed)
        return sorted(allowed) if node is None else (node.methods[method], values)


def _find_directly(node: _Node[T], segments: list[bytes], values: list[bytes]) -> _Node[T] | None:
    """Take the most exact child of each node: a fast path for nearly all requests."""
    for segment in segments[1:]:
        child = node.literal.get(segment)
        if child is None:
            child = node.any
            if child is None or node.patterns or not segment:
                return None
            values.append(segment)
        node = child
    return node


def _child(node: _Node[T], segment: str) -> _Node[T]:
    if _PARAMETER.fullmatch(segment):
        if node.any is None:
            node.any = type(node)()
        return node.any
    if _PARAMETER.search(segment):
        pattern = re.compile(_pattern(segment), node.flags)
        for known, child in node.patterns:
            if known == pattern:
                return child
        node.patterns.append((pattern, type(node)()))
        return node.patterns[-1][1]
    return node.literal.setdefault(normalized_path(segment), type(node)())


def _pattern(segment: str) -> bytes:
    """Return the regular expression of a segment.

    If one character follows a parameter, the parameter ends at the first such character. So no
    request makes the expression try every way to divide it.
    """
    pieces = _PARAMETER.split(segment)
    parts = [re.escape(pieces[0])]
    for following in pieces[2::2]:
        stop = re.escape(following) if len(following) == 1 else ""
        parts.append((f"([^{stop}]+)" if stop else "(.+?)") + re.escape(following))
    return "".join(parts).encode()


def _search(
    node: _Node[T],
    method: str,
    segments: list[bytes],
    depth: int,
    values: list[bytes],
    allowed: set[str],
) -> _Node[T] | None:
    """Return the node that has `method`, with backtracking; add the methods of the first node with
    this path to `allowed`."""
    if depth == len(segments):
        if method in node.methods:
            return node
        if not allowed:
            allowed.update(node.methods)
        return None
    segment = segments[depth]
    mark = len(values)
    for child, captured in _children(node, segment):
        values += captured
        target = _search(child, method, segments, depth + 1, values, allowed)
        if target is not None:
            return target
        del values[mark:]
    return None


def _children(node: _Node[T], segment: bytes) -> Iterator[tuple[_Node[T], Sequence[bytes]]]:
    """Yield the children that a segment matches, the most exact first, and its parameters'
    values."""
    child = node.literal.get(segment)
    if child is not None:
        yield child, ()
    if segment:
        for pattern, child in node.patterns:
            match = pattern.fullmatch(segment)
            if match:
                yield child, match.groups()
        if node.any is not None:
            yield node.any, (segment,)
