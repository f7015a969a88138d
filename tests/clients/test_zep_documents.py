"""Collections of documents through Zep's own Python client, zep-cloud 2.22.0."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic.v1 import ValidationError, parse_obj_as
from zep_cloud import (
    ApidataDocument,
    ApidataDocumentCollection,
    BadRequestError,
    CreateDocumentRequest,
    NotFoundError,
    SuccessResponse,
    UnauthorizedError,
    UpdateDocumentListRequest,
)
from zep_cloud.core.api_error import ApiError

from tests.clients.zep_manuals import FRIDGE, KETTLE, TOASTER, added, manuals, vector
from tests.clients.zep_python import Zep, connect

OK = SuccessResponse(message="OK")
UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def zep(origin: str) -> Zep:
    """A client whose project has an empty collection `manuals`."""
    return manuals(origin)


def test_collection_is_added_and_read_back(zep: Zep) -> None:
    """A new collection has what it was added with, and no documents."""
    collection = zep.document.get_collection("manuals")
    assert (collection.name, collection.description) == ("manuals", "Manuals")
    assert collection.metadata == {"language": "en"}
    assert collection.created_at == collection.updated_at
    assert collection.uuid_
    assert (collection.document_count, collection.document_embedded_count) == (0, 0)
    assert (collection.embedding_dimensions, collection.is_indexed) == (None, False)
    assert (collection.is_auto_embedded, collection.is_normalized) == (True, True)


def test_collection_is_added_with_nothing_but_a_name(zep: Zep) -> None:
    """Description and metadata may be absent, or null as the client sends None."""
    assert zep.document.add_collection("plain") == OK
    assert zep.document.add_collection("nulls", description=None, metadata=None) == OK
    for name in ("plain", "nulls"):
        collection = zep.document.get_collection(name)
        assert (collection.description, collection.metadata) == ("", None)


def test_collection_name_ignores_case(zep: Zep) -> None:
    """Upper and lower case name one collection, and it answers in lower case."""
    assert zep.document.get_collection("MANUALS") == zep.document.get_collection("manuals")
    with pytest.raises(BadRequestError):
        zep.document.add_collection("Manuals")


def test_collections_are_listed_in_a_list_of_their_own(zep: Zep) -> None:
    """The client reads a list of lists; the inner one holds all, in the order of adding."""
    zep.document.add_collection("an-other")
    [collections] = zep.document.list_collections()
    assert collections == [zep.document.get_collection(name) for name in ("manuals", "an-other")]


def test_list_without_collections_has_an_empty_inner_list(origin: str) -> None:
    """A project without collections has an inner list, too, never null."""
    assert connect(origin, "nobody").document.list_collections() == [[]]


@pytest.mark.parametrize(
    ("kind", "plain"),
    [
        (list[list[ApidataDocumentCollection]], [{"name": "manuals"}]),
        (list[list[str]], [UNKNOWN]),
        (list[list[ApidataDocument]], [{"content": "x"}]),
    ],
)
def test_client_cannot_read_a_plain_list(kind: Any, plain: list[Any]) -> None:
    """Responses are lists in lists, because this client's types accept nothing else."""
    assert parse_obj_as(kind, [plain])
    with pytest.raises(ValidationError):
        parse_obj_as(kind, plain)


def test_collection_is_updated(zep: Zep) -> None:
    """A given value replaces the whole old one; an absent or empty one changes nothing."""
    before = zep.document.get_collection("manuals")
    assert zep.document.update_collection("manuals", metadata={"edition": 2}) == OK
    after = zep.document.get_collection("manuals")
    assert (after.description, after.metadata) == ("Manuals", {"edition": 2})
    assert (after.uuid_, after.created_at) == (before.uuid_, before.created_at)
    assert after.updated_at != before.updated_at
    zep.document.update_collection("manuals", description="Books", metadata={})
    after = zep.document.get_collection("manuals")
    assert (after.description, after.metadata) == ("Books", {"edition": 2})


def test_deleted_collection_is_gone_with_its_documents(zep: Zep) -> None:
    """A new collection of the same name has none of the old documents."""
    [uuid] = added(zep, KETTLE)
    assert zep.document.delete_collection("manuals") == OK
    assert zep.document.list_collections() == [[]]
    zep.document.add_collection("manuals")
    assert zep.document.get_collection("manuals").document_count == 0
    with pytest.raises(NotFoundError):
        zep.document.delete_document("manuals", uuid)


def test_documents_are_added_and_read_back(zep: Zep) -> None:
    """The uuids come in the order of the request, and each document as it was added."""
    first, second = added(zep, KETTLE, TOASTER)
    kettle = zep.document.gets_a_document_from_a_document_collection_by_uuid("manuals", first)
    assert (kettle.uuid_, kettle.document_id) == (first, "kettle-1")
    assert (kettle.content, kettle.metadata) == (KETTLE.content, KETTLE.metadata)
    assert (kettle.embedding, kettle.is_embedded) == (None, True)
    assert kettle.created_at == kettle.updated_at
    toaster = zep.document.gets_a_document_from_a_document_collection_by_uuid("manuals", second)
    assert (toaster.content, toaster.document_id) == (TOASTER.content, "")
    assert added(zep) == []


