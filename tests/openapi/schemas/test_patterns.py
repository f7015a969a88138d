"""Patterns are those of ECMA-262, and backtracking is bounded."""

from __future__ import annotations

import re

import pytest

from tests.openapi.schemas.support import BODY, contract_of, rules_of, validators_of, violations_of
from understudy.openapi.schemas.strings.patterns import is_supported, python_pattern

#: A pattern, a text that it matches, and one that it does not.
PATTERNS = [
    (r"^\p{L}+$", "Ünïcode", "a1"),
    (r"^\P{Lu}$", "a", "A"),
    (r"^[\P{L}]$", "1", "A"),
    (r"^[\P{M}\p{Nd}]$", "a", "\u0301"),
    (r"^\p{Script=Greek}+$", "αβγ", "abc"),
    (r"^[\p{L}-z]+$", "é-z", "1"),
    (r"^(?<year>\d{4})-\k<year>$", "2024-2024", "2024-2025"),
    (r"^(?:(?<a>x)|(?<a>y))$", "y", "z"),
    (r"^(a)\1$", "aa", "ab"),
    (r"^\1(a)$", "a", "aa"),
    (r"^[\w-.]+$", "a-b.c", "a b"),
    (r"^[a-\d]$", "-", "b"),
    (r"^\d$", "1", "\u0663"),
    (r"^[\d]$", "1", "\u0663"),
    (r"^[^\d]$", "\u0663", "1"),
    (r"^[\w]$", "a", "é"),
    (r"^[\W]$", "é", "a"),
    (r"\bfoo\b", "éfoo", "afoo"),
    (r"^[\s]$", "\ufeff", "\x85"),
    (r"^.$", "\U0001f600", "\u2028"),
    (r"^a$", "a", "a\n"),
    (r"^[^]$", "\n", ""),
    (r"^(?:a|[])$", "a", "b"),
    (r"^[\s\S]$", "\n", ""),
    (r"(?<=\$)\d+", "$12", "12"),
    (r"^(?!.*\.\.)\S+$", "a.b", "a..b"),
    (r"^\u{1F600}\uD83D\uDE00$", "\U0001f600\U0001f600", "u"),
    (r"^\cA\x41\0[\b]$", "\x01A\0\b", "cA"),
    (r"^[a&&b]$", "&", "c"),
    (r"^[[a]$", "[", "b"),
    (r"^{a}$", "{a}", "a"),
    (r"^x{,3}$", "x{,3}", "xx"),
    (r"^\<\/\-\@$", "</-@", "x"),
    (r"^(?=a)*b$", "b", "a"),
    (r"^.{0,65535}$", "a", "\n"),
    # Written for other engines
    (r"\A(?P<n>[[:alpha:]]+)-(?P=n)\Z", "a-a", "a-b"),
    (r"^(?>\h+)\Qa.b\E$", "\ta.b", " axb"),
    (r"^\p{IsBasicLatin}\p{IsGreek}$", "aβ", "éβ"),
]


@pytest.mark.parametrize(("pattern", "match", "other"), PATTERNS)
def test_pattern_means_what_ecmascript_says(pattern: str, match: str, other: str) -> None:
    """Patterns of strings and of property names are searched for as browsers do."""
    request, _ = validators_of({"pattern": pattern})
    assert violations_of(request, match) == []
    message = request.violations(other)[0].message
    assert pattern in message
    properties, _ = validators_of({"patternProperties": {pattern: False}})
    assert properties.accepts({other: 1})
    assert not properties.accepts({match: 1})


@pytest.mark.parametrize("pattern", ["(", "[z-a]", "a**", r"\X", r"(?<n>a)\k<m>", "x{2,1}"])
def test_pattern_that_nobody_reads_is_left_out(pattern: str) -> None:
    """The rest of its schema counts."""
    assert not is_supported(pattern)
    assert python_pattern(pattern) is None or pattern == r"\X"
    for name in ({}, {"$id": "https://example.com/text"}):
        request, _ = validators_of({**name, "type": "string", "pattern": pattern})
        assert request.accepts("(")
        assert not request.accepts(1)
    request, _ = validators_of(
        {"patternProperties": {pattern: False}, "additionalProperties": False}
    )
    assert request.accepts({"a": 1})


def test_patterns_that_are_the_same_count_both() -> None:
    """Two ways to write a pattern of property names are two rules."""
    request, _ = validators_of(
        {"patternProperties": {r"^\_": {"minimum": 1}, "^_": {"maximum": 2}}}
    )
    assert request.accepts({"_a": 1})
    assert not request.accepts({"_a": 0})
    assert not request.accepts({"_a": 3})


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"^(?:(a|aa)+)\1$", "a" * 60 + "!"),
        (r"^(\w+\s?)*(?<!x)$", "aaaa " * 2000 + "!"),
        (r"^(a+)+(?!b)$", "a" * 5000 + "!"),
        (r"^(?=(.*)*z)(.*)*\1y$", "a" * 3000),
        (r"^(([a-z])+.)+[A-Z]([a-z])+\2$", "a" * 200),
    ],
)
def test_backtracking_ends(pattern: str, text: str) -> None:
    """A text that takes too many steps to compare does not match, and its violation says so.

    Without the bound the comparison would take years.
    """
    request, _ = validators_of({"pattern": pattern})
    assert not request.accepts(text)
    (violation,) = request.violations(text)
    assert violation.rule == f"{BODY}/pattern"
    assert "too many steps" in violation.message or "does not match" in violation.message


def test_violation_says_that_a_comparison_ended() -> None:
    """It shows the pattern as its author wrote it."""
    pattern = r"^(?:(?<n>a|aa)+)\k<n>$"
    schema = contract_of({"pattern": pattern})
    assert rules_of(schema, "a" * 60 + "!") == [(f"{BODY}/pattern", pattern)]
    ((_, message),) = violations_of(validators_of({"pattern": pattern})[0], "a" * 60 + "!")
    assert message.endswith(f'!" does not match "{pattern}": the comparison took too many steps')


@pytest.mark.parametrize(("pattern", "match", "_other"), PATTERNS)
def test_python_has_each_pattern(pattern: str, match: str, _other: str) -> None:
    """Python's `re`, which writes examples, reads the patterns; it matches ASCII as they do."""
    python = python_pattern(pattern)
    assert python is not None
    assert re.search(python, match) or not match.isascii()
