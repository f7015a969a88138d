"""`serve --tls`: the options, the certificate, and what clients must know of it."""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from understudy.commands.arguments import needs_extra
from understudy.errors import UsageError
from understudy.http.control_access import TRUST_VARIABLES
from understudy.openapi.servers.server_urls import host_names

if TYPE_CHECKING:
    import ssl

    from understudy.app import Understudy

_LOOPBACK = ("localhost", "127.0.0.1", "::1", "host.docker.internal")
_ANY_ADDRESS = ("0.0.0.0", "::", "")  # noqa: S104


@dataclass(frozen=True)
class Tls:
    """What a server with TLS needs; `authority` is the file with the certificate of the authority
    that was made for it."""

    context: ssl.SSLContext
    authority: Path | None = None

    def lines(self) -> Iterator[str]:
        """Yield what the banner says about it."""
        if self.authority is not None:
            file = quote(str(self.authority))
            yield f"Certificates are verified by {self.authority}: for most clients,"
            yield f"  export {' '.join(f'{variable}={file}' for variable in TRUST_VARIABLES)}"

    @property
    def curl_options(self) -> str:
        """The options with which curl verifies the certificate, followed by a blank."""
        return "" if self.authority is None else f"--cacert {quote(str(self.authority))} "


def add_tls(serve: argparse.ArgumentParser) -> None:
    """Add the options."""
    serve.add_argument(
        "--tls",
        action="store_true",
        help="serve HTTPS, with a certificate that is made at the start for all names of this "
        "server; the first lines say how clients verify it",
    )
    serve.add_argument(
        "--tls-ca",
        type=Path,
        metavar="FILE",
        help="with --tls, the file that is written for clients: the certificate of the authority; "
        "default: a new file, which is removed at the end",
    )
    serve.add_argument(
        "--tls-cert",
        type=Path,
        metavar="FILE",
        help="serve HTTPS with this certificate, with those between it and its authority, as PEM",
    )
    serve.add_argument(
        "--tls-key",
        type=Path,
        metavar="FILE",
        help="the private key of --tls-cert, as PEM; default: it is in the same file",
    )


@contextmanager
def tls_of(options: argparse.Namespace, app: Understudy) -> Iterator[Tls | None]:
    """Yield what the options ask for, None without TLS; remove files of ours at the end.

    Raises UsageError.
    """
    _check(options)
    if options.tls_cert is not None:
        from understudy.serving.server.tls import load_certificate

        yield Tls(load_certificate(options.tls_cert, options.tls_key))
    elif not options.tls:
        yield None
    elif options.tls_ca is not None:
        yield _made(options, app, options.tls_ca)
    else:
        directory, process = Path(tempfile.mkdtemp(prefix="understudy-tls-")), os.getpid()
        try:
            yield _made(options, app, directory / "ca.pem")
        finally:
            if os.getpid() == process:  # a worker ends here too, and the others go on
                shutil.rmtree(directory, ignore_errors=True)


def _check(options: argparse.Namespace) -> None:
    """Raise UsageError for options that do not fit together."""
    if options.tls_key is not None and options.tls_cert is None:
        raise UsageError("--tls-key needs the certificate of that key: give --tls-cert FILE too")
    if options.tls_cert is not None and options.tls:
        raise UsageError(
            "--tls makes a certificate, and --tls-cert gives one: leave one of them out"
        )
    if options.tls_ca is not None and not options.tls:
        raise UsageError("--tls-ca is the authority of a certificate that is made: give --tls too")


def _made(options: argparse.Namespace, app: Understudy, file: Path) -> Tls:
    """Make a certificate for all names under which the app answers, and write its authority's."""
    from understudy.serving.server.tls import make_certificate

    host = [] if options.host in _ANY_ADDRESS else [options.host]
    documented = [name for api in app.served for name in host_names(api.contract.document)]
    allowed = app.allowed_origins.host_names() if app.allowed_origins else ()
    with needs_extra("serve --tls", "tls"):
        made = make_certificate([*_LOOPBACK, *host, socket.gethostname(), *allowed, *documented])
    try:
        file.write_bytes(made.authority)
    except OSError as error:
        raise UsageError(f"--tls-ca {file} cannot be written: {error.strerror}") from None
    return Tls(made.context, file)
