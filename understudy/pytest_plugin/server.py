"""The server of a session, and a namespace of it for each test."""

from __future__ import annotations

from itertools import count
from secrets import token_hex
from typing import TYPE_CHECKING

import pytest

from understudy.pytest_plugin.options import project

if TYPE_CHECKING:
    from understudy.client import ControlClient
    from understudy.stand_in import StandInServer

_numbers = count(1)
_SERVER = pytest.StashKey["StandInServer"]()


def server_of(config: pytest.Config) -> StandInServer:
    """Return the server of the session, started at its first use. Raises pytest.fail.Exception."""
    server = config.stash.get(_SERVER, None)
    if server is None:
        server = config.stash[_SERVER] = _start(config)
    return server


def close_server(config: pytest.Config) -> None:
    """Stop the server, if there is one."""
    server = config.stash.get(_SERVER, None)
    if server is not None:
        server.close()


def new_namespace(config: pytest.Config) -> ControlClient:
    """Return the control API of a namespace that no other session has; its ids are those of the
    name that it has among the namespaces of this session."""
    server = server_of(config)
    worker = getattr(config, "workerinput", {}).get("workerid", "main")
    name = f"{worker}-{next(_numbers)}"
    if not server.is_shared:
        return server.control(name)
    control = server.control(f"{name}-{token_hex(4)}")
    control.reset(seed=name)
    return control


def _start(config: pytest.Config) -> StandInServer:
    try:
        from understudy.stand_in import StandInServer
    except ModuleNotFoundError as error:
        from understudy.distribution import install_command

        message = f"the fixtures need {error.name}: {install_command('pytest')}"
        raise pytest.fail.Exception(message, pytrace=False) from None
    from understudy.errors import UsageError

    try:
        return StandInServer.open(
            project(config),
            config.getini("understudy_options"),
            in_process=config.getini("understudy_in_process"),
        )
    except UsageError as error:
        raise pytest.fail.Exception(f"understudy: {error}", pytrace=False) from None
