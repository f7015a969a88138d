"""Collections of documents through Zep's own Python client, zep-cloud 2.22.0."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic.v1 import ValidationError, parse_obj_as
from zep_cloud import (
    ApidataDocument,
    ApidataDocumentCollection,
    ApidataDocumentSearchResponse,
    BadRequestError,
    CreateDocumentRequest,
    NotFoundError,
    SuccessResponse,
    UnauthorizedError,
    UpdateDocumentListRequest,
)
from zep_cloud.core.api_error import ApiError
from zep_python import KEY, Zep, connect

OK = SuccessResponse(message="OK")
UNKNOWN = "00000000-0000-4000-8000-000000000000"

KETTLE = CreateDocumentRequest(
    document_id="kettle-1",
    content="Descale the kettle once a month.",
    metadata={"device": "kettle", "page": 4},
)
TOASTER = CreateDocumentRequest(
    content="Empty the crumb tray of the toaster.", metadata={"device": "toaster", "page": 2}
)
FRIDGE = CreateDocumentRequest(content="Keep the fridge at five degrees.")
TAGGED = CreateDocumentRequest(
    content="Parts", metadata={"tags": ["blue", "red"], "parts": [{"left": None}, {"sold": True}]}
)


@pytest.fixture
def zep(origin: str) -> Zep:
    """A client whose project has an empty collection `manuals`."""
    client = connect(origin, KEY)
    client.document.add_collection("manuals", description="Manuals", metadata={"language": "en"})
    return client


def added(zep: Zep, *documents: CreateDocumentRequest) -> list[str]:
    """Add the documents to the collection; their uuids."""
    [uuids] = zep.document.add_documents("manuals", request=documents)
    return uuids


def vector(content: str, *embedding: float) -> CreateDocumentRequest:
    """A document with a vector of its own, which this client knows as an extra field only."""
    return CreateDocumentRequest.parse_obj({"content": content, "embedding": embedding})


def found(response: ApidataDocumentSearchResponse) -> list[str | None]:
    """What the documents that were found say, best first."""
    assert response.results is not None
    assert response.result_count == len(response.results)
    return [document.content for document in response.results]


def search_by_vector(zep: Zep, **payload: Any) -> ApidataDocumentSearchResponse:
    """Search by a vector, which this client has no parameter for, by its own connection."""
    response = zep._client_wrapper.httpx_client.request(
        "collections/manuals/search", method="POST", json=payload
    )
    return parse_obj_as(ApidataDocumentSearchResponse, response.json())


def test_a_collection_is_added_and_read_back(zep: Zep) -> None:
    """A new collection has what it was added with, and no documents."""
    collection = zep.document.get_collection("manuals")
    assert (collection.name, collection.description) == ("manuals", "Manuals")
    assert collection.metadata == {"language": "en"}
    assert collection.created_at == collection.updated_at
    assert collection.uuid_
    assert (collection.document_count, collection.document_embedded_count) == (0, 0)
    assert (collection.embedding_dimensions, collection.is_indexed) == (None, False)
    assert (collection.is_auto_embedded, collection.is_normalized) == (True, True)


def test_a_collection_is_added_with_nothing_but_a_name(zep: Zep) -> None:
    """Description and metadata may be absent, or null as the client sends None."""
    assert zep.document.add_collection("plain") == OK
    assert zep.document.add_collection("nulls", description=None, metadata=None) == OK
    for name in ("plain", "nulls"):
        collection = zep.document.get_collection(name)
        assert (collection.description, collection.metadata) == ("", None)


def test_a_name_has_no_case(zep: Zep) -> None:
    """Upper and lower case name one collection, and it answers in lower case."""
    assert zep.document.get_collection("MANUALS") == zep.document.get_collection("manuals")
    with pytest.raises(BadRequestError):
        zep.document.add_collection("Manuals")


def test_collections_are_listed_in_a_list_of_their_own(zep: Zep) -> None:
    """The client reads a list of lists; the inner one holds all, in the order of adding."""
    zep.document.add_collection("an-other")
    [collections] = zep.document.list_collections()
    assert collections == [zep.document.get_collection(name) for name in ("manuals", "an-other")]


def test_no_collections_are_an_empty_inner_list(origin: str) -> None:
    """A project without collections has an inner list too, never null."""
    assert connect(origin, "nobody").document.list_collections() == [[]]


@pytest.mark.parametrize(
    ("kind", "plain"),
    [
        (list[list[ApidataDocumentCollection]], [{"name": "manuals"}]),
        (list[list[str]], [UNKNOWN]),
        (list[list[ApidataDocument]], [{"content": "x"}]),
    ],
)
def test_the_client_cannot_read_a_plain_list(kind: Any, plain: list[Any]) -> None:
    """Why answers are lists in lists: this client's own types accept nothing else."""
    assert parse_obj_as(kind, [plain])
    with pytest.raises(ValidationError):
        parse_obj_as(kind, plain)


