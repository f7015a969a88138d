"""Where readers of a report find an operation: in the documents, and in the reference."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from understudy.openapi.contract import Contract
from understudy.openapi.loading.locations import Locator, locator_of
from understudy.openapi.loading.problem import DocumentProblem
from understudy.openapi.loading.retrieval import is_url
from understudy.openapi.operation import Operation
from understudy.report_formats.sarif import Place

#: Ids that are part of an address as they are.
_PLAIN = re.compile(r"[\w-]+", re.ASCII)


class OperationIndex:
    """Finds the operations of a contract for a report; what only some formats need is computed at
    first use.

    `reference` is the address of the reference: the pages of a server, at `/_understudy/reference`,
    or the folder `reference` of what `understudy docs build` has made.
    """

    def __init__(
        self, contract: Contract, allowed_refs: Sequence[str] = (), reference: str = ""
    ) -> None:
        self._contract = contract
        self._allowed_refs = allowed_refs
        self._reference = reference.rstrip("/")
        self._operations = {operation.id: operation for operation in contract.operations}

    def route(self, operation_id: str) -> str:
        """Return the method and path of an operation; empty if the contract does not have it."""
        operation = self._operations.get(operation_id)
        return f"{operation.method} {operation.path}" if operation else ""

    def link(self, operation_id: str) -> str:
        """Return the address of an operation's page in the reference; empty without one."""
        if not self._reference or operation_id not in self._operations:
            return ""
        if not _PLAIN.fullmatch(operation_id):
            return f"{self._reference}/{quote(self._contract.name)}/{self._ending('index')}"
        return f"{self._reference}/{quote(self._contract.name)}/{self._ending(operation_id)}"

    def _ending(self, page: str) -> str:
        """Return the last part of an address: files have endings, and the pages of a server not."""
        if is_url(self._reference):
            return "" if page == "index" else page
        return f"{page}.html"

    def place(self, operation_id: str) -> Place:
        """Return the file of the document that has an operation, and the line there; the file is
        relative to the current directory (in GitHub's jobs: to the checkout), if it is below it."""
        operation = self._operations.get(operation_id)
        found = self._located(operation) if operation else None
        file = found.file if found and found.file else self._contract.origin
        return Place(_address(file), (found.line if found else None) or 1, operation_id)

    def _located(self, operation: Operation) -> DocumentProblem | None:
        problem = DocumentProblem(operation.place, "")
        return self._locator.located(problem) if self._locator else None

    @cached_property
    def _locator(self) -> Locator | None:
        loaded = self._contract.loaded
        return None if loaded is None else locator_of(loaded, self._allowed_refs)


def _address(file: str) -> str:
    """Return the path of a file as a relative URL from the root of the sources, else its URL."""
    if is_url(file):
        return file
    root = Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd()).resolve()
    path = Path(file).resolve()
    return quote(str(path.relative_to(root))) if path.is_relative_to(root) else path.as_uri()
