"""Reports of the judge, in the forms that people and machines read."""

from collections.abc import Callable

from understudy.reports.html import as_html
from understudy.reports.machines import as_github, as_json, as_junit, as_sarif
from understudy.reports.text import as_text
from understudy.verdicts import Report

FORMATS: dict[str, Callable[[Report], str]] = {
    "text": as_text,
    "json": as_json,
    "junit": as_junit,
    "sarif": as_sarif,
    "github": as_github,
    "html": as_html,
}

__all__ = ["FORMATS", "as_text"]
