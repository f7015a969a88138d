"""Runtime expressions and simple conditions of Arazzo 1.0.1: parsed once, never evaluated as code.

    $statusCode == 409 && $response.body#/message == 'session has ended'

Operators are ==, !=, <, <=, >, >=, !, && and ||, with parentheses. A pointer that leads nowhere is
ABSENT: equal to nothing, not even null, and different from everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from understudy.errors import UsageError
from understudy.http.json_codec import ABSENT

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<operator>==|!=|<=|>=|<|>|&&|\|\||!|\(|\))
      | (?P<text>'(?:[^']|'')*')
      | (?P<number>-?[0-9]+(?:\.[0-9]+)?(?![^\s()!=<>&|]))
      | (?P<expression>\$[^\s()!=<>&|]+)
      | (?P<word>true|false|null)\b
    )""",
    re.VERBOSE,
)
_WORDS = {"true": True, "false": False, "null": None}
_EMBEDDED = re.compile(r"\{(\$[^{}]+)\}")


class Scene(NamedTuple):
    """What expressions are read from: the inputs, the outputs of earlier steps, and the exchange of
    this one."""

    inputs: Mapping[str, Any]
    outputs: Mapping[str, Mapping[str, Any]]
    status: int = 0
    headers: Mapping[str, str] = {}
    body: Any = ABSENT


def readable(expression: str) -> str:
    """The expression, if it is one. Raises UsageError where not."""
    value_of(expression, Scene({}, {}))
    return expression


def value_of(expression: str, scene: Scene) -> Any:
    """What a runtime expression stands for; ABSENT where it leads nowhere. Raises UsageError."""
    if expression == "$statusCode":
        return scene.status
    source, _, rest = expression.partition(".")
    if source == "$inputs":
        return scene.inputs.get(rest, ABSENT)
    if source == "$steps":
        step, _, output = rest.partition(".outputs.")
        return scene.outputs.get(step, {}).get(output, ABSENT)
    if expression.startswith("$response.header."):
        name = expression.removeprefix("$response.header.").lower()
        return scene.headers.get(name, ABSENT)
    if expression == "$response.body":
        return scene.body
    if expression.startswith("$response.body#"):
        return pointed(scene.body, expression.partition("#")[2])
    raise UsageError(f"{expression} is no expression that this judge reads")


