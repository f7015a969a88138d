"""Mutants of collections and their documents."""

from __future__ import annotations

from tests.mutants.language import (
    backwards,
    fields,
    handler_of,
    pretended,
    renumbered,
    request_to,
    response_to,
    within,
    without,
)
from tests.mutants.mutant import App, Request, Response
from tests.mutants.zep.parts import NOT_FOUND, OK

COLLECTION = "/collections/*"
ADD = "POST /collections/*/documents"
ONE = "GET /collections/*/documents/uuid/*"
SEARCH = "POST /collections/*/search"
BATCH = "POST /collections/*/documents/batchGet"

an_added_collection_is_201 = renumbered(
    f"POST {COLLECTION}", 200, 201, caught_by="a-collection-is-read-as-it-was-written"
)


@handler_of(f"POST {COLLECTION}", caught_by="a-taken-collection-name-is-400")
async def a_taken_collection_is_overwritten(request: Request, app: App) -> Response:
    response = await app(request)
    if response.status != 400:
        return response
    await app.delete(request.path)
    return await app(request)


a_collections_description_is_lost = request_to(
    f"POST {COLLECTION}", without("description"), caught_by="a-collection-is-read-as-it-was-written"
)
a_collections_update_is_lost = request_to(
    f"PATCH {COLLECTION}", without("metadata"), caught_by="metadata-of-a-collection-is-replaced"
)


@handler_of(f"PATCH {COLLECTION}", caught_by="metadata-of-a-collection-is-replaced")
async def a_collections_metadata_is_merged(request: Request, app: App) -> Response:
    if not request.body.get("metadata"):
        return await app(request)
    metadata = (await app.get(request.path)).body.get("metadata") or {}
    return await app(request.with_fields(metadata={**metadata, **request.body["metadata"]}))


a_collection_does_not_count = response_to(
    f"GET {COLLECTION}", fields(document_count=0), caught_by="documents-are-read-as-they-were-added"
)
collections_are_a_plain_list = response_to(
    "GET /collections", lambda b: b[0], caught_by="collections-are-listed"
)
collections_come_newest_first = response_to(
    "GET /collections", lambda b: [b[0][::-1]], survives="no source says how they are ordered"
)
a_deleted_collection_stays = pretended(
    f"DELETE {COLLECTION}", OK, caught_by="a-deleted-collection-is-gone"
)


@handler_of(f"DELETE {COLLECTION}", caught_by="a-deleted-collection-is-gone")
async def a_collection_is_emptied_not_deleted(request: Request, app: App) -> Response:
    response = await app(request)
    if response.status == 200:
        await app.post(request.path, {})
    return response


metadata_of_documents_is_lost = request_to(
    ADD, without("metadata"), caught_by="documents-are-read-as-they-were-added"
)
ids_of_documents_are_lost = request_to(
    ADD, without("document_id"), caught_by="documents-are-read-as-they-were-added"
)
uuids_of_documents_come_in_reverse = response_to(
    ADD, lambda b: [b[0][::-1]], caught_by="documents-are-read-as-they-were-added"
)


@handler_of((ADD, ONE), caught_by="documents-are-read-as-they-were-added")
async def the_last_document_is_not_added(request: Request, app: App) -> Response:
    response = await app(request)
    if request.method == "POST":
        if response.ok:
            (uuids,) = response.body
            app.memory[uuids[-1]] = len(uuids) > 1
        return response
    return NOT_FOUND if app.memory.get(request.last_part) else response


an_unknown_document_is_400 = renumbered(ONE, 404, 400, caught_by="a-deleted-collection-is-gone")


@handler_of(ONE, caught_by="a-document-is-of-one-collection")
async def a_document_is_in_every_collection(request: Request, app: App) -> Response:
    response, uuid = await app(request), request.last_part
    if response.status == 200:
        app.memory[uuid] = response.body
    elif response.status == 404 and uuid in app.memory:
        return Response(200, app.memory[uuid])
    return response


an_updated_document_keeps_its_metadata = request_to(
    "PATCH /collections/*/documents/uuid/*",
    without("metadata"),
    caught_by="an-update-of-a-document-keeps-its-content",
)
a_batch_of_updates_does_nothing = request_to(
    "PATCH /collections/*/documents/batchUpdate",
    lambda r: r._replace(body=[{"uuid": document["uuid"]} for document in r.body]),
    caught_by="an-update-of-a-document-keeps-its-content",
)
a_batch_of_deletions_deletes_the_first = request_to(
    "POST /collections/*/documents/batchDelete",
    lambda r: r._replace(body=r.body[:1]),
    caught_by="a-batch-of-documents-is-done-as-a-whole",
)
a_batch_is_a_plain_list = response_to(
    BATCH, lambda b: b[0], caught_by="documents-are-got-in-a-batch"
)


@handler_of(BATCH, caught_by="documents-are-got-in-a-batch")
async def a_batch_knows_no_document_ids(request: Request, app: App) -> Response:
    if request.body.get("uuids"):
        return await app(without("document_ids")(request))
    response = await app(request)
    return response._replace(body=[[]]) if response.ok else response


a_deleted_document_stays = pretended(
    "DELETE /collections/*/documents/uuid/*", OK, caught_by="a-deleted-document-is-gone"
)
documents_are_found_without_limit = request_to(
    SEARCH,
    lambda r: without("limit")(r).with_query(limit=None),
    caught_by="a-search-of-documents-minds-what-it-is-asked",
)


@request_to(SEARCH, caught_by="a-search-of-documents-minds-what-it-is-asked")
def documents_are_found_by_text_alone(request: Request) -> Request:
    return without("metadata")(request) if request.body.get("text") else request


the_worst_document_is_found_first = response_to(
    SEARCH, within("results", backwards), caught_by="a-search-of-documents-minds-what-it-is-asked"
)
what_is_found_is_not_counted = response_to(
    SEARCH, fields(result_count=0), caught_by="documents-are-searched-by-metadata"
)
