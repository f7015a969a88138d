"""specs/zep.yaml and specs/zep4.yaml have all operations and fields of Zep's own Python clients.

The clients are the nearest thing to contracts that Zep has published: zep-cloud 2.22.1 and 3.30.0
for the one document, 4.0.1 for the other.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import pytest

from tests.clients.comparison import PUBLIC, Comparison, shape
from tests.clients.sdk import HERE, description
from tests.support.server import ROOT
from understudy.openapi.document import Document
from understudy.openapi.loading.loader import load as load_document
from understudy.serving.project import load

#: The document of each client, and how many operations that has.
CLIENTS = {
    "zep-cloud-2.22.1": ("zep", 70),
    "zep-cloud-3.30.0": ("zep", 99),
    "zep-cloud-4.0.1": ("zep4", 193),
}


def compared(document: Document, client: str) -> Comparison:
    """Compare the document with a client."""
    comparison = Comparison(document, client)
    comparison.compare(description(client)["calls"])
    return comparison


@lru_cache
def document_of(client: str) -> Document:
    """Read the document of a client."""
    return load_document(ROOT / "specs" / f"{CLIENTS[client][0]}.yaml").source


@pytest.mark.parametrize("client", CLIENTS)
def test_client_has_the_known_number_of_operations(client: str) -> None:
    """Each method has a request of its own, but for two that share one in version 4."""
    calls = description(client)["calls"]
    assert len({(call["method"], call["path"]) for call in calls}) == CLIENTS[client][1]


@pytest.mark.parametrize("client", CLIENTS)
def test_document_has_all_operations_and_fields_of_the_client(client: str) -> None:
    """Every operation, parameter, field, word and status of the client is in the document."""
    comparison = compared(document_of(client), client)
    print(", ".join(f"{number} {what}" for what, number in comparison.counts.items()))
    drift = comparison.drift
    assert not drift, "\n".join([f"{len(drift)} differences:", *drift])


COLLECTION = "/collections/{collectionName}"
UPDATE = ("components", "schemas", "UpdateDocumentListRequest")
DOCUMENT_FIELDS = ("components", "schemas", "ApidataDocument", "properties")
SEARCH = ("components", "schemas", "DocumentSearchPayload", "properties")

Damage = tuple[Callable[[Any], object], tuple[str | int, ...], str]

DAMAGES: dict[str, Damage] = {
    "an operation": (lambda node: node.pop("get"), ("paths", COLLECTION), "no such operation"),
    "a status": (
        lambda node: node.pop("404"),
        ("paths", COLLECTION, "get", "responses"),
        "no response 404",
    ),
    "a query parameter": (
        lambda node: node.clear(),
        ("paths", f"{COLLECTION}/search", "post", "parameters"),
        "query: the document has no 'limit'",
    ),
    "a type": (
        lambda node: node.update(type="string"),
        ("paths", f"{COLLECTION}/search", "post", "parameters", 0, "schema"),
        "query.limit: is of type string, not integer",
    ),
    "a request field": (
        lambda node: node.pop("mmr_lambda"),
        SEARCH,
        "body: the document has no 'mmr_lambda'",
    ),
    "a word": (
        lambda node: node["enum"].remove("mmr"),
        (*SEARCH, "search_type"),
        "body.search_type: the document does not allow ['mmr']",
    ),
    "what is required": (
        lambda node: node.pop("required"),
        UPDATE,
        "body[]: 'uuid' is required by the client",
    ),
    "what is optional": (
        lambda node: node["required"].append("metadata"),
        UPDATE,
        "body[]: 'metadata' is required, and the client may omit it",
    ),
    "a body": (
        lambda node: node.pop("requestBody"),
        ("paths", COLLECTION, "patch"),
        "no body of the request",
    ),
    "a response field": (
        lambda node: node.pop("embedding"),
        DOCUMENT_FIELDS,
        "response 200.results[]: the document has no 'embedding'",
    ),
    "what an answer must have": (
        lambda node: node["required"].remove("content"),
        ("components", "schemas", "Message"),
        "messages[]: 'content' is required by the client",
    ),
    "a name": (
        lambda node: node["x-sdk"].update(python="document.get"),
        ("paths", COLLECTION, "get"),
        "x-sdk names document.get for it",
    ),
    "a mark": (
        lambda node: node.pop("deprecated"),
        ("paths", "/sessions/{sessionId}/end", "post"),
        "the client calls it deprecated",
    ),
}


NEW_THREAD = ("paths", "/threads", "post")
ADD_EDGES = ("paths", "/graphs/{graph_uuid}/edges", "post")

#: Damages of what only the later clients have.
LATER_DAMAGES: dict[str, tuple[str, *Damage]] = {
    "an operation of threads": (
        "zep-cloud-3.30.0",
        lambda node: node.pop("post"),
        ("paths", "/threads"),
        "no such operation",
    ),
    "a status of threads": (
        "zep-cloud-3.30.0",
        lambda node: node.pop("400"),
        (*NEW_THREAD, "responses"),
        "no response 400",
    ),
    "a field of messages": (
        "zep-cloud-3.30.0",
        lambda node: node.pop("return_context"),
        ("components", "schemas", "AddThreadMessagesRequest", "properties"),
        "body: the document has no 'return_context'",
    ),
    "a field of threads": (
        "zep-cloud-3.30.0",
        lambda node: node.pop("graph_uuid"),
        ("components", "schemas", "Thread", "properties"),
        "the document has no 'graph_uuid'",
    ),
    "an operation of edges": (
        "zep-cloud-4.0.1",
        lambda node: node.pop("post"),
        ADD_EDGES[:2],
        "no such operation",
    ),
    "a status of edges": (
        "zep-cloud-4.0.1",
        lambda node: node.pop("409"),
        (*ADD_EDGES, "responses"),
        "no response 409",
    ),
    "a field of a request": (
        "zep-cloud-4.0.1",
        lambda node: node.pop("deduplicate"),
        ("components", "schemas", "AddEdgeRequest", "properties"),
        "body: the document has no 'deduplicate'",
    ),
    "a field of edges": (
        "zep-cloud-4.0.1",
        lambda node: node.pop("hyperedge_uuid"),
        ("components", "schemas", "Edge", "properties"),
        "the document has no 'hyperedge_uuid'",
    ),
    "a name of the client": (
        "zep-cloud-4.0.1",
        lambda node: node["x-sdk"].update(python="edge.add"),
        ADD_EDGES,
        "x-sdk names edge.add for it",
    ),
}


@pytest.mark.parametrize(
    ("client", "damage", "place", "words"),
    [
        *(pytest.param("zep-cloud-2.22.1", *given, id=name) for name, given in DAMAGES.items()),
        *(pytest.param(*given, id=name) for name, given in LATER_DAMAGES.items()),
    ],
)
def test_comparison_finds_each_difference(
    client: str,
    damage: Callable[[Any], object],
    place: tuple[str | int, ...],
    words: str,
) -> None:
    """A document with one thing removed has exactly the new differences that it causes."""
    damaged = copy.deepcopy(document_of(client))
    node: Any = damaged
    for step in place:
        node = node[step]
    damage(node)
    new = set(compared(damaged, client).drift) - set(compared(document_of(client), client).drift)
    assert new
    assert all(_tail(words) in line for line in new), new
    assert any(words in line for line in new), new


def _tail(words: str) -> str:
    return words.rsplit(": ", 1)[-1]


@pytest.mark.parametrize("client", [client for client in CLIENTS if client != "zep-cloud-2.22.1"])
def test_every_operation_with_state_is_called(client: str) -> None:
    """The tests with a client call each of its operations that has a handler."""
    api = next(api for api in load([]) if api.name == CLIENTS[client][0])
    stateful = {
        (o.method.lower(), shape(o.path)) for o in api.contract.operations if api.handler(o)
    }
    generation = client[len("zep-cloud-")]
    files = [*HERE.glob(f"test_zep{generation}_*.py"), *HERE.glob("integrations/*.py")]
    text = "".join(file.read_text() for file in files)
    calls = description(client)["calls"]
    names = [call["name"] for call in calls if (call["method"], call["path"]) in stateful]
    assert len(names) > 80
    assert not [n for n in names if f".{n}(" not in text and f".{PUBLIC.get(n)}(" not in text]
