"""Loader of recorded traffic. The content of a file decides which format it has, not its name."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from understudy.errors import UsageError
from understudy.http.messages import Exchange
from understudy.openapi.loading.yaml_reader import ReaderError, read_text
from understudy.recordings import har_reader, pact_reader, vcr_reader
from understudy.recordings.recording import Recording


class _Format(NamedTuple):
    """A file format and its reader."""

    name: str
    matches: Callable[[Any], bool]
    entries: Callable[[Any], list[Any]]
    parse_entry: Callable[[Any], Exchange | str]
    expectations: bool = False


def _parse_raw_entry(entry: msgspec.Raw) -> Exchange | str:
    return har_reader.parse_entry(msgspec.json.decode(entry))


#: What parsing a malformed entry may raise.
_MALFORMED = (
    *(AttributeError, IndexError, KeyError, TypeError, ValueError, RecursionError),
    msgspec.MsgspecError,
)

#: The largest file that is read.
MOST_BYTES = 500_000_000

_RAW_HAR = _Format("HTTP Archive", har_reader.is_har, har_reader.entries, _parse_raw_entry)
_FORMATS = (
    _RAW_HAR._replace(parse_entry=har_reader.parse_entry),
    _Format("Pact file", pact_reader.is_pact, pact_reader.entries, pact_reader.parse_entry, True),
    _Format("VCR cassette", vcr_reader.is_cassette, vcr_reader.entries, vcr_reader.parse_entry),
)


class _Log(msgspec.Struct):
    entries: list[msgspec.Raw]


class _Archive(msgspec.Struct):
    """An HTTP Archive of which the entries are still JSON."""

    log: _Log


_decode_archive = msgspec.json.Decoder(_Archive).decode


class RecordingFile(NamedTuple):
    """A file that is read: the name of its format, and its exchanges as they are asked for, or the
    reason why an entry has none. With `expectations`, see `Recording`."""

    format: str
    exchanges: Iterator[Exchange | str]
    expectations: bool = False


def load_recording(path: Path) -> Recording:
    """Return the exchanges of a file. Raises UsageError if it cannot be read or is malformed."""
    file = open_recording(path)
    exchanges, skipped = [], []
    for parsed in file.exchanges:
        if isinstance(parsed, str):
            skipped.append(parsed)
        else:
            exchanges.append(parsed)
    return Recording(file.format, exchanges, skipped, file.expectations)


def open_recording(path: Path) -> RecordingFile:
    """Return a file of which the exchanges are made one after the other: all at once may take many
    times the memory of the file. Raises UsageError, as does the iteration."""
    content = _read(path)
    entries: Iterable[Any]
    try:
        archive = _decode_archive(content)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):  # or another format
        document = _parse(path, content)
        file_format = next((known for known in _FORMATS if known.matches(document)), None)
        if file_format is None:
            raise UsageError(
                f"{path} is not an HTTP Archive (HAR), a VCR cassette or a Pact file"
            ) from None
        entries = file_format.entries(document)
    else:
        file_format = _RAW_HAR
        entries = archive.log.entries
    exchanges = _exchanges(path, file_format, entries)
    return RecordingFile(file_format.name, exchanges, file_format.expectations)


def _exchanges(
    path: Path, file_format: _Format, entries: Iterable[Any]
) -> Iterator[Exchange | str]:
    """Yield the exchange of each entry, or why it has none. Raises UsageError."""
    for number, entry in enumerate(entries, 1):
        try:
            parsed = file_format.parse_entry(entry)
        except _MALFORMED as error:
            reason = f"{type(error).__name__}: {error}"[:120]
            raise UsageError(
                f"{path} is a malformed {file_format.name}: exchange {number} cannot be read "
                f"({reason})"
            ) from None
        if isinstance(parsed, str):
            yield parsed
        else:
            yield parsed.replace(name=parsed.name or f"exchange {number}")


def _read(path: Path) -> bytes:
    """Return the content of a file without a byte order mark. Raises UsageError."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    if len(content) > MOST_BYTES:
        raise UsageError(f"{path} is larger than {MOST_BYTES // 10**6} MB; divide the recording")
    return content.removeprefix(BOM_UTF8)


def _parse(path: Path, content: bytes) -> Any:
    """Return the value of JSON or YAML. Raises UsageError."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not a recording: it is not UTF-8 text") from None
    try:
        return read_text(text).value
    except ReaderError as error:
        reason = " ".join(str(error).split())[:150]
        raise UsageError(f"{path} is neither JSON nor YAML: {reason}") from None
