"""Differences between two responses to one request, except where they may differ.

Ids correspond one to one, times have the same order, and texts that no client sent are free.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from understudy.http.json_codec import ABSENT
from understudy.openapi.document import Document
from understudy.openapi.operation import Operation
from understudy.openapi.resources.resource_types import is_id_name, is_uuid
from understudy.openapi.schemas.schema import walk

#: The most differences of one response that are looked for.
MAX_DIFFERENCES = 20

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_TOKEN = re.compile(r"[A-Za-z]+(_[A-Za-z]+)*")
#: Times of the years from 2017 to 2049, in milliseconds since 1970.
_MIN_MILLISECONDS, _MAX_MILLISECONDS = 1_500_000_000_000, 2_500_000_000_000
#: Seconds between two times from which on their order counts.
_MIN_DISTANCE = 0.005


class ResponseDifference(NamedTuple):
    """A place of a response ("status", or a JSON pointer), and the values there, or ABSENT."""

    pointer: str
    model: Any
    target: Any

    @property
    def place(self) -> str:
        """The pointer, with a star for each number."""
        return re.sub(r"/\d+(?=/|$)", "/*", self.pointer)


class Correspondence:
    """What one run on two servers has shown so far: which id of the model is which id of the
    target, which values were sent, and the times of both.

    `before` are ids that the target returned before this run.
    """

    def __init__(self, document: Document, run: str, before: Container[str] = ()) -> None:
        self._document = document
        self._run = run
        self._before = before
        #: Of the ids that correspond, those that only this run has.
        self._own_model_ids: set[str] = set()
        self._own_target_ids: set[str] = set()
        self._target_of: dict[str, str] = {}
        self._model_of: dict[str, str] = {}
        self._sent: set[Any] = set()
        self._times: list[tuple[float, float]] = []
        self._is_global = False

    def record_requests(self, to_model: Iterable[Any], to_target: Iterable[Any]) -> None:
        """Record the values that a call sent to the model and to the target."""
        pairs = zip(_leaves(list(to_model)), _leaves(list(to_target)), strict=False)
        for model, target in pairs:
            if model == target:
                self._sent.add(model)
            elif isinstance(model, str) and isinstance(target, str):
                self._pair(model, target)

    def differences(
        self, operation: Operation, status: int, model: Any, target: Any, *, is_global: bool
    ) -> list[ResponseDifference]:
        """Compare the target's response with the model's.

        `is_global`: it also contains what others may have created, which does not count.
        """
        documented = operation.response(status)
        media = documented.preferred if documented is not None and documented.media else None
        schema = media.definition.get("schema") if media is not None else None
        names = set(_property_names(self._document, schema))
        self._is_global = is_global
        walk = _Walk(self, names, is_global)
        return list(islice(walk.values("", "", model, target), MAX_DIFFERENCES))

    def was_sent(self, value: Any) -> bool:
        """Return whether a client sent this value in this run."""
        return value in self._sent or (isinstance(value, str) and self._run in value)

    def is_own(self, value: Any, *, of_model: bool) -> bool:
        """Return whether a value contains a name or an id of this run."""
        own_ids = self._own_model_ids if of_model else self._own_target_ids
        return any(
            isinstance(leaf, str)
            and (self._run in leaf or leaf in own_ids or (leaf in self._sent and is_uuid(leaf)))
            and leaf not in self._before
            for leaf in _leaves(value)
        )

    def ids_correspond(self, model: str, target: str) -> bool:
        """Return whether these ids may identify the same resource; from now on they do."""
        if self.was_sent(model) or self.was_sent(target):
            return model == target or not (self.was_sent(model) and self.was_sent(target))
        return self._pair(model, target)

    def have_same_order(self, model: float, target: float) -> bool:
        """Return whether two times have the same order among the times of their servers."""
        for earlier_model, earlier_target in self._times:
            distance, other = model - earlier_model, target - earlier_target
            is_clear = abs(distance) > _MIN_DISTANCE and abs(other) > _MIN_DISTANCE
            if is_clear and (distance > 0) is not (other > 0):
                return False
        self._times.append((model, target))
        return True

    def _pair(self, model: str, target: str) -> bool:
        if model not in self._target_of and target not in self._model_of:
            self._target_of[model], self._model_of[target] = target, model
        if not self._is_global and target not in self._before:
            self._own_model_ids.add(model)
            self._own_target_ids.add(target)
        return self._target_of.get(model) == target


class _Walk:
    """A walk through two responses at once. `names` are the properties that the contract has."""

    def __init__(self, correspondence: Correspondence, names: set[str], is_global: bool) -> None:
        self._correspondence = correspondence
        self._names = names
        self._is_global = is_global

    def values(self, place: str, key: str, model: Any, target: Any) -> Iterator[ResponseDifference]:
        """Yield the differences between two values in the same place."""
        if _kind(model) != _kind(target):
            if not self._may_be_missing(key, model, target):
                yield ResponseDifference(place, model, target)
        elif isinstance(model, dict):
            yield from self._objects(place, model, target)
        elif isinstance(model, list):
            yield from self._lists(place, key, model, target)
        elif not self._are_equal(key, model, target):
            yield ResponseDifference(place, model, target)

    def _objects(
        self, place: str, model: Mapping[str, Any], target: Any
    ) -> Iterator[ResponseDifference]:
        for name in {**model, **target}:
            value, other = model.get(name, ABSENT), target.get(name, ABSENT)
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            if self._is_global and is_number:
                continue  # it may count what others created
            token = name.replace("~", "~0").replace("/", "~1")
            yield from self.values(f"{place}/{token}", name, value, other)

    def _lists(
        self, place: str, key: str, model: list[Any], target: list[Any]
    ) -> Iterator[ResponseDifference]:
        if self._is_global:
            is_own = self._correspondence.is_own
            has_foreign = not all(is_own(item, of_model=False) for item in target)
            model = [item for item in model if is_own(item, of_model=True)]
            target = [item for item in target if is_own(item, of_model=False)]
            if has_foreign and len(target) < len(model):
                return  # the missing ones may be on a later page
        for number, (value, other) in enumerate(zip(model, target, strict=False)):
            yield from self.values(f"{place}/{number}", key, value, other)
        shorter = min(len(model), len(target))
        if len(model) > shorter:
            yield ResponseDifference(f"{place}/{shorter}", model[shorter], ABSENT)
        if len(target) > shorter:
            yield ResponseDifference(f"{place}/{shorter}", ABSENT, target[shorter])

    def _may_be_missing(self, key: str, model: Any, target: Any) -> bool:
        """Return whether only one of the responses may have this value.

        Null counts as absent. A property that the contract does not have may be missing, unless a
        client sent its value.
        """
        if model in (None, ABSENT) and target in (None, ABSENT):
            return True
        if model is ABSENT or target is ABSENT:
            present = target if model is ABSENT else model
            was_sent = any(self._correspondence.was_sent(leaf) for leaf in _leaves(present))
            return key not in self._names and not was_sent
        return False

    def _are_equal(self, key: str, model: Any, target: Any) -> bool:
        if isinstance(model, str):
            return self._are_equal_texts(key, model, target)
        if not isinstance(model, int | float) or isinstance(model, bool):
            return bool(model == target)
        if is_id_name(key):
            return True
        if all(_MIN_MILLISECONDS < value < _MAX_MILLISECONDS for value in (model, target)):
            return self._correspondence.have_same_order(model / 1000, target / 1000)
        if isinstance(model, float) or isinstance(target, float):
            return not self._correspondence.was_sent(model) or abs(model - target) < 1e-6
        return bool(model == target)

    def _are_equal_texts(self, key: str, model: str, target: str) -> bool:
        correspondence = self._correspondence
        are_times = _TIME.match(model) and _TIME.match(target)
        if are_times and not correspondence.was_sent(model):
            return correspondence.have_same_order(_seconds(model), _seconds(target))
        if is_uuid(model) or is_id_name(key):
            return correspondence.ids_correspond(model, target)
        if correspondence.was_sent(model) or _TOKEN.fullmatch(model):
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


def _property_names(document: Document, schema: Any) -> Iterator[str]:
    """Yield the names of all properties in a schema, at any depth."""
    for part in walk(document, schema):
        yield from part.get("properties", {})
