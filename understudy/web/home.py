"""The home page: which APIs are served at which path, how to point a client at them, and the
namespaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from shlex import quote
from typing import NamedTuple

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from understudy.code_samples.curl import curl_code
from understudy.code_samples.example_request import example_request
from understudy.http.control_access import ControlAccess
from understudy.openapi.resources.call import Arguments, Call
from understudy.runtime.namespaces.namespace import Namespace
from understudy.runtime.namespaces.registry import NamespaceRegistry
from understudy.runtime.stores.errors import StoreUnavailable
from understudy.timestamps import rfc3339
from understudy.version import VERSION
from understudy.web.reference.api_reference import ApiReference
from understudy.web.visitor import page_origin, refusal, shown_key

#: The largest number of namespaces that are listed.
_MOST_NAMESPACES = 50


class NamespaceRow(NamedTuple):
    """A row of the table of namespaces; `root` is the namespace's URL path, `now` its clock. The
    number of records is not known if they are in a database."""

    name: str
    root: str
    now: str
    frozen: bool
    requests: int
    faults: int
    records: int | None


def home_blueprint(
    references: Sequence[ApiReference],
    control_reference: ApiReference | None,
    namespaces: NamespaceRegistry | None,
    access: ControlAccess | None,
    keys: Mapping[str, frozenset[str]],
) -> Blueprint:
    """Create the blueprint of the pages at `/`, about these APIs and the control API; `keys` are
    those that each API admits, if not any."""
    pages = Blueprint("home", __name__)
    names = {reference.name for reference in references}

    @pages.get("/")
    def home() -> str:
        def clients(reference: ApiReference, origin: str) -> list[dict[str, str]]:
            return _clients(reference, origin, shown_key(keys.get(reference.name, ()), access))

        return render_template(
            "home.html",
            references=references,
            control_reference=control_reference,
            origin=page_origin(),
            version=VERSION,
            clients=clients,
            namespaces=None
            if namespaces is None
            else refusal(access) or _namespace_rows(namespaces),
        )

    @pages.get("/_understudy", strict_slashes=False)
    def control_root() -> Response:
        return redirect(url_for(".home"))

    @pages.get("/docs/<name>", strict_slashes=False)
    def short_docs(name: str) -> Response:
        known = name if name in names else abort(404)
        return redirect(url_for("swagger.show", name=known))

    return pages


def _clients(reference: ApiReference, origin: str, key: str) -> list[dict[str, str]]:
    """Return the API's clients, the placeholders in their code replaced for this origin."""
    contract = reference.contract
    values = {"{url}": origin + contract.path_prefix, "{origin}": origin, "{key}": key}
    if not contract.clients:
        return [{"language": "curl", "code": _curl_command(reference, origin, key)}]
    return [
        {
            field: _fill_placeholders(text, values)
            for field, text in client.items()
            if isinstance(text, str)
        }
        for client in contract.clients
    ]


def _curl_command(reference: ApiReference, origin: str, key: str) -> str:
    """Return the curl command of the first GET request that needs no parameters, with the
    credentials that the document asks for."""
    contract = reference.contract
    requests = (operation for operation in contract.operations if operation.method == "GET")
    simple = (o for o in requests if not any(p.required for p in o.parameters))
    operation = next(simple, None)
    if operation is None:
        return f"curl {quote(origin + contract.base_path + '/')}"
    return curl_code(example_request(Call(operation, Arguments()), origin, key)).rstrip()


def _fill_placeholders(text: str, values: Mapping[str, str]) -> str:
    for placeholder, value in values.items():
        text = text.replace(placeholder, value)
    return text


def _namespace_rows(namespaces: NamespaceRegistry) -> list[NamespaceRow] | str:
    """Return the namespaces, the most recently used first; or why they cannot be read."""
    try:
        return namespaces.for_each(_row, _MOST_NAMESPACES)
    except StoreUnavailable as error:
        return str(error)


def _row(namespace: Namespace) -> NamespaceRow:
    return NamespaceRow(
        name=namespace.name,
        root=namespace.root,
        now=rfc3339(namespace.clock.now()),
        frozen=namespace.clock.frozen,
        requests=namespace.journal.seen,
        # Copied to a list: other threads may add faults meanwhile.
        faults=sum(1 for fault in list(namespace.faults.rules.values()) if not fault.is_spent),
        records=namespace.worlds.size(),
    )
