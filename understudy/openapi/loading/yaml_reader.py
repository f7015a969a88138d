"""Reads YAML 1.2 (its core schema) and JSON into the types of JSON.

YAML is built from libyaml's events: PyYAML's own constructors follow YAML 1.1, in which `NO` is
false and `12:30` is 750.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

#: The deepest nesting of values. jsonschema-rs reads 255 levels; deep copies take two Python
#: frames a level.
MAX_DEPTH = 200
#: The most values that aliases (`*name`) may add: each is a copy of what its anchor has, and
#: keys and texts count as one more for every so many characters.
MAX_ALIASED_VALUES = 1_000_000
_CHARACTERS_OF_VALUE = 50

_NULL = frozenset(["", "~", "null", "Null", "NULL"])
_BOOLEANS = {
    **dict.fromkeys(["true", "True", "TRUE"], True),
    **dict.fromkeys(["false", "False", "FALSE"], False),
}
_INTEGER = re.compile(r"[-+]?[0-9]{1,400}|0o[0-7]{1,400}|0x[0-9a-fA-F]{1,400}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
#: Plain scalars that YAML 1.1 reads as another type or number than YAML 1.2: words for booleans,
#: octal, binary and sexagesimal numbers, and digits with underscores.
_AMBIGUOUS = re.compile(
    r"(?i:yes|no|on|off)|[-+]?0[0-7_]+|[-+]?0b[01_]+|0o[0-7]+"
    r"|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|[-+]?[0-9][0-9_]*_[0-9_]*(?:\.[0-9_]*)?"
)
_TAG = "tag:yaml.org,2002:"


class ReaderError(ValueError):
    """A text that is neither JSON nor YAML, or too large for us; the message says why."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something odd in a text that has a value all the same: where, and what."""

    steps: tuple[str, ...]
    line: int | None
    message: str
    is_ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class ReadText:
    """The value of a text, and what is odd in the text."""

    value: Any
    notes: list[Note]


def read_text(text: str) -> ReadText:
    """Return the value of a JSON or YAML text, in the types of JSON (and bytes for `!!binary`).

    Raises ReaderError.
    """
    if text.lstrip()[:1] in ("{", "["):
        try:
            return _read_json(text)
        except ValueError as error:
            json_error = str(error)
        try:
            return _read_yaml(text)
        except ReaderError:
            if text.lstrip()[1:].lstrip()[:1] in ('"', "{", "[", "}", "]"):
                raise ReaderError(f"it is not valid JSON: {json_error}") from None
            raise
    return _read_yaml(text)


