"""The reference of one API: its operations by tag, their pages, its rules and clients.

Everything is computed at first use, and then kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

from markupsafe import Markup

from understudy.code_samples.samples import CodeSample, code_samples
from understudy.conformance.arazzo.problems import RulesError
from understudy.errors import UsageError
from understudy.openapi.contract import Contract
from understudy.openapi.diff.changelog import Revision, read_revisions
from understudy.openapi.loading.rules_files import rules_files
from understudy.openapi.operation import Operation
from understudy.openapi.resources.call import Arguments, Call, example_arguments
from understudy.openapi.resources.prerequisites import Prerequisites
from understudy.web.reference.about import (
    Link,
    SchemeEntry,
    ServerEntry,
    links_of,
    schemes_of,
    servers_of,
)
from understudy.web.reference.contents import Contents
from understudy.web.reference.delivery import DeliveryEntry, delivery_of
from understudy.web.reference.markdown import markdown
from understudy.web.reference.operation_page import OperationPage, operation_page
from understudy.web.reference.request_form.controls import RequestForm, request_form
from understudy.web.reference.rule_index import RuleEntry, read_rules
from understudy.web.reference.slugs import slugs_of
from understudy.web.reference.tags import SentRequest, Tag, sent_requests, tags_of
from understudy.web.reference.versions import VersionsView, versions_view


class ApiReference:
    """The reference of an API; `personas` are those in which the stand-in serves it, and `handler`
    returns what answers an operation, None if that is its document. `neighbouring` are the
    references that are shown with it, which may be of other versions of the API."""

    def __init__(
        self,
        contract: Contract,
        personas: Sequence[str] = (),
        handler: Callable[[Operation], object | None] = lambda operation: operation,
    ) -> None:
        self.contract = contract
        self.name = contract.name
        self.title = contract.title
        self.personas = tuple(filter(None, personas))
        self._handler = handler
        self.neighbouring: Sequence[ApiReference] = (self,)
        self._pages: dict[str, OperationPage] = {}
        #: The example of each operation, by its identity.
        self._calls: dict[int, Call] = {}
        self._forms: dict[int, RequestForm] = {}

    @cached_property
    def description(self) -> Markup:
        """The document's own description."""
        return markdown(self.contract.document.get("info", {}).get("description"))

    @cached_property
    def version(self) -> str:
        """The document's version."""
        return str(self.contract.document.get("info", {}).get("version", ""))

    @cached_property
    def summary(self) -> str:
        """The document's own summary."""
        return str(self.contract.document.get("info", {}).get("summary", ""))

    @cached_property
    def links(self) -> list[Link]:
        """The licence, the contact, the terms and the documentation."""
        return links_of(self.contract)

    @cached_property
    def servers(self) -> list[ServerEntry]:
        """The servers that the document declares."""
        return servers_of(self.contract)

    @cached_property
    def schemes(self) -> list[SchemeEntry]:
        """The security schemes that the document declares."""
        return schemes_of(self.contract)

    @cached_property
    def tags(self) -> list[Tag]:
        """The tags that have operations."""
        return tags_of(self.contract)

    def tag_of(self, operation: Operation) -> Tag | None:
        """Return the tag that an operation is listed under; None for webhooks and callbacks."""
        return self._tag_by_operation.get(id(operation))

    @cached_property
    def _tag_by_operation(self) -> dict[int, Tag]:
        return {id(operation): tag for tag in self.tags for operation in tag.operations}

    @cached_property
    def contents(self) -> Contents:
        """The table of contents."""
        return Contents(self.tags, self.sent)

    @property
    def pages(self) -> list[tuple[str, str]]:
        """The pages that are not about one operation, as titles and endpoints."""
        pages = [("Overview", "overview"), ("Rules", "rules"), ("Disagreements", "disagreements")]
        pages += [("Changes", "changes"), *([("Versions", "versions")] if self.versions else [])]
        return [(title, f"reference.{endpoint}") for title, endpoint in pages]

    @cached_property
    def versions(self) -> VersionsView | None:
        """The versions of the API, if there are two at least."""
        return versions_view(self, self.neighbouring)

    @cached_property
    def sent(self) -> list[SentRequest]:
        """The requests that the API sends: webhooks and callbacks."""
        return sent_requests(self.contract)

    def sent_request(self, operation: Operation) -> SentRequest | None:
        """Return the webhook or callback of an operation; None if clients send its requests."""
        return self._sent_by_operation.get(id(operation))

    def delivery(self, sent: SentRequest) -> DeliveryEntry:
        """Return how a webhook or callback is delivered."""
        return delivery_of(sent)

    def callbacks_after(self, operation: Operation) -> list[SentRequest]:
        """Return the callbacks of an operation."""
        return [request for request in self.sent if request.after is operation]

    @cached_property
    def _sent_by_operation(self) -> dict[int, SentRequest]:
        return {id(request.operation): request for request in self.sent}

    def slug(self, operation: Operation) -> str:
        """Return the last part of the address of an operation's page."""
        return self._slugs[id(operation)]

    @cached_property
    def slugs(self) -> dict[str, str]:
        """The last part of the address of each page by operationId; of operations of clients."""
        return {operation.id: self.slug(operation) for operation in self.contract.operations}

    @cached_property
    def _slugs(self) -> dict[int, str]:
        """The last part of each operation page's address, by the operation's identity."""
        operations = (*self.contract.operations, *(request.operation for request in self.sent))
        return slugs_of(operations)

    @cached_property
    def in_order(self) -> list[Operation]:
        """The operations in the order of the table of contents, then webhooks and callbacks."""
        operations = [operation for tag in self.tags for operation in tag.operations]
        return operations + [request.operation for request in self.sent]

    @cached_property
    def _by_slug(self) -> dict[str, Operation]:
        return {self.slug(operation): operation for operation in self.in_order}

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
            page = self.operation_page(self.slug(operation))
            assert page is not None
            yield page

    def neighbours(self, operation: Operation) -> tuple[Operation | None, Operation | None]:
        """Return the operations before and after one in the table of contents."""
        at = self._position[id(operation)]
        before = self.in_order[at - 1] if at else None
        return before, self.in_order[at + 1] if at + 1 < len(self.in_order) else None

    @cached_property
    def _position(self) -> dict[int, int]:
        return {id(operation): at for at, operation in enumerate(self.in_order)}

    @cached_property
    def has_rules(self) -> bool:
        """Return whether the API has rules; cheaper than to read them."""
        return bool(rules_files(self.contract.path))

    @cached_property
    def rules(self) -> list[RuleEntry]:
        """The behaviour rules beside the document; none if they cannot be used."""
        return self._rules[0]

    @property
    def broken_rules(self) -> RulesError | None:
        """Why the rules cannot be used, if so."""
        return self._rules[1]

    @cached_property
    def _rules(self) -> tuple[list[RuleEntry], RulesError | None]:
        try:
            return read_rules(self.contract), None
        except RulesError as error:
            return [], error

    @cached_property
    def rules_by_tag(self) -> dict[str, list[RuleEntry]]:
        """The rules by the title of the tag of their first subject, in the order of the tags."""
        tag_of = {operation.id: tag.full_title for tag in self.tags for operation in tag.operations}
        by_tag: dict[str, list[RuleEntry]] = {tag.full_title: [] for tag in self.tags}
        for rule in self.rules:
            by_tag[tag_of[rule.subjects[0]]].append(rule)
        return {tag: rules for tag, rules in by_tag.items() if rules}

    @property
    def revisions(self) -> list[Revision]:
        """The revisions of the document by its changelog, newest first; none if it is broken."""
        return self._revisions[0]

    @property
    def broken_changelog(self) -> UsageError | None:
        """Why the changelog cannot be read, if so."""
        return self._revisions[1]

    @cached_property
    def _revisions(self) -> tuple[list[Revision], UsageError | None]:
        try:
            return [] if self.contract.path is None else read_revisions(self.contract.path), None
        except UsageError as error:
            return [], error

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

    def code_samples(self, operation: Operation, origin: str, key: str) -> list[CodeSample]:
        """Return the code that sends an operation's example to a server; none for requests that the
        API sends itself."""
        if self.sent_request(operation) is not None:
            return []
        return code_samples(self._example(operation), origin, key)

    def request_form(self, operation: Operation) -> RequestForm:
        """Return the form that sends an operation's request."""
        if id(operation) not in self._forms:
            arguments = self._example(operation).arguments
            self._forms[id(operation)] = request_form(operation, arguments)
        return self._forms[id(operation)]

    def _example(self, operation: Operation) -> Call:
        """Return the call that an operation's example is, which takes long to make."""
        if id(operation) not in self._calls:
            self._calls[id(operation)] = Call(operation, example_arguments(operation))
        return self._calls[id(operation)]

    def calls(self, operation: Operation, arguments: Arguments) -> list[Call]:
        """Return the calls that make what a call needs, and the call itself at the end. What is
        answered from the document needs nothing."""
        if self._handler(operation) is None:
            return [Call(operation, arguments)]
        return self._prerequisites.calls(operation, arguments)

    @cached_property
    def _prerequisites(self) -> Prerequisites:
        return Prerequisites(self.contract)

    def sdk(self, operation: Operation) -> list[tuple[str, str, str]]:
        """Return the SDK methods that call an operation, by its `x-sdk`.

        Each is a language, a method, and the package ("" if unknown).
        """
        clients = {str(client["language"]).lower(): client for client in self.contract.clients}
        methods = []
        for language, method in operation.sdk_methods.items():
            client = clients.get(language.lower(), {})
            title = str(client.get("language", language.capitalize()))
            methods.append((title, method, str(client.get("package", ""))))
        return methods

    @cached_property
    def credentials(self) -> list[tuple[str, str, str]]:
        """How to send a key: the header's or parameter's name, the value's form with `{key}` in
        it, and the place ("header", "query" or "cookie"). Schemes that are sent alike are one."""
        entries = ((each.name, each.form, each.where) for each in self.schemes if each.name)
        return list(dict.fromkeys(entries))
