"""A stand-in for tests and programs: a server in a process of its own, one that runs already, or
the app in this process."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from io import StringIO
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Self

import httpx

from understudy.client import ApiDouble, ControlClient, ControlError
from understudy.client.transports.httpx_transport import Transport
from understudy.client.transports.in_process import InProcess
from understudy.commands.configuration import ISOLATED, PREFIX
from understudy.errors import UsageError
from understudy.http.control_access import VARIABLE
from understudy.openapi.contract import Contract
from understudy.openapi.loading.retrieval import Source
from understudy.serving.project import documents, find, names
from understudy.suggestions import hint

if TYPE_CHECKING:
    from understudy.app import Understudy

#: The origin of an app without a socket.
_NO_SOCKET_ORIGIN = "http://localhost"


class StandInServer:
    """A running stand-in.

    `origin` is that of its APIs; `transport` is for httpx if it has no socket, else None; `ca_file`
    has the authority of its certificate, if one was made. Where it `is_shared`, other sessions may
    have the same namespaces.
    """

    def __init__(
        self,
        origin: str,
        base_paths: dict[str, str],
        *,
        process: subprocess.Popen[str] | None = None,
        inside: InProcess | None = None,
        ca_file: str | None = None,
        is_shared: bool = False,
    ) -> None:
        self.ca_file = ca_file
        self.is_shared = is_shared
        self.origin = origin
        self._base_paths = base_paths
        self._process = process
        self._inside = inside
        self.transport = None if inside is None else Transport(inside)

    @classmethod
    def open(
        cls,
        project: Source | Sequence[Source] | None,
        options: Sequence[str] = (),
        *,
        in_process: bool = False,
    ) -> Self:
        """Serve the APIs of a project or several, or the bundled ones, with options of `understudy
        serve`.

        Raises UsageError.
        """
        if isinstance(options, str):
            raise TypeError(f'options is a list, such as ["--strict"], not the text {options!r}')
        sources = [project] if isinstance(project, str | Path) else list(project or ())
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
        origin, ca_file = _address(process, arguments)
        return cls(
            origin, base_paths, process=process, ca_file=ca_file, is_shared=has_store(options)
        )

    @classmethod
    def connect(cls, url: str) -> Self:
        """Use a server that runs already, at its origin; `close` does not stop it. The token is
        that of the environment variable UNDERSTUDY_TOKEN.

        Raises UsageError.
        """
        try:
            with ControlClient(url) as control:
                apis = control.apis()
        except ControlError as error:
            token = f"; is the token in {VARIABLE} right?" if error.status in (401, 403) else ""
            raise UsageError(f"{url} has no stand-in that can be used: {error}{token}") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise UsageError(str(error)) from None
        if not isinstance(apis, list):
            raise UsageError(f"{url} has no stand-in")
        return cls(url.rstrip("/"), {api["name"]: api["base_path"] for api in apis}, is_shared=True)

    def control(self, namespace: str) -> ControlClient:
        """Return a client of the control API of a namespace."""
        return ControlClient(self.origin, namespace, transport=self.transport, ca_file=self.ca_file)

    def new_control(self, name: str) -> ControlClient:
        """Return the control API of a new namespace that no other session has; its ids are those
        of the name."""
        if not self.is_shared:
            return self.control(name)
        control = self.control(f"{name}-{token_hex(4)}")
        control.reset(seed=name)
        return control

    def double(self, control: ControlClient, api: str) -> ApiDouble:
        """Return the test double of an API in the namespace of a control client.

        Raises UsageError if it is not served.
        """
        if api not in self._base_paths:
            known = hint(api, self._base_paths)
            raise UsageError(f"the server at {self.origin} has no API {api!r}{known}")
        return ApiDouble(control, api, self._base_paths[api], transport=self.transport)

    def close(self) -> None:
        """Stop the stand-in."""
        if self._process is not None:
            self._process.kill()  # at once: a fault rule may delay a response for a minute
            self._process.communicate()
        if self._inside is not None:
            self._inside.close()


@contextmanager
def serving(
    sources: Sequence[str | Path],
    options: Sequence[str] = (),
    *,
    namespace: str | None = None,
    in_process: bool = False,
) -> Iterator[ApiDouble | tuple[ApiDouble, ...]]:
    """Serve bundled APIs by their names, or documents and projects; see `understudy.serve`."""
    projects, apis = _chosen(sources)
    server = StandInServer.open(projects, options, in_process=in_process)
    try:
        control = server.control(namespace) if namespace else server.new_control("main")
        doubles = tuple(server.double(control, api) for api in apis)
        try:
            yield doubles[0] if len(doubles) == 1 else doubles
        finally:
            if namespace is None:  # in a database it would stay
                control.delete_namespace()
            control.close()
    finally:
        server.close()


def _chosen(given: Sequence[str | Path]) -> tuple[list[Source], list[str]]:
    """Return what to serve, and the names of the APIs that are asked for. Raises UsageError."""
    sources = [find(str(source)) for source in given]
    return list(dict.fromkeys(sources)), names(sources)


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
    """Start the server with these arguments, and with no others from the environment or a file."""
    quiet = [] if "--log-format" in " ".join(arguments) else ["--quiet"]
    options = [*ISOLATED, *quiet, "--port", "0", *arguments]
    command = [sys.executable, "-m", "understudy", "serve", *options]
    environment = {n: value for n, value in os.environ.items() if not n.startswith(PREFIX)}
    return subprocess.Popen(  # noqa: S603 (ourselves)
        command, stdout=subprocess.PIPE, text=True, env=environment
    )


def _address(process: subprocess.Popen[str], arguments: Sequence[str]) -> tuple[str, str | None]:
    """Return the origin, and the file of its authority, in the server's last line, `Try: curl
    --cacert FILE ORIGIN/_understudy/health`.

    Raises UsageError if the server does not start.
    """
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("Try: curl "):
            *options, url = shlex.split(line)
            ca_file = options[-1] if "--cacert" in options else None
            return url.removesuffix("/_understudy/health"), ca_file
    process.communicate()
    _app(arguments)  # raises UsageError with the reason
    raise UsageError("the stand-in did not start; its message is in the captured output")