def test_a_collection_is_updated(zep: Zep) -> None:
    """What is given is replaced whole, what is absent or empty stays."""
    before = zep.document.get_collection("manuals")
    assert zep.document.update_collection("manuals", metadata={"edition": 2}) == OK
    after = zep.document.get_collection("manuals")
    assert (after.description, after.metadata) == ("Manuals", {"edition": 2})
    assert (after.uuid_, after.created_at) == (before.uuid_, before.created_at)
    assert after.updated_at != before.updated_at
    zep.document.update_collection("manuals", description="Books", metadata={})
    after = zep.document.get_collection("manuals")
    assert (after.description, after.metadata) == ("Books", {"edition": 2})


def test_a_deleted_collection_is_gone_with_its_documents(zep: Zep) -> None:
    """A collection of the same name begins anew."""
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


def test_counts_are_true(zep: Zep) -> None:
    """A collection counts its documents, and those with text or a vector, at any time."""
    uuids = added(zep, KETTLE, vector("", 1, 2, 2), CreateDocumentRequest(content=" "))
    collection = zep.document.get_collection("manuals")
    assert (collection.document_count, collection.document_embedded_count) == (3, 2)
    assert (collection.embedding_dimensions, collection.is_indexed) == (3, True)
    zep.document.batch_delete_documents("manuals", request=uuids[:2])
    [[collection]] = zep.document.list_collections()
    assert (collection.document_count, collection.document_embedded_count) == (1, 0)
    assert (collection.embedding_dimensions, collection.is_indexed) == (None, False)


def test_documents_are_got_by_uuid_and_by_id(zep: Zep) -> None:
    """Each document comes once, and what is unknown is left out."""
    first, second = added(zep, KETTLE, TOASTER)
    [documents] = zep.document.batch_get_documents(
        "manuals", uuids=[second, UNKNOWN, first.upper()], document_ids=["kettle-1", "no"]
    )
    assert [document.uuid_ for document in documents] == [second, first]
    [documents] = zep.document.batch_get_documents("manuals", document_ids=["kettle-1"])
    assert [document.uuid_ for document in documents] == [first]
    assert zep.document.batch_get_documents("manuals", uuids=[UNKNOWN]) == [[]]


def test_a_document_is_updated(zep: Zep) -> None:
    """Id and metadata are replaced, unless they are absent; the content stays."""
    [uuid] = added(zep, KETTLE)
    assert zep.document.updates_a_document("manuals", uuid, document_id="k") == OK
    zep.document.updates_a_document("manuals", uuid, metadata={"page": 5})
    [[document]] = zep.document.batch_get_documents("manuals", document_ids=["k"])
    assert (document.metadata, document.content) == ({"page": 5}, KETTLE.content)
    assert document.updated_at != document.created_at
    assert zep.document.batch_get_documents("manuals", document_ids=["kettle-1"]) == [[]]


