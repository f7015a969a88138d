"""APIs that share the state of another one: `STATE_OF` of their handlers packages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from understudy.errors import UsageError

if TYPE_CHECKING:
    from understudy.serving.api import Api

#: What belongs to the state, so that only the API that owns it can define it.
_OF_THE_OWNER = ("COLLECTIONS", "PERSONAS", "SETTINGS", "advance", "seed")


def state_of(api: str, package: Any) -> str | None:
    """Return the name in `STATE_OF` of a handlers package, or None.

    Raises UsageError if the package defines what belongs to the state, too.
    """
    owner: str | None = getattr(package, "STATE_OF", None)
    if owner is not None:
        for name in _OF_THE_OWNER:
            if hasattr(package, name):
                raise UsageError(
                    f"{api} shares the state of {owner}, so {name} belongs in the handlers of "
                    f"{owner}: remove it from those of {api}"
                )
    return owner


def share_states(apis: Sequence[Api]) -> None:
    """Give each API with `STATE_OF` the state of the API that it names. Raises UsageError."""
    by_name = {api.name: api for api in apis}
    for api in apis:
        if api.state_of is None:
            continue
        owner = by_name.get(api.state_of)
        if owner is None or owner is api:
            others = ", ".join(name for name in by_name if name != api.name) or "none"
            raise UsageError(
                f"{api.name}: STATE_OF names {api.state_of!r}, which is no other API of the "
                f"project; there are {others}"
            )
        if owner.state_of is not None:
            raise UsageError(
                f"{api.name}: STATE_OF names {owner.name}, which shares the state of "
                f"{owner.state_of} itself; name {owner.state_of}"
            )
        api.share_state(owner)
