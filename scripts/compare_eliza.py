"""The comparison: the same requests to a released ElizaOS server and to the stand-in.

What differs from run to run (identifiers, times, durations) counts as equal where both have one of
its kind; all else has to be the same: status, names and types, texts, numbers and order.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import httpx
from compare_eliza_known import KNOWN
from compare_eliza_servers import AGENT, Side, released, stand_in

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_TIME = re.compile(r"[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_UPLOAD = re.compile(r"\d{13}-\d{1,9}\b")
_SHORT_ID = re.compile(r"\b(Channel|User-|session-)\s?[0-9a-f]{8}\b")
_DATE = re.compile(r"\d{1,2}/\d{1,2}/\d{4}, \d{1,2}:\d\d:\d\d [AP]M")

#: Values that pass with time, or that are the server's own business.
_PASSING = frozenset({"timeRemaining", "uptime", "stack", "duration", "durationMs"})
_EARLIEST = 1_000_000_000_000

#: How long the agent may take to answer.
_PATIENCE = 15


class Difference(NamedTuple):
    """One place where the answers are not the same."""

    step: str
    at: str
    real: str
    ours: str

    def __str__(self) -> str:
        return f"{self.step}{self.at and ' ' + self.at}: {self.real} | {self.ours}"


class Comparison:
    """Two servers that are sent the same, step by step, and what they answered differently."""

    def __init__(self, real: Side, ours: Side) -> None:
        self.sides = (real, ours)
        self.count = 0
        self.families: Counter[str] = Counter()
        self.differences: list[Difference] = []
        for side in self.sides:
            side.values.update(agent=AGENT, user="5b2f7c1e-90ad-4d3b-8a56-3e1f0c9d7b24")
            side.values.update(nobody="99999999-9999-4999-8999-999999999999")
            side.values.update(server="00000000-0000-0000-0000-000000000000")

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        note: dict[str, str] | None = None,
        secret: bool = False,
        shape: bool = False,
        **more: Any,
    ) -> None:
        """Send one request to both. `note` names values of the answer, by their JSON pointers;
        of a `secret` answer only the status is told, of one of which only the `shape` counts no
        values are compared."""
        if body is not None:
            more["json"] = body
        answers = [side.send(method, path, **more) for side in self.sides]
        self.count += 1
        self.families[_family(path)] += 1
        step = f"{method} {path}" + (f" {json.dumps(body)[:80]}" if body is not None else "")
        for side, answer in zip(self.sides, answers, strict=True):
            for name, pointer in (note or {}).items():
                side.values[name] = str(_at(answer, pointer))
        real, ours = (_seen(answer, secret, shape) for answer in answers)
        self.differences += differences(step, "", real, ours)

    def advance(self, milliseconds: int) -> None:
        """Let time pass on both."""
        for side in self.sides:
            side.set_ahead(side.ahead + milliseconds)

    def until(self, path: str, pointer: str, count: int) -> None:
        """Wait until both have so many things there, such as the agent's answer."""
        for side in self.sides:
            end = time.monotonic() + _PATIENCE
            while time.monotonic() < end:
                found = _at(side.send("GET", path), pointer, missing=[])
                if len(found) >= count:
                    break
                time.sleep(0.1)


def differences(step: str, at: str, real: Any, ours: Any) -> Iterator[Difference]:
    """Where two values are not the same."""
    if isinstance(real, dict) and isinstance(ours, dict):
        for name in sorted({*real, *ours}):
            here = f"{at}/{name}"
            if name in real and name in ours:
                yield from differences(step, here, real[name], ours[name])
            else:
                yield Difference(step, here, *(_brief(x.get(name, "-")) for x in (real, ours)))
    elif isinstance(real, list) and isinstance(ours, list) and len(real) == len(ours):
        for number, (one, other) in enumerate(zip(real, ours, strict=True)):
            yield from differences(step, f"{at}/{number}", one, other)
    elif type(real) is not type(ours) or real != ours:
        yield Difference(step, at, _brief(real), _brief(ours))