def test_several_documents_are_updated(zep: Zep) -> None:
    """Each of them changes as it is told, and unknown ones are ignored."""
    first, second = added(zep, KETTLE, TOASTER)
    changes = [
        UpdateDocumentListRequest(uuid=first, metadata={"page": 1}),
        UpdateDocumentListRequest(uuid=UNKNOWN, metadata={"page": 9}),
        UpdateDocumentListRequest(uuid=second, document_id="toaster-1"),
    ]
    assert zep.document.batch_update_documents("manuals", request=changes) == OK
    [documents] = zep.document.batch_get_documents("manuals", uuids=[first, second])
    assert [(one.document_id, one.metadata) for one in documents] == [
        ("kettle-1", {"page": 1}),
        ("toaster-1", TOASTER.metadata),
    ]
    assert zep.document.batch_update_documents("manuals", request=[]) == OK


def test_documents_are_deleted(zep: Zep) -> None:
    """One by its path, several by a list that may name unknown ones."""
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


def test_a_text_finds_what_is_like_it(zep: Zep) -> None:
    """The document that shares most with the text comes first, with its score."""
    added(zep, FRIDGE, TOASTER, KETTLE)
    response = zep.document.search("manuals", text="When do I descale the kettle?", limit=2)
    assert found(response)[0] == KETTLE.content
    assert response.results
    scores = [document.score or 0 for document in response.results]
    assert len(scores) == 2
    assert 1 >= scores[0] > scores[1] >= 0
    assert (response.current_page, response.total_pages, response.query_vector) == (1, 1, None)


def test_a_least_score_leaves_out_the_rest(zep: Zep) -> None:
    """Nothing below `min_score` is answered, and an unmatched search is an empty list."""
    added(zep, FRIDGE, KETTLE)
    text = "Descale the kettle once a month."
    assert found(zep.document.search("manuals", text=text, min_score=0.99)) == [KETTLE.content]
    assert found(zep.document.search("manuals", text="zzz", min_score=0.99)) == []


def test_metadata_filters(zep: Zep) -> None:
    """Plain fields must be equal; alone, they answer in the order of adding, without a score."""
    added(zep, KETTLE, TOASTER, FRIDGE)
    response = zep.document.search("manuals", metadata={"device": "toaster"}, text="kettle")
    assert found(response) == [TOASTER.content]
    response = zep.document.search("manuals", metadata={"where": {}}, limit=2)
    assert found(response) == [KETTLE.content, TOASTER.content]
    assert response.results
    assert [document.score for document in response.results] == [0, 0]


@pytest.mark.parametrize(
    ("wanted", "is_found"),
    [
        ({"a": {"b": [1, "x", None]}}, True),
        ({"a": {"b": [1, "x", None]}, "on": True}, True),
        ({"a": {"b": [1, "x"]}}, False),
        ({"a": {"b": [1, "x", None], "c": 1}}, False),
        ({"a": {}}, False),
        ({"on": 1}, False),
        ({"off": None}, False),
    ],
)
def test_metadata_must_be_the_very_value(zep: Zep, wanted: dict[str, Any], is_found: bool) -> None:
    """Objects and lists are compared whole, true is not 1, and what is absent is not null."""
    metadata = {"a": {"b": [1, "x", None]}, "on": True}
    added(zep, CreateDocumentRequest(content="deep", metadata=metadata))
    response = zep.document.search("manuals", metadata=wanted)
    assert found(response) == ["deep"] * is_found


@pytest.mark.parametrize(
    ("where", "documents"),
    [
        ({"jsonpath": '$[*] ? (@.device == "kettle")'}, [KETTLE]),
        ({"jsonpath": "$[*] ? (@.device == 'kettle')"}, [KETTLE]),
        ({"jsonpath": "$ ? (@.page < 4)"}, [TOASTER]),
        ({"jsonpath": "$ ? (@.page != 4)"}, [TOASTER]),
        ({"jsonpath": "$ ? (@.page == true)"}, []),
        ({"jsonpath": "$ ? (@.page.sheet == null)"}, []),
        ({"jsonpath": "$ ? (@.tags == 'red')"}, [TAGGED]),
        ({"jsonpath": "$.parts[*] ? (@.left == null)"}, [TAGGED]),
        ({"jsonpath": "$.parts ? (@.sold == true)"}, [TAGGED]),
        (
            {"or": [{"jsonpath": "$[*] ? (@.page == 2)"}, {"jsonpath": "$[*] ? (@.page >= 4)"}]},
            [KETTLE, TOASTER],
        ),
        (
            {
                "and": [
                    {"jsonpath": "$[*] ? (@.page > 1)"},
                    {"or": [{"jsonpath": '$[*] ? (@.device == "toaster")'}]},
                ]
            },
            [TOASTER],
        ),
    ],
)
def test_conditions_filter(
    zep: Zep, where: dict[str, Any], documents: list[CreateDocumentRequest]
) -> None:
    """Zep's conditions: a path with a comparison, and combinations of them."""
    added(zep, KETTLE, TOASTER, FRIDGE, TAGGED)
    response = zep.document.search("manuals", metadata={"where": where})
    assert found(response) == [document.content for document in documents]