def test_collection_counts_its_documents(zep: Zep) -> None:
    """A collection counts its documents, and those with text or a vector, at any time."""
    uuids = added(zep, KETTLE, vector("", 1, 2, 2), CreateDocumentRequest(content=" "))
    collection = zep.document.get_collection("manuals")
    assert (collection.document_count, collection.document_embedded_count) == (3, 2)
    assert (collection.embedding_dimensions, collection.is_indexed) == (3, True)
    zep.document.batch_delete_documents("manuals", request=uuids[:2])
    [[collection]] = zep.document.list_collections()
    assert (collection.document_count, collection.document_embedded_count) == (1, 0)
    assert (collection.embedding_dimensions, collection.is_indexed) == (None, False)


def test_documents_are_read_by_uuid_and_by_id(zep: Zep) -> None:
    """Each document is returned once; unknown ids are left out."""
    first, second = added(zep, KETTLE, TOASTER)
    [documents] = zep.document.batch_get_documents(
        "manuals", uuids=[second, UNKNOWN, first.upper()], document_ids=["kettle-1", "no"]
    )
    assert [document.uuid_ for document in documents] == [second, first]
    [documents] = zep.document.batch_get_documents("manuals", document_ids=["kettle-1"])
    assert [document.uuid_ for document in documents] == [first]
    assert zep.document.batch_get_documents("manuals", uuids=[UNKNOWN]) == [[]]


def test_document_is_updated(zep: Zep) -> None:
    """Id and metadata are replaced, unless they are absent; the content stays."""
    [uuid] = added(zep, KETTLE)
    assert zep.document.updates_a_document("manuals", uuid, document_id="k") == OK
    zep.document.updates_a_document("manuals", uuid, metadata={"page": 5})
    [[document]] = zep.document.batch_get_documents("manuals", document_ids=["k"])
    assert (document.metadata, document.content) == ({"page": 5}, KETTLE.content)
    assert document.updated_at != document.created_at
    assert zep.document.batch_get_documents("manuals", document_ids=["kettle-1"]) == [[]]


def test_several_documents_are_updated(zep: Zep) -> None:
    """Each document gets its own changes; unknown uuids are ignored."""
    first, second = added(zep, KETTLE, TOASTER)
    changes = [
        UpdateDocumentListRequest(uuid=first, metadata={"page": 1}),
        UpdateDocumentListRequest(uuid=UNKNOWN, metadata={"page": 9}),
        UpdateDocumentListRequest(uuid=second, document_id="toaster-1"),
    ]
    assert zep.document.batch_update_documents("manuals", request=changes) == OK
    [documents] = zep.document.batch_get_documents("manuals", uuids=[first, second])
    assert [(document.document_id, document.metadata) for document in documents] == [
        ("kettle-1", {"page": 1}),
        ("toaster-1", TOASTER.metadata),
    ]
    assert zep.document.batch_update_documents("manuals", request=[]) == OK


def test_documents_are_deleted(zep: Zep) -> None:
    """One is deleted by its path, several by a list that may name unknown ones."""
    first, second, third = added(zep, KETTLE, TOASTER, FRIDGE)
    assert zep.document.delete_document("manuals", first) == OK
    assert zep.document.batch_delete_documents("manuals", request=[second, first]) == OK
    assert zep.document.batch_delete_documents("manuals", request=[]) == OK
    [documents] = zep.document.batch_get_documents("manuals", uuids=[first, second, third])
    assert [document.content for document in documents] == [FRIDGE.content]


def test_another_collection_has_its_own_documents(zep: Zep) -> None:
    """A document is only found in the collection that it was added to."""
    [uuid] = added(zep, KETTLE)
    zep.document.add_collection("other")
    assert zep.document.batch_get_documents("other", document_ids=["kettle-1"]) == [[]]
    assert zep.document.search("other", text="kettle").results == []
    for call in (zep.document.delete_document, zep.document.updates_a_document):
        with pytest.raises(NotFoundError):
            call("other", uuid)


REFUSED: dict[str, Callable[[Zep], object]] = {
    "get": lambda zep: zep.document.get_collection("no"),
    "update": lambda zep: zep.document.update_collection("no", description="x"),
    "delete": lambda zep: zep.document.delete_collection("no"),
    "delete document": lambda zep: zep.document.delete_document("manuals", UNKNOWN),
    "update document": lambda zep: zep.document.updates_a_document("manuals", UNKNOWN),
    "delete document of none": lambda zep: zep.document.delete_document("no", UNKNOWN),
}


