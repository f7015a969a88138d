"""CORS: the origins whose pages may call APIs, and what a document says of its server's headers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Self

from understudy.errors import UsageError
from understudy.openapi.document import escape
from understudy.openapi.extensions import CORS

#: Words in the place of an origin: every origin, those of this machine, none.
ANY, LOOPBACK, OFF = "*", "loopback", "off"
#: The origin of a page without one: a file, or a frame in a sandbox.
_OPAQUE = "null"

_ORIGIN = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://"
    r"(?P<host>\[[0-9a-f:.]+\]|[a-z0-9._~-]+)(?::(?P<port>[0-9]{1,5}))?",
    re.IGNORECASE,
)
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def is_loopback(name: str) -> bool:
    """Return whether a host name or address, without brackets, is of this machine."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class AllowedOrigins:
    """The origins whose pages may call APIs; by default those of this machine."""

    any: bool = False
    loopback: bool = True
    named: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, texts: Iterable[str]) -> Self:
        """Return what texts such as `https://app.example`, `loopback,null`, `*` or `off` allow.

        Raises UsageError.
        """
        words = [word.strip() for text in texts for word in text.split(",")]
        if OFF in words and len(set(words)) > 1:
            raise UsageError("`off` allows no origin, so it cannot stand beside others")
        special = {ANY, LOOPBACK, OFF}
        named = frozenset(_normalized(word) for word in words if word not in special)
        return cls(ANY in words, LOOPBACK in words, named)

    def permits(self, origin: str) -> bool:
        """Return whether pages of an origin may call."""
        return self.any or origin in self.named or (self.loopback and _is_of_this_machine(origin))

    def host_names(self) -> Iterator[str]:
        """Yield the host names of the origins that are named, in lower case."""
        for match in map(_ORIGIN.fullmatch, self.named):
            if match is not None:
                yield match["host"].strip("[]")

    def __str__(self) -> str:
        """Describe the pages that may call, after "CORS: "."""
        if self.any:
            return "pages of any origin may call these APIs"
        names = [*(["this machine"] if self.loopback else []), *sorted(self.named)]
        if not names:
            return "off, only pages of the server itself may call these APIs"
        return f"pages of {', '.join(names)} may call these APIs"


def _normalized(text: str) -> str:
    """Return an origin as browsers write it. Raises UsageError."""
    if text == _OPAQUE:
        return text
    match = _ORIGIN.fullmatch(text)
    if match is None or int(match["port"] or 0) > 65_535:
        example = "https://app.example:8443"
        raise UsageError(
            f"{text!r} is not an origin: give a scheme, a host and perhaps a port, without a path, "
            f"as in {example}; or {ANY}, {LOOPBACK}, {_OPAQUE}, {OFF}"
        )
    scheme = match["scheme"].lower()
    is_default = match["port"] in (None, _DEFAULT_PORTS.get(scheme))
    port = "" if is_default else f":{int(match['port'])}"
    return f"{scheme}://{match['host'].lower()}{port}"


def _is_of_this_machine(origin: str) -> bool:
    match = _ORIGIN.fullmatch(origin)
    if match is None or match["scheme"] not in _DEFAULT_PORTS:
        return False
    return is_loopback(match["host"].strip("[]"))


@dataclass(frozen=True)
class DeclaredCors:
    """The CORS headers of a server, as its document describes them (`x-understudy-cors`).

    `origins`, `methods`, `headers` and `exposed_headers` are None where it does not say: then the
    server's origins, the methods of the path, the requested headers and the response's own ones
    are allowed. Without a `max_age` in seconds, none is sent. A server that `answers_options`
    answers every OPTIONS request like a preflight, whatever its path and its origin.
    """

    origins: AllowedOrigins | None = None
    methods: tuple[str, ...] | None = None
    headers: tuple[str, ...] | None = None
    exposed_headers: tuple[str, ...] | None = None
    credentials: bool = True
    max_age: int | None = 600
    answers_options: bool = False

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Read the extension of a document. Raises UsageError if it cannot be understood."""
        value = document.get(CORS, {})
        if not isinstance(value, dict):
            raise UsageError(f"#/{CORS}: is not an object")
        unknown = value.keys() - _FIELDS.keys()
        if unknown:
            known = ", ".join(_FIELDS)
            raise UsageError(f"#/{CORS}/{escape(min(unknown))}: is not one of {known}")
        return cls(**{_FIELDS[key][0]: _FIELDS[key][1](key, given) for key, given in value.items()})


def _origins(key: str, given: Any) -> AllowedOrigins:
    texts = _texts(key, given)
    try:
        return AllowedOrigins.parse(texts)
    except UsageError as error:
        raise _wrong(key, str(error)) from None


def _names(key: str, given: Any) -> tuple[str, ...]:
    names = _texts(key, given)
    for name in names:
        if not _TOKEN.fullmatch(name):
            raise _wrong(key, f"{name!r} is not the name of a method or a header")
    return tuple(names)


def _flag(key: str, given: Any) -> bool:
    if isinstance(given, bool):
        return given
    raise _wrong(key, "is not a boolean")


def _max_age(key: str, given: Any) -> int | None:
    if given is None or (type(given) is int and given >= 0):
        return given
    raise _wrong(key, "is not a whole number of seconds, nor null")


def _texts(key: str, given: Any) -> list[str]:
    texts = [given] if isinstance(given, str) else given
    if isinstance(texts, list) and all(isinstance(text, str) for text in texts):
        return texts
    raise _wrong(key, "is neither a text nor a list of texts")


def _wrong(key: str, message: str) -> UsageError:
    return UsageError(f"#/{CORS}/{key}: {message}")


#: The fields of the extension: the attributes that they set, and how they are read.
_FIELDS: Mapping[str, tuple[str, Any]] = {
    "origins": ("origins", _origins),
    "methods": ("methods", _names),
    "headers": ("headers", _names),
    "exposedHeaders": ("exposed_headers", _names),
    "credentials": ("credentials", _flag),
    "maxAge": ("max_age", _max_age),
    "answersOptions": ("answers_options", _flag),
}