def test_a_vector_finds_what_points_its_way(zep: Zep) -> None:
    """Documents come by their cosine; those without a vector of that length are left out."""
    added(zep, vector("up", 0, 3), vector("right", 5, 0), vector("deep", 1, 1, 1), KETTLE)
    response = search_by_vector(zep, embedding=[0.8, 0.6])
    assert found(response) == ["right", "up"]
    assert response.results
    assert [round(document.score or 0, 9) for document in response.results] == [0.8, 0.6]
    assert response.results[0].embedding == [5, 0]
    assert response.query_vector == [0.8, 0.6]
    assert found(search_by_vector(zep, embedding=[1, 0], min_score=0.5)) == ["right"]
    assert found(search_by_vector(zep, embedding=[0, 0], min_score=0.1)) == []


def test_diversity_puts_off_what_repeats(zep: Zep) -> None:
    """By `mmr`, a document that repeats a better one comes after one that says something new."""
    added(zep, vector("best", 1, 0.1), vector("same", 1, 0.12), vector("other", 0.8, -0.6))
    query: dict[str, Any] = {"embedding": [1, 0]}
    assert found(search_by_vector(zep, **query)) == ["best", "same", "other"]
    diverse = search_by_vector(zep, **query, search_type="mmr")
    assert found(diverse) == ["best", "other", "same"]
    relevant = search_by_vector(zep, **query, search_type="mmr", mmr_lambda=1)
    assert found(relevant) == ["best", "same", "other"]


def test_the_client_searches_with_all_it_has(zep: Zep) -> None:
    """Every parameter of the client's search at once."""
    added(zep, KETTLE, TOASTER)
    response = zep.document.search(
        "manuals",
        limit=1,
        text="kettle",
        metadata={"page": 4},
        search_type="mmr",
        mmr_lambda=0.3,
        min_score=0,
    )
    assert found(response) == [KETTLE.content]


REFUSED: dict[str, Callable[[Zep], object]] = {
    "get": lambda zep: zep.document.get_collection("no"),
    "update": lambda zep: zep.document.update_collection("no", description="x"),
    "delete": lambda zep: zep.document.delete_collection("no"),
    "delete document": lambda zep: zep.document.delete_document("manuals", UNKNOWN),
    "update document": lambda zep: zep.document.updates_a_document("manuals", UNKNOWN),
    "delete document of none": lambda zep: zep.document.delete_document("no", UNKNOWN),
}


@pytest.mark.parametrize("call", REFUSED.values(), ids=REFUSED)
def test_what_is_unknown_is_not_found(zep: Zep, call: Callable[[Zep], object]) -> None:
    """Where the client declares 404, it raises its NotFoundError with Zep's message."""
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
def test_what_is_unknown_is_not_found_undeclared(zep: Zep, call: Callable[[Zep], object]) -> None:
    """Where the client declares no 404, it raises its general error."""
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
def test_what_is_wrong_is_a_bad_request(
    zep: Zep, call: Callable[[Zep], object], words: str
) -> None:
    """A bad request is the client's BadRequestError, and its message says where."""
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
def test_a_bad_key_is_unauthorized(origin: str, call: Callable[[Zep], object]) -> None:
    """All thirteen declare 401: a malformed key is the client's UnauthorizedError."""
    with pytest.raises(UnauthorizedError) as refusal:
        call(connect(origin, "two words"))
    assert refusal.value.body.message == "unauthorized"
