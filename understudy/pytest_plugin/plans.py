"""What a test planned and nothing met: fault rules and stubs, and scheduled requests."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from understudy.client import ControlClient


def unmet_plans(control: ControlClient) -> list[str]:
    """Return lines about each plan of a namespace that nothing has met.

    A rule that is left to chance (`probability`) may rightly meet nothing.
    """
    lines: list[str] = []
    for rule in control.faults():
        if not rule["hits"] and rule["probability"] >= 1:
            lines += _unmet_rule(control, rule)
    for scheduled in control.scheduled():
        if scheduled["status"] is None:
            lines.append(_scheduled(scheduled))
    return lines


def _unmet_rule(control: ControlClient, rule: Mapping[str, Any]) -> Iterator[str]:
    when = rule["when"]
    operation = when.get("operation")
    parts = [
        f"{name}={value!r}" for name, value in when.items() if name not in ("api", "operation")
    ]
    fields = f" with {', '.join(parts)}" if parts else ""
    yield f"fault {rule['id']} for {operation or 'any request'}{fields}: {_shortened(rule['then'])}"
    if operation:
        yield from (f"  {line}" for line in _reasons(control, when))


def _reasons(control: ControlClient, when: Mapping[str, Any]) -> Iterator[str]:
    """Yield why no request of an operation met a rule."""
    from understudy.client.exchange import near_miss

    result = control.verify(when)
    misses = [n for n in result["near"] if n["request"]["operation"] == when["operation"]]
    if result["count"]:
        yield "its requests came before it was planned, or met an earlier rule"
    for miss in misses:
        yield from near_miss(miss)
    if not misses and not result["count"]:
        yield "no request for it"


def _scheduled(scheduled: Mapping[str, Any]) -> str:
    request = scheduled["request"]
    when = {name: scheduled[name] for name in ("in", "at", "after") if name in scheduled}
    due = f", due {scheduled['due']}" if "due" in scheduled else ""
    name = f"scheduled request {scheduled['id']}"
    return f"{name}: {request['method']} {request['path']} {_shortened(when)}{due}"


def _shortened(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 100 else f"{text[:97]}..."
