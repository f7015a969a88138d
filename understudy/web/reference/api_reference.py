"""The reference of one API: its operations by tag, their pages, its rules and clients.

Everything is computed at first use, and then kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from markupsafe import Markup

from understudy.conformance.arazzo.workflow import rules_beside, rules_of
from understudy.openapi.contract import Contract
from understudy.openapi.credentials import credential_form
from understudy.openapi.diff.changelog import Revision, read_revisions
from understudy.openapi.operation import Operation
from understudy.web.reference.markdown import markdown
from understudy.web.reference.operation_page import OperationPage, operation_page
from understudy.web.reference.rule_index import RuleEntry, rules_from

#: Addresses of an API's pages that are not about one operation.
RESERVED = frozenset({"rules", "changes", "index", "search"})


class Tag:
    """A tag, and its operations in the document's order."""

    def __init__(self, name: str, description: str) -> None:
        self.name = name
        self.description = description
        self.operations: list[Operation] = []


class ApiReference:
    """The reference of an API; `personas` are those in which the stand-in serves it."""

    def __init__(self, contract: Contract, personas: Sequence[str] = ()) -> None:
        self.contract = contract
        self.name = contract.name
        self.title = contract.title
        self.personas = tuple(filter(None, personas))
        self._pages: dict[str, OperationPage] = {}

    @cached_property
    def description(self) -> Markup:
        """The document's own description."""
        return markdown(self.contract.document.get("info", {}).get("description"))

    @cached_property
    def version(self) -> str:
        """The document's version."""
        return str(self.contract.document.get("info", {}).get("version", ""))

    @cached_property
    def tags(self) -> list[Tag]:
        """The tags that have operations, in the document's order; operations without one last."""
        declared = self.contract.document.get("tags", ())
        tags = {str(t.get("name")): Tag(str(t["name"]), t.get("description", "")) for t in declared}
        for operation in self.contract.operations:
            tag = tags.setdefault(operation.tag, Tag(operation.tag or "other", ""))
            tag.operations.append(operation)
        return [tag for tag in tags.values() if tag.operations]

    @cached_property
    def slugs(self) -> dict[str, str]:
        """The last part of each operation page's address, by operationId.

        It is the operationId itself, unless that cannot be part of an address or is taken.
        """
        slugs: dict[str, str] = {}
        taken = set(RESERVED)
        for operation in self.contract.operations:
            slug = base = re.sub(r"[^\w-]+", "-", operation.id, flags=re.ASCII).strip("-") or "it"
            number = 1
            while slug in taken:
                number += 1
                slug = f"{base}-{number}"
            taken.add(slug)
            slugs[operation.id] = slug
        return slugs

    @cached_property
    def in_order(self) -> list[Operation]:
        """The operations in the order of the table of contents."""
        return [operation for tag in self.tags for operation in tag.operations]

    @cached_property
    def _by_slug(self) -> dict[str, Operation]:
        return {self.slugs[operation.id]: operation for operation in self.contract.operations}

    def operation_page(self, slug: str) -> OperationPage | None:
        """Return the page at an address, or None."""
        operation = self._by_slug.get(slug)
        if operation is None:
            return None
        if slug not in self._pages:
            self._pages[slug] = operation_page(operation)
        return self._pages[slug]

    def operation_pages(self) -> Iterator[OperationPage]:
        """Yield the pages of all operations, in the order of the table of contents."""
        for operation in self.in_order:
            page = self.operation_page(self.slugs[operation.id])
            assert page is not None
            yield page

    def neighbours(self, operation: Operation) -> tuple[Operation | None, Operation | None]:
        """Return the operations before and after one in the table of contents."""
        at = self.in_order.index(operation)
        before = self.in_order[at - 1] if at else None
        return before, self.in_order[at + 1] if at + 1 < len(self.in_order) else None

    @cached_property
    def has_rules(self) -> bool:
        """Return whether the API has rules; cheaper than to read them."""
        return rules_beside(self.contract.path) is not None

    @cached_property
    def rules(self) -> list[RuleEntry]:
        """The behaviour rules in the file beside the document. Raises UsageError."""
        return rules_from(rules_of(self.contract, self.contract.path))

    @cached_property
    def rules_by_tag(self) -> dict[str, list[RuleEntry]]:
        """The rules by the tag of their first subject, in the order of the tags."""
        tag_of = {operation.id: tag.name for tag in self.tags for operation in tag.operations}
        by_tag: dict[str, list[RuleEntry]] = {tag.name: [] for tag in self.tags}
        for rule in self.rules:
            by_tag[tag_of[rule.subjects[0]]].append(rule)
        return {tag: rules for tag, rules in by_tag.items() if rules}

    @cached_property
    def revisions(self) -> list[Revision]:
        """The revisions of the document by its changelog, newest first. Raises UsageError."""
        return [] if self.contract.path is None else read_revisions(self.contract.path)

    def rules_about(self, operation: Operation) -> list[RuleEntry]:
        """Return the rules about an operation."""
        return [rule for rule in self.rules if operation.id in rule.subjects]

    def rules_with(self, operation: Operation) -> list[RuleEntry]:
        """Return the rules about other operations that call this one."""
        return [rule for rule in self.rules if operation.id in rule.others]

    @cached_property
    def disagreements(self) -> list[tuple[int, dict[str, Any]]]:
        """The points on which the document's sources disagree, numbered from 1."""
        return list(enumerate(self.contract.disagreements, 1))

    def disagreements_about(self, operation: Operation) -> list[tuple[int, dict[str, Any]]]:
        """Return the numbered disagreements that name an operation."""
        return [
            (number, point)
            for number, point in self.disagreements
            if operation.id in point.get("operations", ())
        ]

    def sdk(self, operation: Operation) -> list[tuple[str, str, str]]:
        """Return the SDK methods that call an operation, by its `x-sdk`.

        Each is a language, a method, and the package ("" if unknown).
        """
        clients = {client["language"].lower(): client for client in self.contract.clients}
        methods = []
        for language, method in operation.definition.get("x-sdk", {}).items():
            client = clients.get(str(language).lower(), {})
            title = client.get("language", str(language).capitalize())
            methods.append((title, str(method), client.get("package", "")))
        return methods

    @cached_property
    def credentials(self) -> list[tuple[str, str, str]]:
        """How to send an API key: the header's or parameter's name, the value's form with `{key}`
        in it, and the place ("header", "query" or "cookie")."""
        schemes = self.contract.security_schemes.values()
        return [(*credential_form(scheme), scheme.get("in", "header")) for scheme in schemes]
