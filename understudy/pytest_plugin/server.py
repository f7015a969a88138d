"""The server of a session, and a namespace of it for each test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING

import pytest

from understudy.pytest_plugin.options import project, server_url

if TYPE_CHECKING:
    from understudy.client import ApiDouble, ControlClient
    from understudy.stand_in.server import StandInServer

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
    """Return the control API of a new namespace that no other session has."""
    server = server_of(config)
    worker = getattr(config, "workerinput", {}).get("workerid", "main")
    with _failing():
        return server.new_control(f"{worker}-{next(_numbers)}")


def delete_namespace(control: ControlClient) -> None:
    """Delete the namespace of a control client, and close the client."""
    with _failing():
        control.delete_namespace()
    control.close()


def double_of(config: pytest.Config, control: ControlClient, api: str) -> ApiDouble:
    """Return the test double of an API in a namespace."""
    with _failing():
        return server_of(config).double(control, api)


@contextmanager
def _failing() -> Iterator[None]:
    """Raise pytest.fail.Exception, without a traceback, where the server does not respond or does
    not have what is asked for."""
    import httpx

    from understudy.client import ControlError
    from understudy.errors import UsageError

    try:
        yield
    except (httpx.HTTPError, ControlError, UsageError) as error:
        raise pytest.fail.Exception(f"understudy: {error}", pytrace=False) from None


def _start(config: pytest.Config) -> StandInServer:
    try:
        from understudy.stand_in.server import StandInServer
    except ModuleNotFoundError as error:
        from understudy.distribution import install_command

        message = f"the fixtures need {error.name}: {install_command('pytest')}"
        raise pytest.fail.Exception(message, pytrace=False) from None
    url = server_url(config)
    with _failing():
        if url:
            return StandInServer.connect(url)
        return StandInServer.open(
            project(config),
            config.getini("understudy_options"),
            in_process=config.getini("understudy_in_process"),
        )
