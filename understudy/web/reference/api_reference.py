"""The reference of one API: its operations by tag, their chapters, its rules and clients.

Everything is worked out when somebody first wants it, and then kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from markupsafe import Markup

from understudy.conformance.arazzo.workflow import rules_beside, rules_of
from understudy.openapi.contract import Contract, Operation
from understudy.openapi.diff.changelog import Revision, read_revisions
from understudy.web.reference.markdown import markdown
from understudy.web.reference.operation_page import OperationPage, operation_page
from understudy.web.reference.rule_index import RuleEntry, rules_from

#: Pages of an API that are not about one operation.
RESERVED = frozenset({"rules", "changes", "index", "search"})


class Tag:
    """A tag, and its operations in the document's order."""

    def __init__(self, name: str, told: str) -> None:
        self.name = name
        self.told = told
        self.operations: list[Operation] = []


class ApiReference:
    """The reference of an API, which the stand-in plays in these personas."""

    def __init__(self, contract: Contract, personas: Sequence[str] = ()) -> None:
        self.contract = contract
        self.name = contract.name
        self.title = contract.title
        self.personas = tuple(filter(None, personas))
        self._chapters: dict[str, OperationPage] = {}

    @cached_property
    def told(self) -> Markup:
        """What the document says of itself."""
        return markdown(self.contract.document.get("info", {}).get("description"))

    @cached_property
    def version(self) -> str:
        """The document's version."""
        return str(self.contract.document.get("info", {}).get("version", ""))

    @cached_property
    def tags(self) -> list[Tag]:
        """The tags that have operations, in the document's order; those without a tag are last."""
        named = self.contract.document.get("tags", ())
        tags = {str(t.get("name")): Tag(str(t["name"]), t.get("description", "")) for t in named}
        for operation in self.contract.operations:
            tag = tags.setdefault(operation.tag, Tag(operation.tag or "other", ""))
            tag.operations.append(operation)
        return [tag for tag in tags.values() if tag.operations]

    @cached_property
    def slugs(self) -> dict[str, str]:
        """The end of each operation's address, by its id: that id, where it can be an address."""
        found: dict[str, str] = {}
        taken = set(RESERVED)
        for operation in self.contract.operations:
            slug = base = re.sub(r"[^\w-]+", "-", operation.id, flags=re.ASCII).strip("-") or "it"
            number = 1
            while slug in taken:
                number += 1
                slug = f"{base}-{number}"
            taken.add(slug)
            found[operation.id] = slug
        return found

    @cached_property
    def in_order(self) -> list[Operation]:
        """The operations as the contents list them."""
        return [operation for tag in self.tags for operation in tag.operations]

    @cached_property
    def _by_slug(self) -> dict[str, Operation]:
        return {self.slugs[operation.id]: operation for operation in self.contract.operations}

    def operation_page(self, slug: str) -> OperationPage | None:
        """The chapter at the end of an address, if there is one."""
        operation = self._by_slug.get(slug)
        if operation is None:
            return None
        if slug not in self._chapters:
            self._chapters[slug] = operation_page(operation)
        return self._chapters[slug]

    def chapters(self) -> Iterator[OperationPage]:
        """All of them, in order."""
        for operation in self.in_order:
            found = self.operation_page(self.slugs[operation.id])
            assert found is not None
            yield found

    def neighbours(self, operation: Operation) -> tuple[Operation | None, Operation | None]:
        """What comes before it and after it."""
        at = self.in_order.index(operation)
        before = self.in_order[at - 1] if at else None
        return before, self.in_order[at + 1] if at + 1 < len(self.in_order) else None

    @cached_property
    def has_rules(self) -> bool:
        """Whether there are rules, which costs less to know than what they are."""
        return rules_beside(self.contract.path) is not None

    @cached_property
    def rules(self) -> list[RuleEntry]:
        """The rules of behaviour that lie beside the document. Raises UsageError."""
        return rules_from(rules_of(self.contract, self.contract.path))

    @cached_property
    def rules_by_tag(self) -> dict[str, list[RuleEntry]]:
        """The rules by the tag of what they are about, in the order of the tags."""
        tag_of = {operation.id: tag.name for tag in self.tags for operation in tag.operations}
        found: dict[str, list[RuleEntry]] = {tag.name: [] for tag in self.tags}
        for rule in self.rules:
            found[tag_of[rule.subjects[0]]].append(rule)
        return {tag: rules for tag, rules in found.items() if rules}

    @cached_property
    def revisions(self) -> list[Revision]:
        """What became of the document, newest first. Raises UsageError."""
        return [] if self.contract.path is None else read_revisions(self.contract.path)

    def rules_about(self, operation: Operation) -> list[RuleEntry]:
        """The rules that are about an operation."""
        return [rule for rule in self.rules if operation.id in rule.subjects]

    def rules_with(self, operation: Operation) -> list[RuleEntry]:
        """The rules that call it besides."""
        return [rule for rule in self.rules if operation.id in rule.others]

    @cached_property
    def disagreements(self) -> list[tuple[int, dict[str, Any]]]:
        """Where the sources disagree, numbered from 1."""
        return list(enumerate(self.contract.disagreements, 1))

    def disagreements_about(self, operation: Operation) -> list[tuple[int, dict[str, Any]]]:
        """Those that name an operation."""
        about = self.disagreements
        return [(n, each) for n, each in about if operation.id in each.get("operations", ())]

    def sdk(self, operation: Operation) -> list[tuple[str, str, str]]:
        """What calls the operation (`x-sdk`): language, method, and package where it is known."""
        clients = {client["language"].lower(): client for client in self.contract.clients}
        found = []
        for language, method in operation.definition.get("x-sdk", {}).items():
            client = clients.get(str(language).lower(), {})
            shown = client.get("language", str(language).capitalize())
            found.append((shown, str(method), client.get("package", "")))
        return found

    @cached_property
    def credentials(self) -> list[tuple[str, str, str]]:
        """How a key is given: the header (or parameter), its form with {key}, and where it is."""
        found = []
        for scheme in self.contract.security_schemes.values():
            bearer = scheme.get("type") != "apiKey" and scheme.get("scheme", "bearer") == "bearer"
            form = scheme.get("x-understudy-form", "Bearer {key}" if bearer else "{key}")
            name = scheme.get("name", "Authorization")
            found.append((name, form, scheme.get("in", "header")))
        return found
