"""The actions of one API: functions of its handlers package that a test calls."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from understudy.client.control_client import ControlClient


class Actions:
    """The actions of an API whose names begin with `prefix`, as methods without it.

    They take keyword arguments, and return JSON. They raise ControlError if there is no such
    action, if the arguments do not fit, or if the action refuses.
    """

    def __init__(
        self, control: ControlClient, api: str, *, prefix: str = "", tenant: str | None = None
    ) -> None:
        self._control = control
        self._api = api
        self._prefix = prefix
        self._tenant = tenant

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):  # Python's own, such as __deepcopy__
            raise AttributeError(name)
        return partial(self._call, self._prefix + name)

    def _call(self, name: str, /, **arguments: Any) -> Any:
        return self._control.call_action(self._api, name, arguments, tenant=self._tenant)

    def __dir__(self) -> list[str]:
        listed = (a["name"] for a in self._control.actions() if a["api"] == self._api)
        return [name.removeprefix(self._prefix) for name in listed if name.startswith(self._prefix)]
