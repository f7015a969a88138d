"""`--require`: the operations that a server must have, by a file, their tags or their ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from understudy.errors import UsageError
from understudy.files import read_bounded
from understudy.openapi.contract import Contract
from understudy.openapi.operation import Operation
from understudy.suggestions import hint

#: What stands for all operations that are checked.
_ALL = "all"


def required_operations(
    contract: Contract, names: Iterable[str], checked: Iterable[Operation]
) -> dict[str, str]:
    """Return the ids of the operations that are required, each with the name that requires it.

    A name is an operation, a tag, `METHOD /path`, "all" (of those that are `checked`), or a file of
    such names. Raises UsageError.
    """
    known = _named(contract)
    known.setdefault(_ALL, []).extend(operation.id for operation in checked)
    required: dict[str, str] = {}
    for name, place in _lines(names, known):
        if name not in known:
            missing = f"{place}{contract.name} has no operation or tag named {name!r}"
            missing += "" if place else ", and there is no such file"
            raise UsageError(
                missing + hint(name, sorted(known), "`understudy routes` lists operations")
            )
        for operation in known[name]:
            required.setdefault(operation, name)
    return required


def _named(contract: Contract) -> dict[str, list[str]]:
    """Return the ids of operations by each name that they may have."""
    named: dict[str, list[str]] = {}
    for operation in contract.operations:
        tags = map(str, operation.definition.get("tags", ()))
        for name in (operation.id, f"{operation.method} {operation.path}", *tags):
            named.setdefault(name, []).append(operation.id)
    return named


def _lines(names: Iterable[str], known: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield names and those in files, each with the place where it stands, for messages."""
    for name in names:
        if name in known or not Path(name).is_file():
            yield name, ""
            continue
        for number, line in enumerate(_text(name).splitlines(), 1):
            text = " ".join(line.partition("#")[0].split())
            if text:
                yield text, f"{name}:{number}: "


def _text(file: str) -> str:
    try:
        return read_bounded(Path(file)).decode()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{file} is not text in UTF-8") from None
