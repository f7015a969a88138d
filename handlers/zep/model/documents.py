"""Collections of documents.

A collection is stored under its name in lower case, as responses show it but without the counts. A
document is stored with its index fields: `{"collection", "document_id", "embedded", "embedding",
"document": as responses show it}`. The first four hold the uuid of the collection, or that uuid
with the client's own id; they are null if the document is not to be found by that index.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from understudy import Collection, Index, Record, World

from .dates import timestamp
from .record_types import DocumentCollectionRecord, DocumentRecord
from .records import existing

COLLECTIONS_AS_ADDED = Index()
DOCUMENT_COLLECTIONS = Collection(
    "document_collections", (COLLECTIONS_AS_ADDED,), record=DocumentCollectionRecord
)

DOCUMENTS_OF_COLLECTION = Index(group="collection")
DOCUMENTS_BY_ID = Index(group="document_id")
EMBEDDED_DOCUMENTS = Index(group="embedded")
DOCUMENTS_WITH_VECTOR = Index(group="embedding")
DOCUMENTS = Collection(
    "documents",
    (DOCUMENTS_OF_COLLECTION, DOCUMENTS_BY_ID, EMBEDDED_DOCUMENTS, DOCUMENTS_WITH_VECTOR),
    record=DocumentRecord,
)


def collection_key(collection_name: str) -> str:
    """Return the key that a collection is stored under; names ignore case."""
    return collection_name.lower()


def find_collection(world: World, collection_name: str) -> Record:
    """Return a collection. Raises Problem 404."""
    return existing(world.store.get(DOCUMENT_COLLECTIONS, collection_key(collection_name)))


def collection_json(world: World, collection: Record) -> dict[str, Any]:
    """Return a collection as responses show it, with its present counts."""
    uuid = collection["uuid"]
    embedded = world.store.count(DOCUMENTS, EMBEDDED_DOCUMENTS, uuid)
    first = world.store.list(DOCUMENTS, DOCUMENTS_WITH_VECTOR, uuid, limit=1)
    return {
        **collection,
        "document_count": world.store.count(DOCUMENTS, DOCUMENTS_OF_COLLECTION, uuid),
        "document_embedded_count": embedded,
        "embedding_dimensions": len(first[0]["document"]["embedding"]) if first else None,
        "is_auto_embedded": True,
        "is_indexed": embedded > 0,
        "is_normalized": True,
    }


def documents_of(
    world: World, collection: Record, index: Index = DOCUMENTS_OF_COLLECTION
) -> list[dict[str, Any]]:
    """Return the documents of a collection that the index lists, oldest first."""
    stored = world.store.list(DOCUMENTS, index, collection["uuid"])
    return [record["document"] for record in stored]


def documents_with_id(world: World, collection: Record, document_id: str) -> list[dict[str, Any]]:
    """Return the documents of a collection with this id of the client's own."""
    stored = world.store.list(
        DOCUMENTS, DOCUMENTS_BY_ID, _group_of_id(collection["uuid"], document_id)
    )
    return [record["document"] for record in stored]


def find_document(world: World, collection: Record, uuid: str) -> Record | None:
    """Return a stored document, or None if the collection does not have it."""
    stored = world.store.get(DOCUMENTS, uuid.lower())
    return stored if stored and stored["collection"] == collection["uuid"] else None


def find_documents(world: World, collection: Record, uuids: Iterable[str]) -> list[Record]:
    """Return the stored documents that exist."""
    candidates = (find_document(world, collection, uuid) for uuid in uuids)
    return [stored for stored in candidates if stored is not None]


def add_document(world: World, collection: Record, given: Mapping[str, Any], now: int) -> str:
    """Store a new document and return its uuid."""
    created_at = timestamp(now)
    embedding = given.get("embedding")
    uuid = world.ids.uuid()
    document = {
        "uuid": uuid,
        "document_id": given.get("document_id") or "",
        "content": given["content"],
        "metadata": given.get("metadata"),
        "embedding": embedding,
        "is_embedded": bool(embedding or given["content"].strip()),
        "created_at": created_at,
        "updated_at": created_at,
    }
    _put(world, collection["uuid"], document)
    return uuid


def change_document(world: World, stored: Record, changes: Mapping[str, Any], now: int) -> None:
    """Replace the id and the metadata of a document, unless they are absent or empty."""
    news = {name: changes[name] for name in ("document_id", "metadata") if changes.get(name)}
    document = {**stored["document"], **news, "updated_at": timestamp(now)}
    _put(world, stored["collection"], document)


def _put(world: World, collection_uuid: str, document: dict[str, Any]) -> None:
    own_id = document["document_id"]
    stored = {
        "collection": collection_uuid,
        "document_id": _group_of_id(collection_uuid, own_id) if own_id else None,
        "embedded": collection_uuid if document["is_embedded"] else None,
        "embedding": collection_uuid if document["embedding"] else None,
        "document": document,
    }
    world.store.put(DOCUMENTS, document["uuid"], stored)


def _group_of_id(collection_uuid: str, document_id: str) -> str:
    return f"{collection_uuid}/{document_id}"
