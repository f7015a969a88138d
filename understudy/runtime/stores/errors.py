"""What ends the transaction of a request; apart from databases, which most servers do not have."""

from __future__ import annotations


class TransactionEnded(BaseException):
    """The transaction of a request cannot go on; handlers cannot catch this as an Exception."""


class Conflict(TransactionEnded):
    """Another request has changed what this one has read; it must be run again."""


class StoreUnavailable(TransactionEnded):
    """The database does not answer, or cannot write; whether the last commit was done may be
    unknown. The text is one sentence that says what failed."""
