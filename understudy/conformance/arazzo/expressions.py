"""Runtime expressions and simple conditions of Arazzo 1.0.1: parsed once, never evaluated as code.

    $statusCode == 409 && $response.body#/message == 'session has ended'

Operators are ==, !=, <, <=, >, >=, !, && and ||, with parentheses. A JSON pointer to a place that
does not exist is ABSENT: equal to nothing, not even null, and different from everything. Date-times
are ordered as moments, whatever their fractions of a second and their offsets look like.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from understudy.errors import UsageError
from understudy.http import json_codec
from understudy.http.json_codec import ABSENT
from understudy.http.runtime_expressions import resolve_pointer

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
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


class Context(NamedTuple):
    """The values of expressions: inputs, outputs of earlier steps, and the response of this one."""

    inputs: Mapping[str, Any]
    outputs: Mapping[str, Mapping[str, Any]]
    status: int = 0
    headers: Mapping[str, str] = {}
    body: Any = ABSENT


def parse_expression(expression: str) -> str:
    """Return the expression unchanged. Raises UsageError if it is not a known expression."""
    evaluate(expression, Context({}, {}))
    return expression


def evaluate(expression: str, context: Context) -> Any:
    """Return the value of a runtime expression; ABSENT if there is none. Raises UsageError."""
    if expression == "$statusCode":
        return context.status
    source, _, rest = expression.partition(".")
    if source == "$inputs":
        return context.inputs.get(rest, ABSENT)
    if source == "$steps":
        step, _, output = rest.partition(".outputs.")
        return context.outputs.get(step, {}).get(output, ABSENT)
    if expression.startswith("$response.header."):
        name = expression.removeprefix("$response.header.").lower()
        return context.headers.get(name, ABSENT)
    if expression == "$response.body":
        return context.body
    if expression.startswith("$response.body#"):
        return resolve_pointer(context.body, expression.partition("#")[2])
    raise UsageError(f"{expression} is not a supported expression")


def evaluate_template(template: Any, context: Context) -> Any:
    """Return a payload or a parameter with its expressions replaced.

    A text that is an expression becomes its value; expressions in braces within a text become text.
    Raises UsageError if an expression has no value.
    """
    if isinstance(template, dict):
        return {
            evaluate_template(key, context): evaluate_template(part, context)
            for key, part in template.items()
        }
    if isinstance(template, list):
        return [evaluate_template(part, context) for part in template]
    if not isinstance(template, str):
        return template
    if template.startswith("$"):
        return _present_value(template, context)
    return _EMBEDDED.sub(lambda match: str(_present_value(match[1], context)), template)


def expressions_in(template: Any) -> Iterator[str]:
    """Yield the expressions of a payload or a parameter, at any depth."""
    if isinstance(template, dict):
        yield from expressions_in([*template, *template.values()])
    elif isinstance(template, list):
        for part in template:
            yield from expressions_in(part)
    elif isinstance(template, str):
        yield from [template] if template.startswith("$") else _EMBEDDED.findall(template)


def _present_value(expression: str, context: Context) -> Any:
    value = evaluate(expression, context)
    if value is ABSENT:
        raise UsageError(f"{expression} has no value")
    return value


class ConditionResult(NamedTuple):
    """Whether a condition holds, and the actual values in words."""

    holds: bool
    actual: str


Condition = Callable[[Context], ConditionResult]


def simple(text: str) -> Condition:
    """Parse a condition of type `simple`. Raises UsageError if it is not one."""
    parser = _Parser(text)
    condition = parser.either()
    if parser.next is not None:
        raise UsageError(f"the condition {text!r} cannot be read at {parser.next[1]!r}")
    return condition


def regex(context: str, pattern: str) -> Condition:
    """Parse a condition of type `regex`: the context, as text, has a match. Raises UsageError."""
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise UsageError(f"{pattern!r} is not a regular expression: {error}") from None

    parse_expression(context)

    def condition(values: Context) -> ConditionResult:
        value = evaluate(context, values)
        holds = value is not ABSENT and compiled.search(_text(value)) is not None
        return ConditionResult(holds, f"{context} is {_shown(value)}")

    return condition


class _Parser:
    """A recursive descent over the tokens of one condition."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text.rstrip()):
            token = _TOKEN.match(text, at)
            if token is None:
                raise UsageError(f"the condition {text!r} cannot be read at {text[at:]!r}")
            kind = str(token.lastgroup)
            self._tokens.append((kind, token[kind]))
            at = token.end()

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
            return lambda context: ConditionResult(not inner(context).holds, inner(context).actual)
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

        def condition(context: Context) -> ConditionResult:
            left_value, right_value = left.value(context), right.value(context)
            actual = [
                f"{operand.text} is {_shown(value)}"
                for operand, value in ((left, left_value), (right, right_value))
                if operand.text.startswith("$")
            ]
            return ConditionResult(compare(left_value, right_value), ", ".join(actual))

        return condition

    def _operand(self) -> _Operand:
        if self.next is None or self.next[0] == "operator":
            raise UsageError(f"the condition {self._text!r} lacks a value")
        kind, text = self._tokens.pop(0)
        if kind == "expression":
            parse_expression(text)
            return _Operand(text, lambda context: evaluate(text, context))
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
    value: Callable[[Context], Any]


def _joined(join: Callable[[Any], bool], parts: list[Condition]) -> Condition:
    def condition(context: Context) -> ConditionResult:
        results = [part(context) for part in parts]
        actual = dict.fromkeys(result.actual for result in results if result.actual)
        return ConditionResult(join(result.holds for result in results), ", ".join(actual))

    return condition


def _equal(left: Any, right: Any) -> bool:
    if left is ABSENT or right is ABSENT:
        return False
    if isinstance(left, bool) is not isinstance(right, bool):
        return False
    return bool(left == right)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def ordered(left: Any, right: Any) -> bool:
        try:
            return compare(*(_moments(left, right) or (left, right)))
        except TypeError:
            return False

    return ordered


def _moments(*values: Any) -> list[datetime] | None:
    """Return date-times as moments; None if a value is none.

    As texts, 12:00:00.5Z would come after 12:00:00.51Z: a server that leaves out trailing zeros
    would break a rule one time in ten.
    """
    if not all(isinstance(value, str) and _DATE_TIME.fullmatch(value) for value in values):
        return None
    try:
        return [datetime.fromisoformat(value) for value in values]
    except ValueError:
        return None


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "<": _ordered(lambda left, right: left < right),
    "<=": _ordered(lambda left, right: left <= right),
    ">": _ordered(lambda left, right: left > right),
    ">=": _ordered(lambda left, right: left >= right),
}

_LONGEST_SHOWN = 300


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json_codec.encode(value).decode()


def _shown(value: Any) -> str:
    if value is ABSENT:
        return "<absent>"
    text = _text(value)
    return repr(text)[:_LONGEST_SHOWN] if isinstance(value, str) else text[:_LONGEST_SHOWN]
