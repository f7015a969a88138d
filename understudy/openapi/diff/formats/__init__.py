"""The changes between two documents as text, as a page, and in the formats of other programs."""

from __future__ import annotations

from collections.abc import Callable

from understudy.openapi.diff.formats.html import as_html
from understudy.openapi.diff.formats.machine_formats import (
    as_badge,
    as_github,
    as_json,
    as_junit,
    as_sarif,
)
from understudy.openapi.diff.formats.text import as_text
from understudy.openapi.diff.report import DiffReport

FORMATS: dict[str, Callable[[DiffReport], str]] = {
    "text": as_text,
    "json": as_json,
    "junit": as_junit,
    "sarif": as_sarif,
    "github": as_github,
    "html": as_html,
    "badge": as_badge,
}
