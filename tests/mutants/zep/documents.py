"""What a careless author gets wrong about collections of documents."""

from __future__ import annotations

from typing import Any

from tests.mutants.mutated_app import (
    Answered,
    Ask,
    Asked,
    Case,
    altered,
    bare,
    is_for,
    queried,
    renumbered,
    without,
)

COLLECTION = "GET /collections/*"
ADD = "POST /collections/*/documents"
ONE = "GET /collections/*/documents/uuid/*"
SEARCH = "POST /collections/*/search"
BATCH = "POST /collections/*/documents/batchGet"


async def an_added_collection_is_201(asked: Asked, ask: Ask) -> Answered:
    """As users are."""
    return await renumbered(asked, ask, "POST /collections/*", s200=201)


async def a_taken_collection_is_overwritten(asked: Asked, ask: Ask) -> Answered:
    """As the reference says by a slip."""
    answer = await ask(asked)
    if is_for(asked, "POST /collections/*") and answer.status == 400:
        await ask(asked._replace(method="DELETE", body=None))
        return await ask(asked)
    return answer


async def a_collections_description_is_lost(asked: Asked, ask: Ask) -> Answered:
    """Nobody keeps it."""
    return await ask(bare(asked, "description") if is_for(asked, "POST /collections/*") else asked)


async def a_collections_update_is_lost(asked: Asked, ask: Ask) -> Answered:
    """Its metadata."""
    return await ask(bare(asked, "metadata") if is_for(asked, "PATCH /collections/*") else asked)


async def a_collections_metadata_is_merged(asked: Asked, ask: Ask) -> Answered:
    """Not replaced."""
    if is_for(asked, "PATCH /collections/*") and asked.body.get("metadata"):
        old = (await ask(Asked("GET", asked.path))).body.get("metadata") or {}
        new = {**old, **asked.body["metadata"]}
        return await ask(asked._replace(body={**asked.body, "metadata": new}))
    return await ask(asked)


async def a_collection_does_not_count(asked: Asked, ask: Ask) -> Answered:
    """`document_count` is 0."""
    return await altered(asked, ask, COLLECTION, lambda b: {**b, "document_count": 0})


async def collections_are_a_plain_list(asked: Asked, ask: Ask) -> Answered:
    """As in Zep 0.x."""
    return await altered(asked, ask, "GET /collections", lambda body: body[0])


async def collections_come_newest_first(asked: Asked, ask: Ask) -> Answered:
    """In their list."""
    return await altered(asked, ask, "GET /collections", lambda body: [body[0][::-1]])


async def a_deleted_collection_stays(asked: Asked, ask: Ask) -> Answered:
    """In all but the answer."""
    if is_for(asked, "DELETE /collections/*"):
        known = await ask(Asked("GET", asked.path))
        return Answered(200, {"message": "OK"}) if known.status == 200 else known
    return await ask(asked)


async def a_collection_is_emptied_not_deleted(asked: Asked, ask: Ask) -> Answered:
    """It is there, and new."""
    answer = await ask(asked)
    if is_for(asked, "DELETE /collections/*") and answer.status == 200:
        await ask(asked._replace(method="POST", body={}))
    return answer


async def metadata_of_documents_is_lost(asked: Asked, ask: Ask) -> Answered:
    """Nobody keeps it."""
    if is_for(asked, ADD):
        return await ask(asked._replace(body=without(asked.body, "metadata")))
    return await ask(asked)


async def ids_of_documents_are_lost(asked: Asked, ask: Ask) -> Answered:
    """Nobody keeps them."""
    if is_for(asked, ADD):
        return await ask(asked._replace(body=without(asked.body, "document_id")))
    return await ask(asked)


async def uuids_of_documents_come_in_reverse(asked: Asked, ask: Ask) -> Answered:
    """Of the documents."""
    return await altered(asked, ask, ADD, lambda body: [body[0][::-1]])


async def the_last_document_is_not_added(asked: Asked, ask: Ask) -> Answered:
    """Though it has a uuid."""

    def taken(body: Any) -> Any:
        ask.memory[body[0][-1]] = len(body[0]) > 1
        return body

    answer = await altered(asked, ask, ADD, taken)
    lost = is_for(asked, ONE) and ask.memory.get(asked.path.rsplit("/", 1)[1])
    return Answered(404, {"message": "not found"}) if lost else answer


async def an_unknown_document_is_400(asked: Asked, ask: Ask) -> Answered:
    """Not 404."""
    return await renumbered(asked, ask, ONE, s404=400)


async def a_document_is_in_every_collection(asked: Asked, ask: Ask) -> Answered:
    """Its uuid is enough."""
    answer = await ask(asked)
    if is_for(asked, ONE):
        uuid = asked.path.rsplit("/", 1)[1]
        if answer.status == 200:
            ask.memory[uuid] = answer.body
        elif uuid in ask.memory and answer.status == 404:
            return Answered(200, ask.memory[uuid])
    return answer


