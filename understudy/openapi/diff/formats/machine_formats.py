"""The changes for programs: JSON, JUnit XML, SARIF, GitHub's annotations, and a badge."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal

from understudy.openapi.diff.formats.kinds import advice_on, summary_of
from understudy.openapi.diff.level import Level
from understudy.openapi.diff.report import DiffReport, LocatedChange
from understudy.report_formats import badge, github, junit, sarif

_SEVERITIES: dict[Level, Literal["error", "warning", "note"]] = {
    Level.BREAKING: "error",
    Level.RISKY: "warning",
    Level.HARMLESS: "note",
}


def as_json(report: DiffReport) -> str:
    """Return the changes as an object: `breaks`, the `counts` by level, and `changes`."""
    whole = {
        "old": report.old,
        "new": report.new,
        "breaks": bool(report.counts[Level.BREAKING]),
        "counts": {level: report.counts[level] for level in Level},
        "changes": [_change_json(each) for each in report.shown],
    }
    return json.dumps(whole, indent=2, ensure_ascii=False)


def _change_json(located: LocatedChange) -> dict[str, Any]:
    change = located.change
    return {
        "operation": change.operation,
        "where": change.where,
        "what": change.what,
        "level": change.level,
        "rule": change.rule,
        "document": "old" if change.is_gone else "new",
        "pointer": located.pointer,
        "file": located.file,
        "line": located.line,
    }


def as_junit(report: DiffReport) -> str:
    """Return JUnit XML: a case for each operation, which fails by its changes of the level that
    fails the comparison; if it has others that are risky only, it is skipped."""
    return junit.as_junit(
        f"{report.old} to {report.new}", _cases(report), [("summary", report.summary())]
    )


def _cases(report: DiffReport) -> Iterator[junit.Case]:
    changed = dict(report.by_operation())
    for operation in dict.fromkeys([*report.operations, *changed]):
        changes = [each.change for each in changed.get(operation, ())]
        text = "\n".join(f"{change.level}: {change} ({change.rule})" for change in changes)
        failing = [change for change in changes if report.fails_by(change)]
        noted = failing or [change for change in changes if change.level is not Level.HARMLESS]
        if noted:
            message = "; ".join(str(change) for change in noted)
            outcome: Literal["failure", "skipped"] = "failure" if failing else "skipped"
            yield junit.Case(report.new, operation, outcome, message, text)
        else:
            yield junit.Case(report.new, operation, text=text)


def as_sarif(report: DiffReport) -> str:
    """Return SARIF: an error for what breaks clients, a warning for what is risky, a note for all
    else; each with its file and line."""
    kinds = sorted({each.change.rule for each in report.shown})
    rules = [sarif.Rule(kind, summary_of(kind), advice_on(kind)) for kind in kinds]
    return sarif.as_sarif(rules, map(_result, report.shown), {"summary": report.summary()})


def _result(located: LocatedChange) -> sarif.Result:
    change = located.change
    return sarif.Result(
        rule=change.rule,
        level=_SEVERITIES[change.level],
        message=f"{change.operation}: {change}",
        place=sarif.Place(located.file, located.line or 1, change.operation),
        key=f"{change.rule} {change.operation} {change.where} {change.what}",
    )


def as_github(report: DiffReport) -> str:
    """Return annotations for what breaks clients or is risky, and one with the numbers."""
    levels: dict[Level, Literal["error", "warning"]] = {
        Level.BREAKING: "error",
        Level.RISKY: "warning",
    }
    annotations = [
        github.Annotation(
            level=levels[each.change.level],
            title=f"{each.change.level} change of {each.change.operation}",
            message=str(each.change),
            file=each.file,
            line=each.line or 1,
        )
        for each in report.shown
        if each.change.level in levels
    ]
    numbers = github.Annotation("notice", "Changes of the API", report.summary())
    return github.as_annotations([*annotations, numbers])


def job_summary(report: DiffReport) -> str:
    """Return the changes as a table for the page of a job on GitHub."""
    rows = [
        (each.change.level, each.change.operation, str(each.change), each.change.rule)
        for each in sorted(report.shown, key=lambda each: list(Level).index(each.change.level))
    ]
    head = ("Level", "Operation", "Change", "Kind")
    table = github.html_table(head, rows) if rows else ""
    return f"<h3>Changes of the API</h3>\n<p>{report.summary()}</p>\n{table}"


def as_badge(report: DiffReport) -> str:
    """Return a badge with the number of changes that break clients."""
    number = report.counts[Level.BREAKING]
    return badge.as_badge("breaking changes", str(number or "none"), "bad" if number else "good")