def decode(content: bytes) -> str:
    """Return the text of a file: UTF-8, or UTF-16 with a byte order mark. Raises ReaderError."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise ReaderError("it is not UTF-8 text") from None


def line_numbers(text: str) -> dict[tuple[str, ...], int]:
    """Return the line of each value of a text, by the steps that lead to it, from 1.

    The line of a property is that of its key. Without lines if the text cannot be read as YAML.
    """
    builder = _Builder(text, records_lines=True)
    try:
        builder.build()
    except ReaderError:
        return {}
    return builder.lines


def _read_json(text: str) -> ReadText:
    notes: list[Note] = []

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) < len(pairs):
            counts = Counter(key for key, _ in pairs)
            notes.extend(_duplicate((key,), None) for key in sorted(counts) if counts[key] > 1)
        return value

    try:
        value = json.loads(
            text, object_pairs_hook=unique, parse_constant=_no_number, parse_float=_finite
        )
    except RecursionError:
        raise ReaderError(f"it is nested more than {MAX_DEPTH} levels deep") from None
    _check_depth(value)
    if re.search(r"\\u[dD][89a-fA-F]", text):
        value = _without_surrogates(value)
    if notes:
        with suppress(ReaderError):
            notes = _read_yaml(text).notes  # which knows where they are
    return ReadText(value, [note for note in notes if not note.is_ambiguous])


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is not a number of JSON")


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else math.copysign(1.7976931348623157e308, number)


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        containers = [node for node in level if isinstance(node, dict | list)]
        if not containers:
            return
        level = [
            c for node in containers for c in (node.values() if isinstance(node, dict) else node)
        ]
    raise ReaderError(f"it is nested more than {MAX_DEPTH} levels deep")


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_without_surrogates(each) for each in value]
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _duplicate(steps: tuple[str, ...], line: int | None) -> Note:
    return Note(steps, line, f"the key {steps[-1]!r} is there twice, and the last one counts")


def _read_yaml(text: str) -> ReadText:
    builder = _Builder(text)
    return ReadText(builder.build(), builder.notes)


@dataclass(slots=True)
class _Frame:
    """A mapping or sequence that is being built."""

    value: Any
    steps: tuple[str, ...]
    anchor: str | None
    start: int
    key: str | None = None
    merges: list[dict[str, Any]] = field(default_factory=list)


class _Builder:
    """Builds the value of one YAML text."""

    def __init__(self, text: str, *, records_lines: bool = False) -> None:
        self.notes: list[Note] = []
        self.lines: dict[tuple[str, ...], int] = {}
        self._records_lines = records_lines
        self._text = text
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._frames: list[_Frame] = []
        self._count = 0  # values that were built
        self._aliased = 0
        self._result: Any = None

    def build(self) -> Any:
        """Return the value. Raises ReaderError."""
        import yaml  # most documents come from the cache

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is ten times as fast
        documents = 0
        try:
            for event in yaml.parse(self._text, loader):
                if isinstance(event, yaml.ScalarEvent):
                    self._scalar(event)
                elif isinstance(event, yaml.MappingStartEvent):
                    self._open(event, {})
                elif isinstance(event, yaml.SequenceStartEvent):
                    self._open(event, [])
                elif isinstance(event, yaml.CollectionEndEvent):
                    self._close()
                elif isinstance(event, yaml.AliasEvent):
                    self._alias(event)
                elif isinstance(event, yaml.DocumentStartEvent):
                    documents += 1
                    if documents > 1:
                        raise ReaderError("it has more than one YAML document (a line `---`)")
        except yaml.YAMLError as error:
            # PyYAML has no name of the text, which the caller adds.
            sentence = " ".join(str(error).split()).replace('in "<unicode string>",', "at")
            raise ReaderError(sentence) from None
        except RecursionError:
            raise ReaderError(f"it is nested more than {MAX_DEPTH} levels deep") from None
        return self._result

    def _scalar(self, event: Any) -> None:
        frame = self._frames[-1] if self._frames else None
        text = event.value
        if frame is not None and type(frame.value) is dict and frame.key is None:
            is_plain = event.implicit[0] and event.tag is None
            if is_plain and _AMBIGUOUS.fullmatch(text):
                self._note_ambiguous((*frame.steps, text), event)
            if self._records_lines:
                self.lines[*frame.steps, text] = event.start_mark.line + 1
            merges = is_plain and text == "<<"
            if text in frame.value and not merges:
                steps = (*frame.steps, text)
                self.notes.append(_duplicate(steps, event.start_mark.line + 1))
            self._count += len(text) // _CHARACTERS_OF_VALUE
            frame.key = text
            if event.anchor is not None:
                self._anchors[event.anchor] = (text, 1 + len(text) // _CHARACTERS_OF_VALUE)
            if merges:
                frame.key = _MERGE
            return
        count = 1 + len(text) // _CHARACTERS_OF_VALUE
        self._count += count
        value = self._value(event, text)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, count)
        self._add(value, event)

    def _value(self, event: Any, text: str) -> Any:
        tag = event.tag
        if tag is None or tag == "!":
            if not event.implicit[0]:
                return text
            if text[:1] in _FIRST_OF_AMBIGUOUS and _AMBIGUOUS.fullmatch(text):
                self._note_ambiguous(self._steps(), event)
            return _plain(text)
        if tag == f"{_TAG}binary":
            try:
                return base64.b64decode(text, validate=False)
            except binascii.Error:
                raise ReaderError(f"a !!binary value is not base64: {text[:40]!r}") from None
        return _plain(text) if tag.removeprefix(_TAG) in ("int", "float", "bool", "null") else text

    def _note_ambiguous(self, steps: tuple[str, ...], event: Any) -> None:
        text = event.value
        message = f"`{text}` is {_description(_plain(text))} here, and other YAML readers read it "
        message += "otherwise; put quotes around it if it is a text"
        self.notes.append(Note(steps, event.start_mark.line + 1, message, is_ambiguous=True))

    def _steps(self) -> tuple[str, ...]:
        """Return the steps to the value that comes next."""
        if not self._frames:
            return ()
        frame = self._frames[-1]
        step = frame.key if type(frame.value) is dict else str(len(frame.value))
        return (*frame.steps, step or "")

    def _open(self, event: Any, value: Any) -> None:
        if len(self._frames) >= MAX_DEPTH:
            raise ReaderError(f"it is nested more than {MAX_DEPTH} levels deep")
        frame = self._frames[-1] if self._frames else None
        if frame is not None and type(frame.value) is dict and frame.key is None:
            line = event.start_mark.line + 1
            raise ReaderError(f"line {line} has an object or a list as a key; keys are texts")
        self._count += 1
        steps = self._steps()
        if self._records_lines:
            self.lines.setdefault(steps, event.start_mark.line + 1)
        self._frames.append(_Frame(value, steps, event.anchor, self._count))

    def _close(self) -> None:
        frame = self._frames.pop()
        for merged in frame.merges:
            for key, value in merged.items():
                frame.value.setdefault(key, value)
        if frame.anchor is not None:
            self._anchors[frame.anchor] = (frame.value, self._count - frame.start + 1)
        self._add(frame.value, None)

    def _alias(self, event: Any) -> None:
        if event.anchor not in self._anchors:
            line = event.start_mark.line + 1
            raise ReaderError(f"line {line} has the alias *{event.anchor} without an anchor before")
        value, count = self._anchors[event.anchor]
        self._count += count
        self._aliased += count
        if self._aliased > MAX_ALIASED_VALUES:
            raise ReaderError(f"its aliases stand for more than {MAX_ALIASED_VALUES:,} values")
        frame = self._frames[-1]
        if type(frame.value) is dict and frame.key is None:
            frame.key = str(value)
            return
        if len(self._frames) + _depth(value) > MAX_DEPTH:
            raise ReaderError(f"it is nested more than {MAX_DEPTH} levels deep")
        self._add(_copy(value), event)

    def _add(self, value: Any, event: Any) -> None:
        if not self._frames:
            self._result = value
            return
        frame = self._frames[-1]
        if type(frame.value) is list:
            if self._records_lines and event is not None:
                self.lines[*frame.steps, str(len(frame.value))] = event.start_mark.line + 1
            frame.value.append(value)
            return
        if frame.key is _MERGE:
            parts = value if isinstance(value, list) else [value]
            frame.merges += [part for part in parts if isinstance(part, dict)]
        else:
            frame.value[frame.key] = value
        frame.key = None


class _MergeKey(str):
    """The key `<<`, whose value is merged into its mapping."""

    __slots__ = ()


_MERGE = _MergeKey("<<")
_FIRST_OF_AMBIGUOUS = frozenset("yYnNoO-+0123456789")


def _plain(text: str) -> Any:
    """Return the value of a plain scalar by the core schema of YAML 1.2."""
    first = text[:1]
    if first.isdigit() or first in ("-", "+", "."):
        if _INTEGER.fullmatch(text):
            return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
        return _finite(text) if _FLOAT.fullmatch(text) else text
    if text in _NULL:
        return None
    return _BOOLEANS.get(text, text)


def _description(value: Any) -> str:
    return f"the number {value}" if isinstance(value, int | float) else "a text"


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(each) for key, each in value.items()}
    return [_copy(each) for each in value] if isinstance(value, list) else value


def _depth(value: Any) -> int:
    children = value.values() if isinstance(value, dict) else value
    if not isinstance(value, dict | list):
        return 0
    return 1 + max(map(_depth, children), default=0)
