"""What can go wrong, and whose fault it is.

Problem             what a client did wrong; becomes an answer in the API's own error shape
└── Invalid         a request that breaks the contract, with every violation found
UnderstudyError     what we, or whoever started us, did wrong; never a client's fault
├── UsageError      one sentence that says what to do; the command line exits with 2
└── ContractBroken  a handler answered what its own contract forbids; a client sees a 500
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Violation:
    """One place where a message breaks its contract.

    `where` is the part of the message ("path", "query", "header", "body" or "response"), `at` a
    JSON pointer into that part, `rule` a JSON pointer into the document to the rule that it breaks.
    """

    where: str
    at: str
    message: str
    rule: str = ""

    def as_json(self) -> dict[str, str]:
        """The violation as plain JSON."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.where}{self.at and ' ' + self.at}: {self.message}"


class Problem(Exception):
    """A fault of the client's, or a documented refusal of the API.

    `message` is for people. `code` and `details` are for the APIs whose error bodies have a place
    for them. `headers` are sent along with the answer, and so are `violations`, in a header.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        details: Any = None,
        headers: tuple[tuple[str, str], ...] = (),
        violations: tuple[Violation, ...] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.details = details
        self.headers = headers
        self.violations = violations


class Invalid(Problem):
    """A request that breaks the contract; `message` tells the first violation, the rest follow."""

    def __init__(self, violations: list[Violation], status: int = 400) -> None:
        super().__init__(
            status, str(violations[0]), code="VALIDATION_ERROR", violations=tuple(violations)
        )


class UnderstudyError(Exception):
    """An error that is not the client's."""


class UsageError(UnderstudyError):
    """Something that whoever started Understudy can mend; the message says how."""


class ContractBroken(UnderstudyError):
    """An answer that the contract does not allow."""

    def __init__(self, operation_id: str, violations: list[Violation]) -> None:
        super().__init__(f"{operation_id} answered against its contract: {violations[0]}")
        self.violations = tuple(violations)
