"""Operations of the tag `documents`."""

from __future__ import annotations

from typing import Any

from understudy import Problem, Record, World

from .model.dates import timestamp
from .model.documents import (
    COLLECTIONS_AS_ADDED,
    DOCUMENT_COLLECTIONS,
    DOCUMENTS,
    DOCUMENTS_OF_COLLECTION,
    DOCUMENTS_WITH_VECTOR,
    add_document,
    change_document,
    collection_json,
    collection_key,
    documents_of,
    documents_with_id,
    find_collection,
    find_document,
    find_documents,
)
from .model.intelligence.ranking import balance, rank
from .model.intelligence.vectors import nearest
from .model.metadata_filter import MetadataFilter
from .model.records import existing

_OK = {"message": "OK"}
_DEFAULT_LIMIT = 20


def list_collections(world: World) -> list[list[dict[str, Any]]]:
    """List all collections, in a list around their list."""
    collections = world.store.list(DOCUMENT_COLLECTIONS, COLLECTIONS_AS_ADDED)
    return [[collection_json(world, collection) for collection in collections]]


def get_collection(world: World, collection_name: str) -> dict[str, Any]:
    """Return a collection with its counts."""
    return collection_json(world, find_collection(world, collection_name))


def add_collection(world: World, collection_name: str, body: dict[str, Any]) -> dict[str, Any]:
    """Add an empty collection; the name must be free."""
    name = collection_key(collection_name)
    if world.store.get(DOCUMENT_COLLECTIONS, name) is not None:
        raise Problem(400, f"bad request: collection already exists with name: {name}")
    created_at = timestamp(world.clock.now())
    collection = {
        "uuid": world.ids.uuid(),
        "name": name,
        "description": body.get("description") or "",
        "metadata": body.get("metadata"),
        "created_at": created_at,
        "updated_at": created_at,
    }
    world.store.put(DOCUMENT_COLLECTIONS, name, collection)
    return _OK


def update_collection(world: World, collection_name: str, body: dict[str, Any]) -> dict[str, Any]:
    """Replace the description and the metadata, unless they are absent or empty."""
    collection = find_collection(world, collection_name)
    changes = {name: body[name] for name in ("description", "metadata") if body.get(name)}
    changed = {**collection, **changes, "updated_at": timestamp(world.clock.now())}
    world.store.put(DOCUMENT_COLLECTIONS, collection["name"], changed)
    return _OK


def delete_collection(world: World, collection_name: str) -> dict[str, Any]:
    """Delete the collection and its documents."""
    collection = find_collection(world, collection_name)
    for document in documents_of(world, collection):
        world.store.delete(DOCUMENTS, document["uuid"])
    world.store.delete(DOCUMENT_COLLECTIONS, collection["name"])
    return _OK


def add_documents(
    world: World, collection_name: str, body: list[dict[str, Any]]
) -> list[list[str]]:
    """Add documents and return their uuids, in a list around their list."""
    collection = find_collection(world, collection_name)
    now = world.clock.now()
    return [[add_document(world, collection, given, now) for given in body]]


def batch_get_documents(
    world: World, collection_name: str, body: dict[str, Any]
) -> list[list[dict[str, Any]]]:
    """Return documents by uuid or by the client's own id, each once; ignore unknown ones."""
    collection = find_collection(world, collection_name)
    by_uuid = find_documents(world, collection, dict.fromkeys(body.get("uuids") or ()))
    documents = [stored["document"] for stored in by_uuid]
    for document_id in dict.fromkeys(body.get("document_ids") or ()):
        documents += documents_with_id(world, collection, document_id)
    return [list({document["uuid"]: document for document in documents}.values())]


def batch_update_documents(
    world: World, collection_name: str, body: list[dict[str, Any]]
) -> dict[str, Any]:
    """Change the documents that exist; ignore the others."""
    collection = find_collection(world, collection_name)
    now = world.clock.now()
    for changes in body:
        stored = find_document(world, collection, changes["uuid"])
        if stored is not None:
            change_document(world, stored, changes, now)
    return _OK


def batch_delete_documents(world: World, collection_name: str, body: list[str]) -> dict[str, Any]:
    """Delete the documents that exist; ignore the others."""
    collection = find_collection(world, collection_name)
    for stored in find_documents(world, collection, body):
        world.store.delete(DOCUMENTS, stored["document"]["uuid"])
    return _OK


def get_document(world: World, collection_name: str, document_uuid: str) -> dict[str, Any]:
    """Return a document."""
    collection = find_collection(world, collection_name)
    document: dict[str, Any] = _existing(world, collection, document_uuid)["document"]
    return document


def update_document(
    world: World, collection_name: str, document_uuid: str, body: dict[str, Any]
) -> dict[str, Any]:
    """Replace the client's own id and the metadata, unless they are absent or empty."""
    stored = _existing(world, find_collection(world, collection_name), document_uuid)
    change_document(world, stored, body, world.clock.now())
    return _OK


def delete_document(world: World, collection_name: str, document_uuid: str) -> dict[str, Any]:
    """Delete the document."""
    stored = _existing(world, find_collection(world, collection_name), document_uuid)
    world.store.delete(DOCUMENTS, stored["document"]["uuid"])
    return _OK


def search_documents(
    world: World, collection_name: str, limit: int | None, body: dict[str, Any]
) -> dict[str, Any]:
    """Search documents by a vector, by a text, or by metadata alone; best first."""
    collection = find_collection(world, collection_name)
    results = _search(world, collection, body, limit or _DEFAULT_LIMIT)
    response = {
        "results": [{**document, "score": score} for score, document in results],
        "result_count": len(results),
        "current_page": 1,
        "total_pages": 1,
    }
    vector = body.get("embedding")
    return {**response, "query_vector": vector} if vector else response


def _search(
    world: World, collection: Record, body: dict[str, Any], limit: int
) -> list[tuple[float, dict[str, Any]]]:
    vector, text = body.get("embedding"), body.get("text")
    index = DOCUMENTS_WITH_VECTOR if vector else DOCUMENTS_OF_COLLECTION
    documents = documents_of(world, collection, index)
    if body.get("metadata"):
        wanted = MetadataFilter(body["metadata"])
        documents = [document for document in documents if wanted.holds(document["metadata"])]
    min_score, mmr_lambda = body.get("min_score"), balance(body, "search_type")
    if vector:
        return nearest(
            vector,
            documents,
            lambda document: document["embedding"],
            limit=limit,
            min_score=min_score,
            mmr_lambda=mmr_lambda,
        )
    if text:
        return rank(
            text,
            documents,
            lambda document: document["content"],
            limit=limit,
            min_score=min_score,
            mmr_lambda=mmr_lambda,
        )
    return [(0.0, document) for document in documents[:limit]]


def _existing(world: World, collection: Record, uuid: str) -> Record:
    return existing(find_document(world, collection, uuid))
