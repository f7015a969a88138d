"""A file of recorded traffic, whichever kind it is: its content tells, and not its name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from understudy.conformance.traffic import har_reader, pact_reader, vcr_reader
from understudy.conformance.traffic.recording import Recorded, Recording
from understudy.errors import UsageError
from understudy.openapi.document import load_yaml


class _Kind(NamedTuple):
    name: str
    fits: Callable[[Any], bool]
    entries: Callable[[Any], list[Any]]
    exchange_of: Callable[[Any], Recorded | str]


_KINDS = (
    _Kind("HTTP Archive", har_reader.is_har, har_reader.entries, har_reader.exchange_of),
    _Kind("Pact file", pact_reader.is_pact, pact_reader.entries, pact_reader.exchange_of),
    _Kind("VCR cassette", vcr_reader.is_cassette, vcr_reader.entries, vcr_reader.exchange_of),
)


def read(path: Path) -> Recording:
    """What the file holds. Raises UsageError where it cannot be read, or is of another kind."""
    told = _parsed(path)
    kind = next((kind for kind in _KINDS if kind.fits(told)), None)
    if kind is None:
        raise UsageError(f"{path} is no HTTP Archive (HAR), VCR cassette or Pact file")
    exchanges, passed_over = [], []
    for number, entry in enumerate(kind.entries(told), 1):
        try:
            found = kind.exchange_of(entry)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            why = f"{type(error).__name__}: {error}"[:120]
            raise UsageError(
                f"{path} is a broken {kind.name}: its exchange {number} cannot be read ({why})"
            ) from None
        if isinstance(found, str):
            passed_over.append(found)
        else:
            exchanges.append(found._replace(name=found.name or f"exchange {number}"))
    return Recording(kind.name, exchanges, passed_over, kind.fits is pact_reader.is_pact)


def _parsed(path: Path) -> Any:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is no text, and so no traffic") from None
    try:
        if text.lstrip().startswith("{"):
            return json.loads(text)
        return load_yaml(text)
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        told = " ".join(str(error).split())[:150]
        raise UsageError(f"{path} is neither JSON nor YAML: {told}") from None
