"""The report as text for people: the summary, a block for each cause of findings, and the verdict
in the last line."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator

from understudy.conformance.reports.cause import by_cause, by_text, other_names
from understudy.conformance.reports.finding import Finding
from understudy.conformance.reports.formats.table import table
from understudy.conformance.reports.report import Report
from understudy.conformance.reports.rule_result import RuleResult
from understudy.conformance.reports.wording import counted
from understudy.report_formats.text import cut, visible

#: Causes that are shown, and lines of one kind or message, unless all is wanted.
_MOST_CAUSES, _MOST_LINES = 10, 14
#: Names in a list of operations that the server lacks, or of rules.
_MOST_NAMES = 5


def as_text(report: Report, *, verbose: bool = False, width: int | None = None) -> str:
    """Return the report; with `verbose` it has every finding and the whole of each.

    Lines end at a `width`, if there is one. Control characters that a server sent are shown by
    their numbers, so that they do not reach the terminal.
    """
    lines = visible("\n".join(_lines(report, verbose))).split("\n")
    return "\n".join(lines if width is None else [_fitting(line, width) for line in lines])


def _fitting(line: str, width: int) -> str:
    """Return a line that is not longer than the width, which says where the whole of it is."""
    note = f" ... ({len(line):,} characters; --output FILE has them all)"
    return cut(line, width, note)


def _lines(report: Report, verbose: bool) -> Iterator[str]:
    findings = [*_blocks(report, verbose)]
    if findings:
        yield verdict(report)
        yield ""
    yield from _summary(report, verbose)
    if findings:
        yield ""
        yield from findings
    yield verdict(report)


def _summary(report: Report, verbose: bool) -> Iterator[str]:
    errors = [f"could not be judged: {error}" for error in report.errors]
    yield from _first(errors, verbose)
    yield from table(report)
    yield from _not_implemented(report, verbose)
    yield from _rules(report, verbose)
    if report.coverage.explored:
        explored = counted(len(report.coverage.explored), "operation")
        yield f"explored {explored}: {counted(len(report.for_review), 'difference')} for review"
    yield from filter(None, [report.personas.summary(), *report.notes])
    left = [f"not cleaned up at the target: {line}" for line in report.not_cleaned_up]
    yield from _first(left, verbose)
    yield from _client(report)
    yield from _first([f"fixed since the baseline: {key}" for key in report.fixed], verbose)


def _first(lines: list[str], verbose: bool) -> Iterator[str]:
    """Yield the first lines of one kind, and how many are left out."""
    most = len(lines) if verbose else _MOST_LINES
    yield from lines[:most]
    if lines[most:]:
        yield f"  and {len(lines) - most} more like this: --verbose shows all"


def _not_implemented(report: Report, verbose: bool) -> Iterator[str]:
    names = report.not_implemented
    if names:
        yield report.level
        count, most = counted(len(names), "operation"), len(names) if verbose else _MOST_NAMES
        more = f" and {len(names) - most} more" if len(names) > most else ""
        yield f"not implemented: {count} ({', '.join(names[:most])}{more})"


def _rules(report: Report, verbose: bool) -> Iterator[str]:
    if not report.rules:
        return
    counts = Counter(rule.verdict for rule in report.rules)
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
    yield f"{counted(len(report.rules), 'rule')} of behaviour: {verdicts}"
    reasons = Counter(map(_reason, (rule for rule in report.rules if not rule.is_judged)))
    for reason, count in reasons.items():
        yield f"  {counted(count, 'rule')} not judged: {reason}"
    ours = [rule for rule in report.rules if rule.verdict == "broken" and rule.basis == "decided"]
    lines = [f"  our own choice, not counted: {rule.id} ({rule.reason})" for rule in ours]
    yield from _first(lines, verbose)


def _reason(rule: RuleResult) -> str:
    """Return why a rule is not judged; the operations that are absent are named elsewhere."""
    needs_absent = rule.reason.startswith("needs ")
    return "the operations needed are not implemented" if needs_absent else rule.reason


def _client(report: Report) -> Iterator[str]:
    if report.client_findings:
        count = counted(len(report.client_findings), "finding")
        verb = "does" if len(report.client_findings) == 1 else "do"
        yield f"{count} about the client, which {verb} not count against the server"


def verdict(report: Report) -> str:
    """Return whether the contract is kept, and how much was covered, in one sentence."""
    cut_short = report.is_cut_short or any(
        error.startswith("the run was cut short") for error in report.errors
    )
    parts = [report.coverage.summary(), report.rate_limited()]
    parts += ["the run was cut short"] if cut_short else []
    covered = "; ".join(filter(None, parts))
    accepted = report.baseline_summary()
    if report.conforms and accepted:
        return f"{report.address} has no new findings: {accepted} ({covered})"
    if report.conforms:
        return f"{report.address} keeps the contract of {report.api} ({covered})"
    if report.findings:
        operations = {finding.operation for finding in report.findings}
        new = "new " if accepted else ""
        return (
            f"{report.address} breaks the contract of {report.api}: "
            f"{counted(len(report.findings), f'{new}finding')} in "
            f"{counted(len(operations), 'operation')}{accepted and f', {accepted}'} ({covered})"
        )
    return f"{report.address} could not be judged by the contract of {report.api} ({covered})"


def _blocks(report: Report, verbose: bool) -> Iterator[str]:
    """Yield a block for each cause, those about the server first, and how many are left out."""
    kinds = (
        (report.findings, "breaks", ""),
        (report.client_findings, "breaks", "the client: "),
        (report.for_review, "is for review,", ""),
    )
    for findings, verb, prefix in kinds:
        groups = by_text(findings) if verbose else by_cause(findings)
        most = len(groups) if verbose else _MOST_CAUSES
        for group in groups[:most]:
            yield from _block(group, verb, prefix, verbose)
        left = groups[most:]
        if left:
            count = counted(sum(map(len, left)), "finding")
            yield f"{prefix}and {len(left)} more ({count}): --verbose shows all"
            yield ""


def _block(group: list[Finding], verb: str, prefix: str, verbose: bool) -> Iterator[str]:
    """Yield the first finding of a group, how to repeat it, and where the others are."""
    finding = group[0]
    yield f"{prefix}{finding.operation} {verb} {finding.rule}: {finding.title}"
    if finding.basis != "documented":
        yield f"    (the basis of the rule: {finding.basis})"
    lines = finding.message.splitlines()
    most = len(lines) if verbose else _MOST_LINES
    yield from (f"    {line}".rstrip() for line in lines[:most])
    if lines[most:]:
        yield f"    ... ({counted(len(lines) - most, 'more line')}: --verbose shows all)"
    yield "  repeat it with:"
    yield from (f"    {curl}" for curl in finding.curl)
    yield from _others(group)
    yield ""


def _others(group: list[Finding]) -> Iterator[str]:
    """Yield for what else of a group the first finding stands."""
    operations, rules = other_names(group)
    if operations:
        verb = "does" if len(operations) == 1 else "do"
        text = f"so {verb} {counted(len(operations), 'other operation')}: {', '.join(operations)}"
        yield _filled(text)
    if rules:
        more = f" and {len(rules) - _MOST_NAMES} more" if len(rules) > _MOST_NAMES else ""
        names = ", ".join(rules[:_MOST_NAMES])
        text = f"{counted(len(rules), 'other rule')} broken by the same: {names}{more}"
        yield _filled(text)


def _filled(text: str) -> str:
    """Return a text in lines that break between words only: names have hyphens."""
    return textwrap.fill(
        text, 100, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False
    )
