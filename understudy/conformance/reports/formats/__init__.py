"""Reports of a check, in the formats that people and programs read."""

from collections.abc import Callable

from understudy.conformance.reports.formats.badge import as_badge
from understudy.conformance.reports.formats.github import as_github
from understudy.conformance.reports.formats.html import as_html
from understudy.conformance.reports.formats.json_format import as_json
from understudy.conformance.reports.formats.junit import as_junit
from understudy.conformance.reports.formats.sarif import as_sarif
from understudy.conformance.reports.formats.text import as_text
from understudy.conformance.reports.report import Report

FORMATS: dict[str, Callable[[Report], str]] = {
    "text": as_text,
    "json": as_json,
    "junit": as_junit,
    "sarif": as_sarif,
    "github": as_github,
    "html": as_html,
    "badge": as_badge,
}

__all__ = ["FORMATS", "as_text"]