def pointed(value: Any, pointer: str) -> Any:
    """What a JSON pointer leads to; ABSENT where it leads nowhere."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(key, ABSENT)
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return ABSENT
    return value


def filled(template: Any, scene: Scene) -> Any:
    """A payload or a parameter with its expressions replaced: a text that is one becomes its value,
    those in braces within a text become text. Raises UsageError where one leads nowhere."""
    if isinstance(template, dict):
        return {filled(key, scene): filled(part, scene) for key, part in template.items()}
    if isinstance(template, list):
        return [filled(part, scene) for part in template]
    if not isinstance(template, str):
        return template
    if template.startswith("$"):
        return _found(template, scene)
    return _EMBEDDED.sub(lambda found: str(_found(found[1], scene)), template)


def _found(expression: str, scene: Scene) -> Any:
    value = value_of(expression, scene)
    if value is ABSENT:
        raise UsageError(f"{expression} leads nowhere")
    return value


class Verdict(NamedTuple):
    """Whether a condition holds, and what was really there."""

    holds: bool
    told: str


Condition = Callable[[Scene], Verdict]


def simple(text: str) -> Condition:
    """A condition of type `simple`. Raises UsageError where it is none."""
    parser = _Parser(text)
    condition = parser.either()
    if parser.next is not None:
        raise UsageError(f"the condition {text!r} cannot be read at {parser.next[1]!r}")
    return condition


def regex(context: str, pattern: str) -> Condition:
    """A condition of type `regex`: the context, as text, has a match. Raises UsageError."""
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise UsageError(f"{pattern!r} is no regular expression: {error}") from None

    readable(context)

    def judge(scene: Scene) -> Verdict:
        value = value_of(context, scene)
        holds = value is not ABSENT and compiled.search(_text(value)) is not None
        return Verdict(holds, f"{context} is {_shown(value)}")

    return judge


class _Parser:
    """A recursive descent over the tokens of one condition."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text.rstrip()):
            found = _TOKEN.match(text, at)
            if found is None:
                raise UsageError(f"the condition {text!r} cannot be read at {text[at:]!r}")
            kind = str(found.lastgroup)
            self._tokens.append((kind, found[kind]))
            at = found.end()

    @property
    def next(self) -> tuple[str, str] | None:
        return self._tokens[0] if self._tokens else None

    def _takes(self, operator: str) -> bool:
        if self.next == ("operator", operator):
            self._tokens.pop(0)
            return True
        return False

    def either(self) -> Condition:
        parts = [self._both()]
        while self._takes("||"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else _joined(any, parts)

    def _both(self) -> Condition:
        parts = [self._one()]
        while self._takes("&&"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else _joined(all, parts)

    def _one(self) -> Condition:
        if self._takes("!"):
            inner = self._one()
            return lambda scene: Verdict(not inner(scene).holds, inner(scene).told)
        if self._takes("("):
            inner = self.either()
            if not self._takes(")"):
                raise UsageError(f"the condition {self._text!r} lacks a parenthesis")
            return inner
        return self._comparison()

    def _comparison(self) -> Condition:
        left = self._operand()
        kind, operator = self.next or ("", "")
        if kind != "operator" or operator not in _COMPARE:
            raise UsageError(f"the condition {self._text!r} lacks a comparison")
        self._tokens.pop(0)
        right = self._operand()
        compare = _COMPARE[operator]

        def judge(scene: Scene) -> Verdict:
            one, other = left.value(scene), right.value(scene)
            told = [
                f"{operand.text} is {_shown(value)}"
                for operand, value in ((left, one), (right, other))
                if operand.text.startswith("$")
            ]
            return Verdict(compare(one, other), ", ".join(told))

        return judge

    def _operand(self) -> _Operand:
        if self.next is None or self.next[0] == "operator":
            raise UsageError(f"the condition {self._text!r} lacks a value")
        kind, text = self._tokens.pop(0)
        if kind == "expression":
            readable(text)
            return _Operand(text, lambda scene: value_of(text, scene))
        constant: Any
        if kind == "text":
            constant = text[1:-1].replace("''", "'")
        elif kind == "number":
            constant = float(text) if "." in text else int(text)
        else:
            constant = _WORDS[text]
        return _Operand(text, lambda _: constant)


class _Operand(NamedTuple):
    text: str
    value: Callable[[Scene], Any]


def _joined(join: Callable[[Any], bool], parts: list[Condition]) -> Condition:
    def judge(scene: Scene) -> Verdict:
        verdicts = [part(scene) for part in parts]
        told = dict.fromkeys(v.told for v in verdicts if v.told)
        return Verdict(join(v.holds for v in verdicts), ", ".join(told))

    return judge


def _equal(one: Any, other: Any) -> bool:
    if one is ABSENT or other is ABSENT:
        return False
    if isinstance(one, bool) is not isinstance(other, bool):
        return False
    return bool(one == other)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def judge(one: Any, other: Any) -> bool:
        try:
            return compare(one, other)
        except TypeError:
            return False

    return judge


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": _equal,
    "!=": lambda one, other: not _equal(one, other),
    "<": _ordered(lambda one, other: one < other),
    "<=": _ordered(lambda one, other: one <= other),
    ">": _ordered(lambda one, other: one > other),
    ">=": _ordered(lambda one, other: one >= other),
}

_LONGEST_SHOWN = 300


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    from understudy.http import json_codec

    return json_codec.encode(value).decode()


def _shown(value: Any) -> str:
    if value is ABSENT:
        return "<absent>"
    text = _text(value)
    return repr(text)[:_LONGEST_SHOWN] if isinstance(value, str) else text[:_LONGEST_SHOWN]
