"""The part of an exported state that fits other APIs than those that it was exported from."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from understudy.errors import Violation
from understudy.serving.api import Api
from understudy.serving.snapshot import state_violations

#: The lengths of pointers to a record, and to a collection, in a state.
_RECORD, _COLLECTION = 6, 4

#: How the name of what is counted by records begins.
_OF = "of "


class FittingState:
    """A state without what does not fit `apis`; `losses` says what that is, in sentences."""

    def __init__(self, apis: Sequence[Api], state: Mapping[str, Any]) -> None:
        self.state = {**state, "settings": copy.deepcopy(state["settings"]), "apis": _copy(state)}
        self._lost: Counter[str] = Counter()
        self._reasons: dict[str, str] = {}
        by_name = {api.name: api for api in apis}
        violations = list(state_violations(by_name, self.state))
        while sum(map(self._remove, violations)):
            violations = list(state_violations(by_name, self.state))

    @property
    def losses(self) -> Iterator[str]:
        """What was left out, and the first reason for each kind of thing."""
        for what, number in self._lost.items():
            records = f"{number} record{'' if number == 1 else 's'} "
            counted = records if what.startswith(_OF) else ""
            yield f"dropped {counted}{what}: {self._reasons[what]}"

    def _remove(self, violation: Violation) -> bool:
        """Remove the smallest thing that a violation is about; return whether it was there."""
        parts = [p.replace("~1", "/").replace("~0", "~") for p in violation.at.split("/")[1:]]
        if parts[0] == "apis":
            length = _RECORD if len(parts) >= _RECORD else min(len(parts), _COLLECTION)
        else:
            length = 3
        *above, last = parts[:length]
        place: Any = self.state
        for part in above:
            place = place.get(part, {})
        if place.pop(last, None) is None:
            return False
        what = _name_of(parts[:length])
        self._lost[what] += 1
        self._reasons.setdefault(what, violation.message)
        return True


def _copy(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of the APIs' part of a state, with the same records."""
    return {
        api: {
            tenant: {
                name: {**content, "records": dict(content["records"])}
                for name, content in collections.items()
            }
            for tenant, collections in tenants.items()
        }
        for api, tenants in state["apis"].items()
    }


def _name_of(parts: Sequence[str]) -> str:
    if parts[0] == "settings":
        return f"the setting {'.'.join(parts[1:])}"
    if len(parts) == _RECORD:
        return f"{_OF}{parts[1]}'s {parts[3]}"
    return f"{parts[1]}'s {parts[3]}" if len(parts) == _COLLECTION else f"all records of {parts[1]}"
