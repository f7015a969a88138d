"""`serve --store`: where the state of namespaces is."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from understudy.errors import UsageError

if TYPE_CHECKING:
    from understudy.runtime.stores.database import Database
    from understudy.serving.api import Api

_FORMS = "memory, sqlite:///FILE or redis://HOST/NUMBER"
_SQLITE = "sqlite:///"


def add_store(serve: argparse.ArgumentParser) -> None:
    """Add the option."""
    serve.add_argument(
        "--store",
        metavar="URL",
        help="where the state is: memory, which ends with the process; sqlite:///FILE, which "
        "lasts; redis://HOST/NUMBER, which several workers and hosts share, as do rediss://, "
        "valkey://, redis+cluster:// and redis+sentinel://; default: memory",
    )


def database_of(options: argparse.Namespace) -> Database | None:
    """Return the database of `--store`, not open yet; None for memory. Raises UsageError."""
    url = options.store or "memory"
    try:
        database = _database(url)
    except UsageError as error:
        raise UsageError(f"--store: {error}") from None
    if database is not None and not database.is_shared and options.workers > 1:
        raise UsageError(
            f"--workers {options.workers}: only one process can use {url}; give "
            "--store redis://HOST/NUMBER, or leave --workers out"
        )
    return database


def _database(url: str) -> Database | None:
    if url == "memory":
        return None
    if url.startswith(_SQLITE) and len(url) > len(_SQLITE):
        from understudy.runtime.stores.sqlite.database import SQLiteDatabase

        return SQLiteDatabase(url.removeprefix(_SQLITE))
    if url.startswith(("redis", "valkey", "unix:")):
        from understudy.runtime.stores.redis.driver import redis_database

        return redis_database(url)
    raise UsageError(f"{url.partition('://')[0]!r} is no store: give {_FORMS}")


def open_database(database: Database, apis: Sequence[Api]) -> None:
    """Open a database, and see to it that its indexes are those that the handlers declare now.
    Raises UsageError."""
    from understudy.runtime.stores.errors import StoreUnavailable

    database.open()
    indexes = {
        (api.name, collection.name): collection.indexes
        for api in apis
        if api.owner is api
        for collection in api.collections.values()
    }
    try:
        database.reindex(indexes)
    except StoreUnavailable as error:
        raise UsageError(str(error)) from None


def print_warnings(database: Database) -> None:
    """Print what an open database does not promise."""
    for warning in database.warnings:
        print(f"warning: {warning}", file=sys.stderr)
