"""A stand-in for the length of a test session: a server of its own, or the app in this process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Self

from understudy.client import ApiDouble, ControlClient
from understudy.client.httpx_transport import Transport
from understudy.client.in_process import InProcess
from understudy.errors import UsageError
from understudy.openapi.contract import Contract
from understudy.serving.project import documents

if TYPE_CHECKING:
    from understudy.app import Understudy

#: The origin of an app that has no socket.
_NOWHERE = "http://localhost"


class StandInServer:
    """Where namespaces are opened. `origin` is where the APIs are, `transport` what httpx needs to
    reach them where there is no socket."""

    def __init__(
        self,
        origin: str,
        base_paths: dict[str, str],
        *,
        process: subprocess.Popen[str] | None = None,
        inside: InProcess | None = None,
    ) -> None:
        self.origin = origin
        self._base_paths = base_paths
        self._process = process
        self._inside = inside
        self.transport = None if inside is None else Transport(inside)

    @classmethod
    def open(
        cls, project: Path | None, options: Sequence[str] = (), *, in_process: bool = False
    ) -> Self:
        """Serve a project's APIs with options of `understudy serve`. Raises UsageError."""
        sources = [project] if project else []
        arguments = [*options, *map(str, sources)]
        contracts = [Contract.load(path) for path in documents(sources)]
        base_paths = {contract.name: contract.base_path for contract in contracts}
        if in_process:
            return cls(_NOWHERE, base_paths, inside=InProcess(_app(arguments)))
        process = _started(arguments)
        return cls(_origin(process, arguments), base_paths, process=process)

    def control(self, namespace: str) -> ControlClient:
        """The side door of a namespace."""
        return ControlClient(self.origin, namespace, transport=self.transport)

    def double(self, control: ControlClient, api: str) -> ApiDouble:
        """An API in a namespace."""
        return ApiDouble(control, api, self._base_paths[api], transport=self.transport)

    def close(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()  # not politely: it may still be late with an answer, on purpose
            self._process.communicate()
        if self._inside is not None:
            self._inside.close()


def _app(arguments: Sequence[str]) -> Understudy:
    """The app of a command line. Raises UsageError with what argparse would print."""
    from understudy.cli import app_of

    words = StringIO()
    try:
        with redirect_stderr(words):
            return app_of(arguments)
    except SystemExit:
        raise UsageError(words.getvalue().strip().rpartition("error: ")[2]) from None


def _started(arguments: Sequence[str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "understudy", "serve", "--port", "0", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 (ourselves)


def _origin(process: subprocess.Popen[str], arguments: Sequence[str]) -> str:
    """The origin that the server tells in its last line, `Try: curl ORIGIN/_understudy/health`."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("Try: curl "):
            return line.split()[2].removesuffix("/_understudy/health")
    process.communicate()
    _app(arguments)  # which says what is wrong with them
    raise UsageError("the stand-in did not start; its own words are in the captured output")
