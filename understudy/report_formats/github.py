"""What GitHub Actions shows of a step: annotations, and the summary on the page of its job."""

from __future__ import annotations

import hashlib
import html
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from understudy.errors import UsageError
from understudy.report_formats.text import cut

#: Annotations that GitHub shows of a step; it drops the others without a word.
_MOST_ANNOTATIONS = 10
#: Characters of a message; GitHub shows 4 KiB of one.
_LONGEST = 3_000
#: Bytes of the summary of a step; GitHub takes 1 MiB, and shows none of a longer one.
_LARGEST = 1_000_000
#: What the runner may take for a command: `::NAME` at the start of a line, or `##[NAME`.
_COMMAND = re.compile(r"^\s*::|##\[", re.MULTILINE)
_ORDER = ("error", "warning", "notice")


@dataclass(frozen=True)
class Annotation:
    """A message on the page of a job, and in a diff if it has a file and line."""

    level: Literal["error", "warning", "notice"]
    title: str
    message: str
    file: str = ""
    line: int = 1

    def command(self) -> str:
        """Return the line by which the runner takes it."""
        place = f",file={_property(self.file)},line={self.line}" if self.file else ""
        message = _escaped(cut(self.message, _LONGEST, "\n..."))
        return f"::{self.level} title={_property(cut(self.title, 200))}{place}::{message}"


def as_annotations(annotations: Iterable[Annotation]) -> str:
    """Return the first ten, errors first, as the runner takes them; the last one of these says how
    many others there are."""
    ordered = sorted(annotations, key=lambda annotation: _ORDER.index(annotation.level))
    shown = list(ordered)
    if len(ordered) > _MOST_ANNOTATIONS:
        left = ordered[_MOST_ANNOTATIONS - 1 :]
        text = "The summary of the job lists them."
        shown = [*ordered[: -len(left)], Annotation(left[0].level, f"and {len(left)} more", text)]
    return "\n".join(annotation.command() for annotation in shown)


def without_commands(text: str) -> str:
    """Return text in which the runner finds no command, if this is a step of a job: what a server
    sent may look like one. A server cannot know the word that ends this, a digest of all of it."""
    if not os.environ.get("GITHUB_ACTIONS") or not _COMMAND.search(text):
        return text
    word = hashlib.sha256(text.encode(errors="backslashreplace")).hexdigest()[:32]
    return f"::stop-commands::{word}\n{text}\n::{word}::"


def append_job_summary(text: str) -> None:
    """Append text (GitHub's Markdown, or HTML) to the summary of the job, if this is a step of one.
    Raises UsageError."""
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if not file:
        return
    try:
        with Path(file).open("a", encoding="utf-8", errors="backslashreplace") as summary:
            summary.write(f"{text}\n")
    except OSError as error:
        raise UsageError(f"the summary of the job cannot be written: {error.strerror}") from None


def html_table(head: Sequence[str], rows: Iterable[Sequence[str]], most: int = 500) -> str:
    """Return a table in HTML, in which GitHub looks for no Markdown: a server's text stays text.

    It ends before a summary of its size is too large, and then says so.
    """
    lines = [f"<table><tr>{''.join(f'<th>{html.escape(cell)}</th>' for cell in head)}</tr>"]
    remaining, size = iter(rows), 0
    for row in islice(remaining, most):
        cells = "".join(f"<td>{html.escape(one_line(cut(cell, 1_000)))}</td>" for cell in row)
        size += len(cells.encode(errors="backslashreplace"))
        if size > _LARGEST // 2:
            remaining = iter([row, *remaining])
            break
        lines.append(f"<tr>{cells}</tr>")
    left = sum(1 for _ in remaining)
    return "\n".join([*lines, "</table>", *([f"<p>and {left} more</p>"] if left else [])])


def one_line(text: str) -> str:
    """Return text without line breaks: a blank line would end the HTML."""
    return " ".join(text.split())


def _property(text: str) -> str:
    return _escaped(text, ":,")


def _escaped(text: str, reserved: str = "") -> str:
    for character in f"%\r\n{reserved}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text
