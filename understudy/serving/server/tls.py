"""TLS: a certificate of one's own, or one that is made at the start, with its authority."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

from understudy.errors import UsageError

#: The most names in a certificate.
_MOST_NAMES = 100

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")


class MadeCertificate(NamedTuple):
    """What a server with a new certificate needs, and the authority's certificate, by which clients
    verify it, as PEM."""

    context: ssl.SSLContext
    authority: bytes


def load_certificate(certificate: Path, key: Path | None) -> ssl.SSLContext:
    """Return a context with the certificate and the key in files, as PEM; without a `key` it is in
    the certificate's file. Raises UsageError."""
    context = _context()
    files = str(certificate) if key is None else f"{certificate} and {key}"
    for file in (certificate, *([] if key is None else [key])):
        _check_readable(file)
    try:
        context.load_cert_chain(certificate, key, password=_refuse_password)
    except ssl.SSLError as error:
        reason = (error.reason or str(error)).replace("_", " ").lower()
        raise UsageError(
            f"{files} cannot be used for TLS: {reason}; a server needs a certificate and its "
            "private key, both as PEM"
        ) from None
    return context


def make_certificate(names: Iterable[str]) -> MadeCertificate:
    """Make an authority, and a certificate of it for these host names and addresses; those that no
    certificate can have are left out. Raises ModuleNotFoundError without trustme."""
    import trustme

    usable = list(dict.fromkeys(_usable(names)))[:_MOST_NAMES]
    authority, context = trustme.CA(organization_name="Understudy"), _context()
    authority.issue_cert(*usable).configure_cert(context)
    return MadeCertificate(context, authority.cert_pem.bytes())


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    return context


def _check_readable(file: Path) -> None:
    try:
        with file.open("rb"):
            pass
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from None


def _refuse_password() -> str:
    raise UsageError("the private key for TLS is encrypted; give a file with it decrypted")


def _usable(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        try:
            yield str(ip_address(name))
        except ValueError:
            if len(name) <= 253 and _NAME.fullmatch(name.lower()):
                yield name.lower()
