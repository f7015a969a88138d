"""A process that writes to an SQLite database until it is killed.

`python -m tests.support.sqlite_writer FILE`: each commit puts `EACH` records, adds to a counter
and to the journal. The value of the counter is printed once the commit has returned.
"""

from __future__ import annotations

import sys

from understudy.runtime.stores.database import Changes, Place, TableName, Write
from understudy.runtime.stores.errors import StoreUnavailable
from understudy.runtime.stores.sqlite.database import SQLiteDatabase

TABLE = TableName("api", "", "things")

#: How many records a commit puts: so many that writing them takes a while.
EACH = 50


def commit(database: SQLiteDatabase) -> int:
    """Commit records that have the next number of a counter; return the number."""
    session = database.session("default")
    number = session.add("n")
    encoded = b"%d" % number
    changes = Changes(exchanges=[encoded])
    for key in keys(number):
        place = Place("/key", b"", key.encode())
        changes.writes[TABLE, key] = Write(encoded + b" " * 300, (place,))
    session.commit(changes)
    return number


def keys(number: int) -> list[str]:
    """Return the keys of the records of a commit."""
    return [f"{number:06} {n:03}" for n in range(EACH)]


def main() -> None:
    """Write until killed, or until the database fails; say so then."""
    database = SQLiteDatabase(sys.argv[1])
    database.open()
    while True:
        try:
            print(commit(database), flush=True)
        except StoreUnavailable as error:
            print(error, flush=True)
            return


if __name__ == "__main__":
    main()
