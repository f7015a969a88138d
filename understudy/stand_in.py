"""A stand-in for a test session: a server in a process of its own, or the app in this process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr
from io import StringIO
from typing import TYPE_CHECKING, Self

from understudy.client import ApiDouble, ControlClient
from understudy.client.httpx_transport import Transport
from understudy.client.in_process import InProcess
from understudy.errors import UsageError
from understudy.openapi.contract import Contract
from understudy.openapi.loading.retrieval import Source
from understudy.serving.project import documents

if TYPE_CHECKING:
    from understudy.app import Understudy

#: The origin of an app without a socket.
_NO_SOCKET_ORIGIN = "http://localhost"


class StandInServer:
    """A running stand-in.

    `origin` is that of its APIs; `transport` is for httpx if it has no socket, else None. Where it
    `is_shared`, other sessions may have the same namespaces.
    """

    def __init__(
        self,
        origin: str,
        base_paths: dict[str, str],
        *,
        process: subprocess.Popen[str] | None = None,
        inside: InProcess | None = None,
        is_shared: bool = False,
    ) -> None:
        self.is_shared = is_shared
        self.origin = origin
        self._base_paths = base_paths
        self._process = process
        self._inside = inside
        self.transport = None if inside is None else Transport(inside)

    @classmethod
    def open(
        cls, project: Source | None, options: Sequence[str] = (), *, in_process: bool = False
    ) -> Self:
        """Serve the APIs of a project, or the bundled ones, with options of `understudy serve`.

        Raises UsageError.
        """
        sources = [project] if project else []
        arguments = [*options, *map(str, sources)]
        contracts = [Contract.load(path) for path in documents(sources)]
        base_paths = {contract.name: contract.base_path for contract in contracts}
        if in_process and has_store(options):
            raise UsageError(
                "--store: a stand-in in the process of the tests keeps its state in memory; leave "
                "the option out, or understudy_in_process"
            )
        if in_process:
            return cls(_NO_SOCKET_ORIGIN, base_paths, inside=InProcess(_app(arguments)))
        process = _start(arguments)
        return cls(
            _origin(process, arguments), base_paths, process=process, is_shared=has_store(options)
        )

    def control(self, namespace: str) -> ControlClient:
        """Return a client of the control API of a namespace."""
        return ControlClient(self.origin, namespace, transport=self.transport)

    def double(self, control: ControlClient, api: str) -> ApiDouble:
        """Return the test double of an API in the namespace of a control client."""
        return ApiDouble(control, api, self._base_paths[api], transport=self.transport)

    def close(self) -> None:
        """Stop the stand-in."""
        if self._process is not None:
            self._process.kill()  # at once: a fault rule may delay a response for a minute
            self._process.communicate()
        if self._inside is not None:
            self._inside.close()


def has_store(options: Sequence[str]) -> bool:
    """Return whether options of `understudy serve` name a store."""
    return any(option.partition("=")[0] == "--store" for option in options)


def _app(arguments: Sequence[str]) -> Understudy:
    """Return the app of a command line. Raises UsageError with the message of argparse."""
    from understudy.cli import app_of

    stderr = StringIO()
    try:
        with redirect_stderr(stderr):
            return app_of(arguments)
    except SystemExit:
        raise UsageError(stderr.getvalue().strip().rpartition("error: ")[2]) from None


def _start(arguments: Sequence[str]) -> subprocess.Popen[str]:
    quiet = [] if "--log-format" in " ".join(arguments) else ["--quiet"]
    command = [sys.executable, "-m", "understudy", "serve", "--port", "0", *quiet, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 (ourselves)


def _origin(process: subprocess.Popen[str], arguments: Sequence[str]) -> str:
    """Return the origin in the server's last line, `Try: curl ORIGIN/_understudy/health`.

    Raises UsageError if the server does not start.
    """
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("Try: curl "):
            return line.split()[-1].removesuffix("/_understudy/health")
    process.communicate()
    _app(arguments)  # raises UsageError with the reason
    raise UsageError("the stand-in did not start; its message is in the captured output")
