"""A process that writes to an SQLite database until it is killed.

`python -m tests.support.sqlite_writer FILE`: each commit puts two records that have the same
number, adds to a counter and to the journal. The number is printed once the commit has returned.
A number that was printed before is where it begins.
"""

from __future__ import annotations

import sys

from understudy.runtime.stores.database import Changes, Place, StoreUnavailable, TableName, Write
from understudy.runtime.stores.sqlite.database import SQLiteDatabase

TABLE = TableName("api", "", "things")


def commit(database: SQLiteDatabase) -> int:
    """Commit two records of one number, which a counter gives; return the number."""
    session = database.session("default")
    number = session.add("n")
    encoded, order = b"%d" % number, number.to_bytes(8)
    changes = Changes(exchanges=[encoded])
    for key in (f"a{number}", f"b{number}"):
        changes.writes[TABLE, key] = Write(encoded, (Place("/n", b"", order),))
    session.commit(changes)
    return number


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
