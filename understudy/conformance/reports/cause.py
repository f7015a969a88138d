"""The cause of findings: what several of them have in common, so that reports show them as one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from understudy.conformance.reports.finding import Finding
from understudy.errors import Violation
from understudy.openapi.document import steps_of

_REQUIRED = re.compile(r'"(.*?)" is a required property')
_ABSENT = re.compile(r"\$response\.\S+ is <absent>")
#: The checks that say the server failed; reports begin with them.
_SERVER_FAILURES = frozenset({"not_a_server_error", "answers_every_request"})


def schema_cause(
    rule: str, schema_path: Sequence[str | int], at: Sequence[str | int], message: str
) -> str:
    """Return the cause of a value that breaks a schema: the keyword and the name of the field.

    A field that lacks in nine responses is one cause. `schema_path` leads to the keyword that the
    value `at` a place breaks; without a field there, the schema's own path tells causes apart.
    """
    words = [str(step) for step in schema_path]
    keyword = words[-1] if words else ""
    required = _REQUIRED.match(message) if keyword == "required" else None
    names = [str(step) for step in at if not str(step).isdigit()]
    field = required[1] if required else names[-1] if names else "/".join(words[:-1])
    return f"{rule} {keyword} {field}"


def violation_cause(rule: str, violation: Violation, status: int) -> str:
    """Return the cause of a violation of our own validator, in a message with a status; it is that
    of a failure of Schemathesis for the same reason."""
    if violation.rule:
        at = steps_of(violation.at)
        return schema_cause(rule, steps_of(violation.rule), at, violation.message)
    is_about_status = rule == "status_code_conformance"
    return f"{rule} {status if is_about_status else violation.message}"


def failure_cause(rule: str, failure: Any) -> str:
    """Return the cause of a failure of Schemathesis: for most checks, the check and what is
    particular about the response."""
    if type(failure).__name__ == "JsonSchemaError":
        path, at = list(failure.schema_path), list(failure.instance_path)
        return schema_cause(rule, path, at, failure.message)
    names = ("status_code", "missing_headers", "content_type")
    details = [str(getattr(failure, name)) for name in names if getattr(failure, name, None)]
    return " ".join([rule, *details])


def rule_cause(rule: str, operation: str, reason: str) -> str:
    """Return the cause of a broken rule: a field that lacks in the responses of an operation, which
    mostly breaks many rules, else the rule itself."""
    absent = _ABSENT.search(reason)
    return f"{operation} {absent[0]}" if absent else rule


def other_names(group: Sequence[Finding]) -> tuple[list[str], list[str]]:
    """Return the operations and the rules of a group that its first finding does not have."""
    first, *others = group
    operations = dict.fromkeys(other.operation for other in others)
    rules = dict.fromkeys(other.rule for other in others)
    return [o for o in operations if o != first.operation], [r for r in rules if r != first.rule]


def by_cause(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Return findings with the same cause together: first where the server failed, then the most
    frequent ones."""
    return sorted(_grouped(findings, whole=False), key=_rank)


def by_text(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Return only findings with the same text together, in the order of tiers and operations."""
    return list(_grouped(findings, whole=True))


def _grouped(findings: Iterable[Finding], *, whole: bool) -> Iterable[list[Finding]]:
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in sorted(findings, key=lambda f: (f.tier, f.operation, f.rule)):
        text = (finding.rule, finding.title, finding.message)
        same = (finding.cause,) if finding.cause and not whole else text
        groups.setdefault((finding.tier, *same), []).append(finding)
    return groups.values()


def _rank(group: list[Finding]) -> tuple[bool, int]:
    return group[0].rule not in _SERVER_FAILURES, -len(group)
