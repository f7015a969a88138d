"""Documents for the tests, and a collection for them."""

from __future__ import annotations

from zep_cloud import CreateDocumentRequest

from tests.clients.zep_python import KEY, Zep, connect

KETTLE = CreateDocumentRequest(
    document_id="kettle-1",
    content="Descale the kettle once a month.",
    metadata={"device": "kettle", "page": 4},
)
TOASTER = CreateDocumentRequest(
    content="Empty the crumb tray of the toaster.", metadata={"device": "toaster", "page": 2}
)
FRIDGE = CreateDocumentRequest(content="Keep the fridge at five degrees.")


def manuals(origin: str) -> Zep:
    """Return a client whose project has an empty collection `manuals`."""
    client = connect(origin, KEY)
    client.document.add_collection("manuals", description="Manuals", metadata={"language": "en"})
    return client


def added(zep: Zep, *documents: CreateDocumentRequest) -> list[str]:
    """Add documents to the collection, and return their uuids."""
    [uuids] = zep.document.add_documents("manuals", request=documents)
    return uuids


def vector(content: str, *embedding: float) -> CreateDocumentRequest:
    """Return a document with a vector, an extra field for this client."""
    return CreateDocumentRequest.parse_obj({"content": content, "embedding": embedding})
