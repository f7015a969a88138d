"""What differs between two answers to one request, but for what may differ: ids are the same up to
a bijection, times up to their order, and texts that nobody sent are a server's own."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from understudy.conformance.exploration.resource_types import is_uuid, names_an_id
from understudy.http.json_codec import ABSENT
from understudy.openapi.contract import Operation
from understudy.openapi.document import Document, resolve

#: Differences of one answer that are looked for.
MOST = 20

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_TOKEN = re.compile(r"[A-Za-z]+(_[A-Za-z]+)*")
#: Milliseconds since 1970 of the years in which servers are judged.
_MILLISECONDS = (1_500_000_000_000, 2_500_000_000_000)
#: Seconds by which two moments must be apart for their order to count.
_MOMENT = 0.005


class Difference(NamedTuple):
    """One place of an answer ("status", or a JSON pointer), and what was there, if anything."""

    pointer: str
    model: Any
    target: Any

    @property
    def place(self) -> str:
        """The pointer, with a star for each number."""
        return re.sub(r"/\d+(?=/|$)", "/*", self.pointer)


class Correspondence:
    """What one play on two servers has shown so far: which id of the one is which of the other,
    which texts were sent, and when things were."""

    def __init__(self, document: Document, run: str, before: Container[str] = ()) -> None:
        self._document = document
        self._run = run
        #: Ids that the target told of before this play.
        self._before = before
        #: Of the pairs, the ids on both sides that are of this play alone.
        self._marks: tuple[set[str], set[str]] = (set(), set())
        self._there: dict[str, str] = {}
        self._here: dict[str, str] = {}
        self._sent: set[Any] = set()
        self._times: list[tuple[float, float]] = []
        self._marking = True

    def send(self, ours: Iterable[Any], theirs: Iterable[Any]) -> None:
        """Note what a step said to the model and to the target: its texts and numbers, in order."""
        for one, other in zip(_leaves(list(ours)), _leaves(list(theirs)), strict=False):
            if one == other:
                self._sent.add(one)
            elif isinstance(one, str) and isinstance(other, str):
                self._pair(one, other)

    def differences(
        self, operation: Operation, status: int, model: Any, target: Any, *, whole: bool
    ) -> list[Difference]:
        """Where the target's answer is not the model's; `whole` if it tells of things that others
        may have made, which do not count."""
        answer = operation.response(status)
        media = answer.preferred if answer is not None and answer.media else None
        schema = media.definition.get("schema") if media is not None else None
        names = set(_names(self._document, schema))
        self._marking = not whole
        walk = _Walk(self, names, whole)
        found = []
        for difference in walk.values("", "", model, target):
            found.append(difference)
            if len(found) == MOST:
                break
        return found

    def was_sent(self, value: Any) -> bool:
        """Whether a client said this value in this play."""
        return value in self._sent or (isinstance(value, str) and self._run in value)

    def is_known(self, value: Any, *, here: bool) -> bool:
        """Whether something in a value is of this play: a name of its run, or an id it made."""
        known = self._marks[0] if here else self._marks[1]
        return any(
            isinstance(leaf, str)
            and (self._run in leaf or leaf in known or (leaf in self._sent and is_uuid(leaf)))
            and leaf not in self._before
            for leaf in _leaves(value)
        )

    def pairs(self, model: str, target: str) -> bool:
        """Whether these ids may be the same thing, as far as is known; from now on they are."""
        if self.was_sent(model) or self.was_sent(target):
            return model == target or not (self.was_sent(model) and self.was_sent(target))
        return self._pair(model, target)

    def in_order(self, model: float, target: float) -> bool:
        """Whether two times stand to all that were seen as each other."""
        for one, other in self._times:
            ours, theirs = model - one, target - other
            if abs(ours) > _MOMENT and abs(theirs) > _MOMENT and (ours > 0) is not (theirs > 0):
                return False
        self._times.append((model, target))
        return True

    def _pair(self, model: str, target: str) -> bool:
        if model not in self._there and target not in self._here:
            self._there[model], self._here[target] = target, model
        if self._marking and target not in self._before:
            self._marks[0].add(model)
            self._marks[1].add(target)
        return self._there.get(model) == target


class _Walk:
    """Through the two answers at once."""

    def __init__(self, likeness: Correspondence, names: set[str], whole: bool) -> None:
        self._likeness = likeness
        self._names = names
        self._whole = whole

    def values(self, place: str, key: str, model: Any, target: Any) -> Iterator[Difference]:
        """The differences between two values that are in the same place."""
        if _kind(model) != _kind(target):
            if not self._may_be_missing(key, model, target):
                yield Difference(place, model, target)
        elif isinstance(model, dict):
            yield from self._objects(place, model, target)
        elif isinstance(model, list):
            yield from self._lists(place, key, model, target)
        elif not self._same(key, model, target):
            yield Difference(place, model, target)

    def _objects(self, place: str, model: Mapping[str, Any], target: Any) -> Iterator[Difference]:
        for name in {**model, **target}:
            one, other = model.get(name, ABSENT), target.get(name, ABSENT)
            if self._whole and isinstance(one, int | float) and not isinstance(one, bool):
                continue  # it may count what others made
            told = name.replace("~", "~0").replace("/", "~1")
            yield from self.values(f"{place}/{told}", name, one, other)

    def _lists(
        self, place: str, key: str, model: list[Any], target: list[Any]
    ) -> Iterator[Difference]:
        if self._whole:
            alien = self._aliens(target)
            model = [item for item in model if self._likeness.is_known(item, here=True)]
            target = [item for item in target if self._likeness.is_known(item, here=False)]
            if alien and len(target) < len(model):
                return  # ours may be on a later page
        for number, (one, other) in enumerate(zip(model, target, strict=False)):
            yield from self.values(f"{place}/{number}", key, one, other)
        shorter = min(len(model), len(target))
        if len(model) > shorter:
            yield Difference(f"{place}/{shorter}", model[shorter], ABSENT)
        if len(target) > shorter:
            yield Difference(f"{place}/{shorter}", ABSENT, target[shorter])

    def _aliens(self, value: Any) -> bool:
        return isinstance(value, list) and any(
            not self._likeness.is_known(item, here=False) for item in value
        )

    def _may_be_missing(self, key: str, model: Any, target: Any) -> bool:
        """Null is as good as absent; what no schema names may be there or not."""
        nothing = (ABSENT, None)
        if any(model is one for one in nothing) and any(target is one for one in nothing):
            return True
        if model is ABSENT or target is ABSENT:
            there = target if model is ABSENT else model
            said = any(self._likeness.was_sent(leaf) for leaf in _leaves(there))
            return key not in self._names and not said
        return False

    def _same(self, key: str, model: Any, target: Any) -> bool:
        if isinstance(model, str):
            return self._same_text(key, model, target)
        if not isinstance(model, int | float) or isinstance(model, bool):
            return bool(model == target)
        if names_an_id(key):
            return True
        first, last = _MILLISECONDS
        if first < model < last and first < target < last:
            return self._likeness.in_order(model / 1000, target / 1000)
        if isinstance(model, float) or isinstance(target, float):
            return not self._likeness.was_sent(model) or abs(model - target) < 1e-6
        return bool(model == target)

    def _same_text(self, key: str, model: str, target: str) -> bool:
        if _TIME.match(model) and _TIME.match(target) and not self._likeness.was_sent(model):
            return self._likeness.in_order(_seconds(model), _seconds(target))
        if is_uuid(model) or names_an_id(key):
            return self._likeness.pairs(model, target)
        if self._likeness.was_sent(model) or _TOKEN.fullmatch(model):
            return model == target
        return bool(model) is bool(target)


def _kind(value: Any) -> str:
    if value is ABSENT or value is None or isinstance(value, bool):
        return repr(type(value))
    return "number" if isinstance(value, int | float) else type(value).__name__


def _seconds(text: str) -> float:
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:  # more digits than Python reads
        return datetime.fromisoformat(text[:19] + "+00:00").timestamp()


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for part in value.values():
            yield from _leaves(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _leaves(part)
    elif value is not None and value is not ABSENT and not isinstance(value, bool):
        yield value


def _names(document: Document, schema: Any) -> Iterator[str]:
    """All properties that a schema names, at any depth."""
    pending: list[Any] = [schema]
    seen: list[Any] = []
    while pending:
        part = resolve(document, pending.pop())
        if not isinstance(part, dict) or any(part is known for known in seen):
            continue
        seen.append(part)
        yield from part.get("properties", {})
        pending += part.get("properties", {}).values()
        pending += [part[key] for key in ("items", "additionalProperties") if key in part]
        for key in ("allOf", "anyOf", "oneOf"):
            pending += part.get(key, ())