def _seen(answer: httpx.Response, secret: bool, shape: bool) -> dict[str, Any]:
    """What is compared of an answer."""
    kind = answer.headers.get("content-type", "").partition(";")[0]
    seen: dict[str, Any] = {"status": answer.status_code, "type": kind}
    if secret:
        return seen
    if kind == "application/json":
        body = normal(answer.json())
        seen["body"] = _shape(body) if shape else body
    elif kind == "text/event-stream":
        events = re.findall(r"^event: (.*)\ndata: (.*)$", answer.text, re.MULTILINE)
        kept = [(name, data) for name, data in events if name != "chunk"]
        seen["events"] = [[name, _shape(normal(json.loads(data)))] for name, data in kept]
    elif kind.startswith("text/"):
        seen["text"] = _text(answer.text)
    return seen


def normal(value: Any, name: str = "") -> Any:
    """The value with a word in the place of what differs from run to run."""
    if isinstance(value, dict):
        return {_text(key): normal(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [normal(item) for item in value]
    if name in _PASSING and value is not None:
        return f"<{name}>"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and value > _EARLIEST:
        return "<milliseconds>"
    return value


def _text(text: str) -> str:
    for pattern, word in (
        (_UUID, "<uuid>"),
        (_TIME, "<time>"),
        (_UPLOAD, "<file>"),
        (_SHORT_ID, r"\1<id>"),
        (_DATE, "<date>"),
    ):
        text = pattern.sub(word, text)
    return text


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shape(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_shape(value[0])] if value else []
    return type(value).__name__


def _at(answer: httpx.Response, pointer: str, missing: Any = "missing") -> Any:
    try:
        value = answer.json()
        for name in pointer.strip("/").split("/"):
            value = value[int(name) if isinstance(value, list) else name]
    except (ValueError, LookupError, TypeError):
        return missing
    return value


def _family(path: str) -> str:
    parts = path.partition("?")[0].strip("/").split("/")
    return "/".join(parts[1:3]) if parts[1:2] == ["messaging"] else "/".join(parts[:2])


def _brief(value: Any) -> str:
    text = value if value == "-" else json.dumps(value)
    return text if len(text) <= 160 else text[:157] + "..."


def report(comparison: Comparison, version: str) -> bool:
    """Tell what differs; whether all of it is known."""
    used: set[int] = set()
    unknown = []
    for difference in comparison.differences:
        number = _known(difference, version)
        if number is None:
            unknown.append(difference)
        else:
            used.add(number)
    for difference in unknown:
        print(difference)
    told = len(comparison.differences) - len(unknown)
    families = ", ".join(f"{n} {f}" for f, n in sorted(comparison.families.items()))
    print(f"\n@elizaos/server {version}: {comparison.count} requests ({families})")
    print(f"{len(unknown)} unknown differences, {told} known ones, for these reasons:")
    for number, known in enumerate(KNOWN):
        if known.version != version:
            continue
        print(f"  {'' if number in used else '(not seen) '}{known.reason}")
    return not unknown


def _known(difference: Difference, version: str) -> int | None:
    for number, known in enumerate(KNOWN):
        if known.version == version and known.covers(str(difference)):
            return number
    return None


def main() -> int:
    """Compare; 0 where all differences are known, else 1."""
    from compare_eliza_requests import FAMILIES, OLDER

    parser = argparse.ArgumentParser(description=__doc__, prog="scripts/compare-eliza")
    names = [family.__name__ for family in FAMILIES]
    parser.add_argument("--only", nargs="*", default=names, choices=names, metavar="FAMILY")
    parser.add_argument("--newest-only", action="store_true", help="leave out release 1.6.5")
    options = parser.parse_args()
    chosen = [family for family in FAMILIES if family.__name__ in options.only]
    same = _compare("1.7.2", "1.7", chosen)
    if not options.newest_only:
        same = _compare("1.6.5", "docs", [OLDER]) and same
    return 0 if same else 1


def _compare(version: str, persona: str, families: list[Callable[[Comparison], None]]) -> bool:
    with released(version) as real, stand_in(persona) as ours:
        comparison = Comparison(real, ours)
        for family in families:
            family(comparison)
    return report(comparison, version)


if __name__ == "__main__":
    sys.exit(main())
