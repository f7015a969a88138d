"""YAML 1.2's core schema and JSON, as documents have them."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.openapi.loading.yaml_reader import (
    MAX_DEPTH,
    ReaderError,
    decode,
    line_numbers,
    read_text,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[NO, no, Yes, on, OFF, y, n]", ["NO", "no", "Yes", "on", "OFF", "y", "n"]),
        ("[12:30, 12:30:00, 2020-05-17, 2020-05-17T10:00:00Z]", None),
        ("[010, 0o10, 0x1F, 1_000, -7, +7, 0b11]", [10, 8, 31, "1_000", -7, 7, "0b11"]),
        (
            "[1.5, 1e3, .5, 1., .inf, .nan, 1e999]",
            [1.5, 1e3, 0.5, 1.0, ".inf", ".nan", 1.7976931348623157e308],
        ),
        (
            "[true, True, TRUE, false, ~, null, '', 'true']",
            [True, True, True, False, None, None, "", "true"],
        ),
        (
            "{200: a, true: b, on: c, ~: d, 1.0: e}",
            {"200": "a", "true": "b", "on": "c", "~": "d", "1.0": "e"},
        ),
        (
            "a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}",
            {"a": {"b": 1}, "c": {"b": 1}, "d": {"e": 2, "b": 1}},
        ),
        ("a: !!str 1\nb: !!int '2'\nc: !custom x", {"a": "1", "b": 2, "c": "x"}),
        ('{"a": 1e2, "b": "\\ud800"}', {"a": 100.0, "b": "?"}),
        ("", None),
    ],
)
def test_values_are_what_they_look_like(text: str, value: Any) -> None:
    """Words and times are texts; numbers are decimal; keys are texts."""
    if value is None and text:
        value = text.strip("[]").split(", ")
    assert read_text(text).value == value


@pytest.mark.parametrize("text", ["a: NO", "a: on", "NO: a", "a: 12:30", "a: 010", "a: 1_000"])
def test_values_that_yaml_1_1_reads_otherwise_are_noted(text: str) -> None:
    """With their places; quoted ones are not."""
    (note,) = read_text(f"x:\n  {text}").notes
    assert (note.is_ambiguous, note.line, note.steps) == (True, 2, ("x", text.split(":")[0]))
    assert not read_text(f'"x": "{text}"').notes


@pytest.mark.parametrize("text", ["b: 1\na: {k: 1, k: 2}", '{"b": 1,\n "a": {"k": 1, "k": 2}}'])
def test_duplicate_keys_are_noted(text: str) -> None:
    """The last one counts, in YAML and in JSON."""
    result = read_text(text)
    assert result.value == {"b": 1, "a": {"k": 2}}
    assert [(note.steps, note.line) for note in result.notes] == [(("a", "k"), 2)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: [", "expected"),
        ('{"a" 1]', "not valid JSON"),
        ("a: *b", "line 1 has the alias *b without an anchor"),
        ("a: &a [*a]", "the alias *a without an anchor"),
        ("? [1]\n: 2", "line 1 has an object or a list as a key"),
        ("a: 1\n---\nb: 2", "more than one YAML document"),
        ("[" * 300 + "]" * 300, f"more than {MAX_DEPTH} levels deep"),
        ("[" * 100_000, f"more than {MAX_DEPTH} levels deep"),
        ("a: " + "{b: " * 300 + "1" + "}" * 300, f"more than {MAX_DEPTH} levels deep"),
    ],
)
def test_texts_that_cannot_be_read_are_refused(text: str, reason: str) -> None:
    """A sentence says why."""
    with pytest.raises(ReaderError) as error:
        read_text(text)
    assert reason in str(error.value)


def test_aliases_are_bounded() -> None:
    """Nine levels of nine aliases each would be four hundred million values."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    for level in range(1, 9):
        lines.append(f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]")
    with pytest.raises(ReaderError, match="aliases stand for more than"):
        read_text("\n".join(lines))


def test_aliases_are_copies() -> None:
    """A change of one value does not change the other."""
    value = read_text("a: &x {b: [1]}\nc: *x").value
    value["a"]["b"].append(2)
    assert value["c"] == {"b": [1]}


def test_bytes_are_text_of_any_unicode_encoding() -> None:
    """UTF-8 with and without a byte order mark, UTF-16 with one; nothing else."""
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert decode("é: ü".encode(encoding)) == "é: ü"
    with pytest.raises(ReaderError, match="not UTF-8"):
        decode(b"\xe9")


def test_lines_are_those_of_keys_and_items() -> None:
    """From 1."""
    lines = line_numbers("a:\n  b:\n    - x\n    - c: 1\n")
    assert lines["a", "b"] == 2
    assert (lines["a", "b", "0"], lines["a", "b", "1", "c"]) == (3, 4)