async def an_updated_document_keeps_its_metadata(asked: Asked, ask: Ask) -> Answered:
    """The new one is lost."""
    path = "PATCH /collections/*/documents/uuid/*"
    return await ask(bare(asked, "metadata") if is_for(asked, path) else asked)


async def a_batch_of_updates_does_nothing(asked: Asked, ask: Ask) -> Answered:
    """It says that all is well."""
    if is_for(asked, "PATCH /collections/*/documents/batchUpdate"):
        return await ask(asked._replace(body=[{"uuid": one["uuid"]} for one in asked.body]))
    return await ask(asked)


async def a_batch_of_deletions_deletes_the_first(asked: Asked, ask: Ask) -> Answered:
    """The others stay."""
    if is_for(asked, "POST /collections/*/documents/batchDelete"):
        return await ask(asked._replace(body=asked.body[:1]))
    return await ask(asked)


async def a_batch_is_a_plain_list(asked: Asked, ask: Ask) -> Answered:
    """As in Zep 0.x."""
    return await altered(asked, ask, BATCH, lambda body: body[0])


async def a_batch_knows_no_document_ids(asked: Asked, ask: Ask) -> Answered:
    """Only uuids."""
    if is_for(asked, BATCH) and asked.body.get("uuids"):
        return await ask(bare(asked, "document_ids"))
    return await altered(asked, ask, BATCH, lambda body: [[]])


async def a_deleted_document_stays(asked: Asked, ask: Ask) -> Answered:
    """In all but the answer."""
    if is_for(asked, "DELETE /collections/*/documents/uuid/*"):
        known = await ask(Asked("GET", asked.path))
        return Answered(200, {"message": "OK"}) if known.status == 200 else known
    return await ask(asked)


async def documents_are_found_without_limit(asked: Asked, ask: Ask) -> Answered:
    """All come."""
    if is_for(asked, SEARCH):
        return await ask(queried(bare(asked, "limit"), limit=None))
    return await ask(asked)


async def documents_are_found_by_text_alone(asked: Asked, ask: Ask) -> Answered:
    """The filter is not read where there is a text."""
    if is_for(asked, SEARCH) and asked.body.get("text"):
        return await ask(bare(asked, "metadata"))
    return await ask(asked)


async def the_worst_document_is_found_first(asked: Asked, ask: Ask) -> Answered:
    """And the best last."""
    return await altered(asked, ask, SEARCH, lambda b: {**b, "results": b["results"][::-1]})


async def what_is_found_is_not_counted(asked: Asked, ask: Ask) -> Answered:
    """`result_count` is 0."""
    return await altered(asked, ask, SEARCH, lambda body: {**body, "result_count": 0})


DOCUMENTS: tuple[Case, ...] = (
    Case(an_added_collection_is_201, "a-collection-is-read-as-it-was-written"),
    Case(a_taken_collection_is_overwritten, "a-taken-collection-name-is-400"),
    Case(a_collections_description_is_lost, "a-collection-is-read-as-it-was-written"),
    Case(a_collections_update_is_lost, "metadata-of-a-collection-is-replaced"),
    Case(a_collections_metadata_is_merged, "metadata-of-a-collection-is-replaced"),
    Case(a_collection_does_not_count, "documents-are-read-as-they-were-added"),
    Case(collections_are_a_plain_list, "collections-are-listed"),
    Case(collections_come_newest_first),
    Case(a_deleted_collection_stays, "a-deleted-collection-is-gone"),
    Case(a_collection_is_emptied_not_deleted, "a-deleted-collection-is-gone"),
    Case(metadata_of_documents_is_lost, "documents-are-read-as-they-were-added"),
    Case(ids_of_documents_are_lost, "documents-are-read-as-they-were-added"),
    Case(uuids_of_documents_come_in_reverse, "documents-are-read-as-they-were-added"),
    Case(the_last_document_is_not_added, "documents-are-read-as-they-were-added"),
    Case(an_unknown_document_is_400, "a-deleted-collection-is-gone"),
    Case(a_document_is_in_every_collection, "a-document-is-of-one-collection"),
    Case(an_updated_document_keeps_its_metadata, "an-update-of-a-document-keeps-its-content"),
    Case(a_batch_of_updates_does_nothing, "an-update-of-a-document-keeps-its-content"),
    Case(a_batch_of_deletions_deletes_the_first, "a-batch-of-documents-is-done-as-a-whole"),
    Case(a_batch_is_a_plain_list, "documents-are-got-in-a-batch"),
    Case(a_batch_knows_no_document_ids, "documents-are-got-in-a-batch"),
    Case(a_deleted_document_stays, "a-deleted-document-is-gone"),
    Case(documents_are_found_without_limit, "a-search-of-documents-minds-what-it-is-asked"),
    Case(documents_are_found_by_text_alone, "a-search-of-documents-minds-what-it-is-asked"),
    Case(the_worst_document_is_found_first, "a-search-of-documents-minds-what-it-is-asked"),
    Case(what_is_found_is_not_counted, "documents-are-searched-by-metadata"),
)
