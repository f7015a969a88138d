"""Problems of a document: what is wrong, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from understudy.openapi.document import as_fragment

Severity = Literal["error", "warning", "hint"]

#: The severities, the worst first: what the specification forbids or cannot be used; what is most
#: likely a mistake; what readers and tests miss.
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "hint")


@dataclass(frozen=True, slots=True)
class DocumentProblem:
    """One thing that is wrong with a document, and how to mend it.

    `pointer` is the JSON pointer to it (`#/paths/~1a/get`) and `line` its line, from 1, in `file`:
    the path or URL of a file that the document includes, or None for the document's own.
    """

    pointer: str
    message: str
    severity: Severity = "error"
    line: int | None = None
    file: str | None = None

    def describe(self, source: str, label: str | None = None) -> str:
        """Return `FILE:LINE: LABEL: POINTER: MESSAGE`; the label is its severity by default."""
        line = "" if self.line is None else f":{self.line}"
        label = self.severity if label is None else label
        place = as_fragment(self.pointer)
        return f"{self.file or source}{line}: {label and label + ': '}{place}: {self.message}"