@pytest.mark.parametrize("call", REFUSED.values(), ids=REFUSED)
def test_unknown_resource_is_not_found(zep: Zep, call: Callable[[Zep], object]) -> None:
    """The client raises NotFoundError with Zep's message for methods that declare 404."""
    with pytest.raises(NotFoundError) as refusal:
        call(zep)
    assert refusal.value.body.message == "not found"


UNDECLARED: dict[str, Callable[[Zep], object]] = {
    "add documents": lambda zep: zep.document.add_documents("no", request=[KETTLE]),
    "search": lambda zep: zep.document.search("no", text="x"),
    "batch get": lambda zep: zep.document.batch_get_documents("no", uuids=[UNKNOWN]),
    "batch delete": lambda zep: zep.document.batch_delete_documents("no", request=[UNKNOWN]),
    "batch update": lambda zep: zep.document.batch_update_documents("no", request=[]),
    "get document": lambda zep: zep.document.gets_a_document_from_a_document_collection_by_uuid(
        "manuals", UNKNOWN
    ),
}


@pytest.mark.parametrize("call", UNDECLARED.values(), ids=UNDECLARED)
def test_unknown_resource_is_not_found_undeclared(zep: Zep, call: Callable[[Zep], object]) -> None:
    """The client raises its general error for methods that declare no 404."""
    with pytest.raises(ApiError) as refusal:
        call(zep)
    assert (refusal.value.status_code, refusal.value.body) == (404, {"message": "not found"})


BAD: dict[str, tuple[Callable[[Zep], object], str]] = {
    "taken": (
        lambda zep: zep.document.add_collection("manuals"),
        "bad request: collection already exists with name: manuals",
    ),
    "update": (
        lambda zep: zep.document.update_collection("manuals", description=7),  # type: ignore[arg-type]
        "body /description",
    ),
    "add": (
        lambda zep: zep.document.add_documents("manuals", request=[{}]),  # type: ignore[list-item]
        "content",
    ),
    "search": (lambda zep: zep.document.search("manuals"), "body"),
    "empty text": (lambda zep: zep.document.search("manuals", text=""), "body"),
    "path": (
        lambda zep: zep.document.search("manuals", metadata={"where": {"jsonpath": "device"}}),
        "/metadata/where/jsonpath",
    ),
    "limit": (lambda zep: zep.document.search("manuals", text="x", limit=-1), "query /limit"),
    "batch get": (lambda zep: zep.document.batch_get_documents("manuals"), "body"),
    "batch get nothing": (
        lambda zep: zep.document.batch_get_documents("manuals", uuids=[], document_ids=[]),
        "body",
    ),
    "batch delete": (
        lambda zep: zep.document.batch_delete_documents("manuals", request=["x"]),
        "body /0",
    ),
    "batch update": (
        lambda zep: zep.document.batch_update_documents(
            "manuals", request=[UpdateDocumentListRequest(uuid="x")]
        ),
        "body /0/uuid",
    ),
    "get document": (
        lambda zep: zep.document.gets_a_document_from_a_document_collection_by_uuid("manuals", "x"),
        "path /documentUUID",
    ),
    "update document": (
        lambda zep: zep.document.updates_a_document("manuals", "x"),
        "path /documentUUID",
    ),
    "delete document": (
        lambda zep: zep.document.delete_document("manuals", "x"),
        "path /documentUUID",
    ),
}


@pytest.mark.parametrize(("call", "words"), BAD.values(), ids=BAD)
def test_invalid_call_is_a_bad_request(zep: Zep, call: Callable[[Zep], object], words: str) -> None:
    """The client raises BadRequestError, whose message names the place of the error."""
    with pytest.raises(BadRequestError) as refusal:
        call(zep)
    assert words in refusal.value.body.message


CALLS: dict[str, Callable[[Zep], object]] = {
    "list": lambda zep: zep.document.list_collections(),
    "add": lambda zep: zep.document.add_collection("x"),
    "add documents": lambda zep: zep.document.add_documents("x", request=[]),
    "batch get": lambda zep: zep.document.batch_get_documents("x", uuids=[UNKNOWN]),
    "batch delete": lambda zep: zep.document.batch_delete_documents("x", request=[]),
    "batch update": lambda zep: zep.document.batch_update_documents("x", request=[]),
    "get document": lambda zep: zep.document.gets_a_document_from_a_document_collection_by_uuid(
        "x", UNKNOWN
    ),
    "search": lambda zep: zep.document.search("x", text="x"),
    **{name: call for name, call in REFUSED.items() if name != "delete document of none"},
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_bad_key_is_unauthorized(origin: str, call: Callable[[Zep], object]) -> None:
    """All thirteen declare 401: a malformed key is the client's UnauthorizedError."""
    with pytest.raises(UnauthorizedError) as refusal:
        call(connect(origin, "two words"))
    assert refusal.value.body.message == "unauthorized"
