"""Refusals of requests to the control API, in words that help."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from understudy.errors import Invalid, Problem, Violation
from understudy.openapi.document import escape, follow
from understudy.runtime.plans.request_matcher import RequestMatcher
from understudy.runtime.world import World
from understudy.serving.api import HookContext
from understudy.timestamps import not_a_duration

#: Valid names of headers (RFC 9110, section 5.6.2).
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
_FRAMING = frozenset({"content-length", "transfer-encoding"})


def check_header_names(names: Iterable[str], at: str = "/headers") -> None:
    """Reject headers that cannot be sent; they stand `at` a place of the body. Raises Problem
    409."""
    for name in names:
        if not _TOKEN.fullmatch(name):
            raise _refusal(f"{name!r} is not a valid name of a header", at, name)
        if name.lower() in _FRAMING:
            reason = f"{name} is computed from the body; use `corrupt` to damage a body"
            raise _refusal(reason, at, name)


def _refusal(message: str, at: str, name: str) -> Problem:
    violation = Violation("body", f"{at}/{escape(name)}", message)
    return Problem(409, message, violations=(violation,))


def translate_violations(
    world: World, context: HookContext, given: Mapping[str, Any], problem: Problem
) -> Problem:
    """Return the problem of a request that breaks the contract: what a duration and a pattern may
    be, instead of the rules of their schemas."""
    body = given.get("body")
    violations = tuple(_in_words(violation, body) for violation in problem.violations)
    if violations == problem.violations:
        return problem
    return Invalid([*violations], problem.status)


def _in_words(violation: Violation, body: Any) -> Violation:
    if violation.rule == "#/components/schemas/Duration/pattern":
        value = follow(body, f"#{violation.at}")
        return replace(violation, message=not_a_duration(value))
    if violation.rule == "#/components/schemas/RequestToMake/properties/path/pattern":
        value = follow(body, f"#{violation.at}")
        message = (
            f"{value!r:.200} is not a path: write it from its first /, as in /api/users?limit=1"
        )
        return replace(violation, message=message)
    if violation.rule.endswith("/anyOf") and "/when/" in violation.at:
        at = violation.at[: violation.at.index("/when") + len("/when")]
        try:
            RequestMatcher.from_json(follow(body, f"#{at}"), at)
        except Invalid as refused:
            return replace(refused.violations[0], rule=violation.rule)
    return violation
