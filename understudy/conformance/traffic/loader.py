"""Loader of recorded traffic. The content of a file decides which format it has, not its name."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from understudy.conformance.traffic import har_reader, pact_reader, vcr_reader
from understudy.conformance.traffic.recording import Recording
from understudy.errors import UsageError
from understudy.http.messages import Exchange
from understudy.openapi.loading.yaml_reader import ReaderError, read_text


class _Format(NamedTuple):
    """A file format and its reader."""

    name: str
    matches: Callable[[Any], bool]
    entries: Callable[[Any], list[Any]]
    parse_entry: Callable[[Any], Exchange | str]
    expectations: bool = False


_FORMATS = (
    _Format("HTTP Archive", har_reader.is_har, har_reader.entries, har_reader.parse_entry),
    _Format("Pact file", pact_reader.is_pact, pact_reader.entries, pact_reader.parse_entry, True),
    _Format("VCR cassette", vcr_reader.is_cassette, vcr_reader.entries, vcr_reader.parse_entry),
)


def load_recording(path: Path) -> Recording:
    """Return the exchanges of a file. Raises UsageError if it cannot be read or is malformed."""
    document = _parse(path)
    file_format = next((known for known in _FORMATS if known.matches(document)), None)
    if file_format is None:
        raise UsageError(f"{path} is not an HTTP Archive (HAR), a VCR cassette or a Pact file")
    exchanges, skipped = [], []
    for number, entry in enumerate(file_format.entries(document), 1):
        try:
            parsed = file_format.parse_entry(entry)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            reason = f"{type(error).__name__}: {error}"[:120]
            raise UsageError(
                f"{path} is a malformed {file_format.name}: exchange {number} cannot be read "
                f"({reason})"
            ) from None
        if isinstance(parsed, str):
            skipped.append(parsed)
        else:
            exchanges.append(parsed.replace(name=parsed.name or f"exchange {number}"))
    return Recording(file_format.name, exchanges, skipped, file_format.expectations)


def _parse(path: Path) -> Any:
    """Return the JSON or YAML of a file. Raises UsageError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return msgspec.json.decode(content)  # ten times as fast as the reader of documents
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not a recording: it is not UTF-8 text") from None
    try:
        return read_text(text).value
    except ReaderError as error:
        reason = " ".join(str(error).split())[:150]
        raise UsageError(f"{path} is neither JSON nor YAML: {reason}") from None
