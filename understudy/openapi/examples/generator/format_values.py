"""Texts of the formats of JSON Schema and OpenAPI, with a length."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

#: Characters of one label of a host name, and of the local part of an address.
_LABEL, _LOCAL = 63, 64
#: What formats are filled up with.
_FILLER = "a"


def format_value(
    name: str, random: Random, ordinal: int | None, fewest: int, most: int | None
) -> str | None:
    """Return a text of a format, with a length between `fewest` and `most`.

    It is None if the format is not known, or has no text of such a length. `ordinal` counts
    through the texts of a format.
    """
    make = FORMATS.get(name)
    if make is None:
        return None
    usual = make(random, random.randint(1, 99) if ordinal is None else 100 + ordinal)
    for text in (usual, _SHORT.get(name, usual)):
        if len(text) < fewest and name in _LONGER:
            text = _LONGER[name](text, fewest)
        if fewest <= len(text) and (most is None or len(text) <= most):
            return text
    return None


def _instant(random: Random, number: int) -> datetime:
    minutes = random.randrange(500_000) if number < 100 else number
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)


def _date(random: Random, number: int) -> str:
    day = _instant(random, number) if number < 100 else datetime(2026, 1, 1) + timedelta(number)
    return day.date().isoformat()


FORMATS: dict[str, Callable[[Random, int], str]] = {
    "uuid": lambda random, _: str(UUID(int=random.getrandbits(128), version=4)),
    "date-time": lambda r, n: _instant(r, n).isoformat().replace("+00:00", "Z"),
    "date": _date,
    "time": lambda r, n: _instant(r, n).time().isoformat() + "Z",
    "duration": lambda _, n: f"PT{n % 60 or 60}M" if n < 100 else f"PT{n}M",
    "email": lambda _, n: f"user{n}@example.com",
    "idn-email": lambda _, n: f"user{n}@example.com",
    "hostname": lambda _, n: f"host{n}.example.com",
    "idn-hostname": lambda _, n: f"host{n}.example.com",
    "ipv4": lambda _, n: (
        f"192.0.2.{n}" if n < 255 else f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"
    ),
    "ipv6": lambda random, n: f"2001:db8::{random.randint(1, 9999) if n < 100 else f'{n:x}'[-4:]}",
    "uri": lambda _, n: f"https://example.com/{n}",
    "url": lambda _, n: f"https://example.com/{n}",
    "iri": lambda _, n: f"https://example.com/{n}",
    "uri-reference": lambda _, n: f"/{n}",
    "iri-reference": lambda _, n: f"/{n}",
    "uri-template": lambda _, n: f"/{n}/{{id}}",
    "json-pointer": lambda _, n: f"/{n}",
    "relative-json-pointer": lambda _, n: f"{n}",
    "regex": lambda _, n: f"^a{{{n}}}$",
    "byte": lambda _, n: _base64(f"understudy{n}" if n > 99 else "understudy"),
    "base64": lambda _, n: _base64(f"understudy{n}" if n > 99 else "understudy"),
    "base64url": lambda _, n: _base64(f"understudy{n}" if n > 99 else "understudy").rstrip("="),
    "binary": lambda _, n: f"understudy{n}" if n > 99 else "understudy",
    "password": lambda _, n: f"correct-horse-{n}",
}


def _address(number: int) -> str:
    if number < 255:
        return f"192.0.2.{number}"
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


#: The shortest texts of formats, where they are shorter than the usual ones.
_SHORT = {
    "email": "a@b.co",
    "idn-email": "a@b.co",
    "hostname": "a.co",
    "idn-hostname": "a.co",
    "ipv4": "10.0.0.1",
    "ipv6": "::1",
    "uri": "a:b",
    "url": "http://a",
    "iri": "a:b",
    "uri-reference": "/",
    "iri-reference": "/",
    "uri-template": "/",
    "json-pointer": "",
    "relative-json-pointer": "0",
    "regex": "a",
    "byte": "dW5k",
    "base64": "dW5k",
    "base64url": "dW5k",
    "binary": "",
    "password": "a",
    "duration": "P1D",
}


def _appended(text: str, fewest: int) -> str:
    return text + _FILLER * (fewest - len(text))


def _longer_path(text: str, fewest: int) -> str:
    return _appended(text + "/", fewest)


def _longer_email(text: str, fewest: int) -> str:
    local, _, host = text.partition("@")
    local += _FILLER * min(fewest - len(text), _LOCAL - len(local))
    return f"{local}@{_longer_host(host, fewest - len(local) - 1)}"


def _longer_host(text: str, fewest: int) -> str:
    """Put more labels in front of a host name; none is longer than 253 characters."""
    fewest = min(fewest, 254)
    while (lacking := fewest - len(text)) > 0:
        text = f"{_FILLER * min(_LABEL, max(lacking - 1, 1))}.{text}"
    return text


def _longer_instant(text: str, fewest: int) -> str:
    """Write fractions of the second."""
    digits = max(fewest - len(text) - 1, 1)
    return f"{text[:-1]}.{'0' * digits}Z"


_LONGER: dict[str, Callable[[str, int], str]] = {
    "email": _longer_email,
    "idn-email": _longer_email,
    "hostname": _longer_host,
    "idn-hostname": _longer_host,
    "date-time": _longer_instant,
    "time": _longer_instant,
    "duration": lambda text, fewest: f"PT{'1' * (fewest - 3)}M",
    "ipv4": lambda text, fewest: "192.168.100.100"[-max(fewest, 7) :] if fewest <= 15 else text,
    "ipv6": lambda text, fewest: "2001:0db8:0000:0000:0000:0000:0000:0001",
    "uri": _longer_path,
    "url": _longer_path,
    "iri": _longer_path,
    "uri-reference": _longer_path,
    "iri-reference": _longer_path,
    "uri-template": _longer_path,
    "json-pointer": _appended,
    "relative-json-pointer": _longer_path,
    "regex": lambda text, fewest: _FILLER * fewest,
    "byte": lambda text, fewest: "dW5k" * -(-fewest // 4),
    "base64": lambda text, fewest: "dW5k" * -(-fewest // 4),
    "base64url": lambda text, fewest: "dW5k" * -(-fewest // 4),
    "binary": _appended,
    "password": _appended,
}


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()
