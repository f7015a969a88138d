"""The actions of one API: functions of its handlers package that a test calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from understudy.client.control_http import ControlError
from understudy.suggestions import hint

if TYPE_CHECKING:
    from understudy.client.control_client import ControlClient

#: pytest does not show these frames in the traceback of a test.
__tracebackhide__ = True


class Actions:
    """The actions of an API whose names begin with `prefix`, as methods without it.

    They take arguments by position or by name, and return JSON. They raise ControlError if there is
    no such action, if the arguments do not fit, or if the action refuses; and TypeError as Python
    does, for an argument that is too many or given twice.
    """

    def __init__(
        self, control: ControlClient, api: str, *, prefix: str = "", tenant: str | None = None
    ) -> None:
        self._control = control
        self._api = api
        self._prefix = prefix
        self._tenant = tenant
        self._listed: dict[str, list[str]] | None = None

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):  # Python's own, such as __deepcopy__
            raise AttributeError(name)
        return partial(self._call, self._prefix + name)

    def _call(self, name: str, /, *values: Any, **arguments: Any) -> Any:
        if self._prefix and name not in self._parameters:
            short = name.removeprefix(self._prefix)
            raise ControlError(
                404,
                f"{self._api}.{self._prefix.rstrip('_')} has no {short!r}{hint(short, dir(self))}; "
                "what clients of the API can add is added by its own client",
            )
        if values and name in self._parameters:
            arguments = _named(name, self._parameters[name], values, arguments)
        return self._control.call_action(self._api, name, arguments, tenant=self._tenant)

    @property
    def _parameters(self) -> dict[str, list[str]]:
        """The names of the arguments, in their order, by the whole names of the actions."""
        if self._listed is None:  # the actions of a server do not change
            of_api = (action for action in self._control.actions() if action["api"] == self._api)
            self._listed = {action["name"]: _properties(action["arguments"]) for action in of_api}
        return self._listed

    def __dir__(self) -> list[str]:
        prefix = self._prefix
        return [name.removeprefix(prefix) for name in self._parameters if name.startswith(prefix)]


def _properties(schema: Mapping[str, Any]) -> list[str]:
    definition = schema["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return list(definition.get("properties", ()))


def _named(
    action: str, names: list[str], values: tuple[Any, ...], arguments: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the arguments of a call by their names. Raises TypeError."""
    if len(values) > len(names):
        known = ", ".join(names) or "none"
        raise TypeError(f"{action} has {len(names)} arguments, not {len(values)}: {known}")
    twice = next((name for name in names[: len(values)] if name in arguments), None)
    if twice is not None:
        raise TypeError(f"{action} got the argument {twice!r} twice")
    return {**dict(zip(names, values, strict=False)), **arguments}
