"""Searches of documents through Zep's own Python client, zep-cloud 2.22.0."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic.v1 import parse_obj_as
from zep_cloud import ApidataDocumentSearchResponse, CreateDocumentRequest

from tests.clients.zep_manuals import FRIDGE, KETTLE, TOASTER, added, manuals, vector
from tests.clients.zep_python import Zep

TAGGED = CreateDocumentRequest(
    content="Parts", metadata={"tags": ["blue", "red"], "parts": [{"left": None}, {"sold": True}]}
)


@pytest.fixture
def zep(origin: str) -> Zep:
    """A client whose project has an empty collection `manuals`."""
    return manuals(origin)


def contents_of(response: ApidataDocumentSearchResponse) -> list[str | None]:
    """Return the contents of the documents of a search response, best first."""
    assert response.results is not None
    assert response.result_count == len(response.results)
    return [document.content for document in response.results]


def search_by_vector(zep: Zep, **payload: Any) -> ApidataDocumentSearchResponse:
    """Search by a vector over the client's connection; its method has no parameter for one."""
    response = zep._client_wrapper.httpx_client.request(
        "collections/manuals/search", method="POST", json=payload
    )
    return parse_obj_as(ApidataDocumentSearchResponse, response.json())


def test_text_finds_the_most_similar_document(zep: Zep) -> None:
    """The document that shares most with the text comes first, with its score."""
    added(zep, FRIDGE, TOASTER, KETTLE)
    response = zep.document.search("manuals", text="When do I descale the kettle?", limit=2)
    assert contents_of(response)[0] == KETTLE.content
    assert response.results
    scores = [document.score or 0 for document in response.results]
    assert len(scores) == 2
    assert 1 >= scores[0] > scores[1] >= 0
    assert (response.current_page, response.total_pages, response.query_vector) == (1, 1, None)


def test_min_score_leaves_out_the_rest(zep: Zep) -> None:
    """Results below `min_score` are left out; a search without results returns an empty list."""
    added(zep, FRIDGE, KETTLE)
    text = "Descale the kettle once a month."
    assert contents_of(zep.document.search("manuals", text=text, min_score=0.99)) == [
        KETTLE.content
    ]
    assert contents_of(zep.document.search("manuals", text="zzz", min_score=0.99)) == []


def test_metadata_filters(zep: Zep) -> None:
    """Plain fields must be equal; alone, they give documents in the order of adding, score 0."""
    added(zep, KETTLE, TOASTER, FRIDGE)
    response = zep.document.search("manuals", metadata={"device": "toaster"}, text="kettle")
    assert contents_of(response) == [TOASTER.content]
    response = zep.document.search("manuals", metadata={"where": {}}, limit=2)
    assert contents_of(response) == [KETTLE.content, TOASTER.content]
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
def test_metadata_is_compared_exactly(zep: Zep, wanted: dict[str, Any], is_found: bool) -> None:
    """Objects and lists are compared whole, true is not 1, and an absent value is not null."""
    metadata = {"a": {"b": [1, "x", None]}, "on": True}
    added(zep, CreateDocumentRequest(content="deep", metadata=metadata))
    response = zep.document.search("manuals", metadata=wanted)
    assert contents_of(response) == ["deep"] * is_found


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
    assert contents_of(response) == [document.content for document in documents]


def test_vector_finds_documents_by_their_cosine(zep: Zep) -> None:
    """Documents come by their cosine; those without a vector of that length are left out."""
    added(zep, vector("up", 0, 3), vector("right", 5, 0), vector("deep", 1, 1, 1), KETTLE)
    response = search_by_vector(zep, embedding=[0.8, 0.6])
    assert contents_of(response) == ["right", "up"]
    assert response.results
    assert [round(document.score or 0, 9) for document in response.results] == [0.8, 0.6]
    assert response.results[0].embedding == [5, 0]
    assert response.query_vector == [0.8, 0.6]
    assert contents_of(search_by_vector(zep, embedding=[1, 0], min_score=0.5)) == ["right"]
    assert contents_of(search_by_vector(zep, embedding=[0, 0], min_score=0.1)) == []


def test_mmr_puts_off_repetitions(zep: Zep) -> None:
    """By `mmr`, a document that repeats a better one comes after one that says something new."""
    added(zep, vector("best", 1, 0.1), vector("same", 1, 0.12), vector("other", 0.8, -0.6))
    query: dict[str, Any] = {"embedding": [1, 0]}
    assert contents_of(search_by_vector(zep, **query)) == ["best", "same", "other"]
    diverse = search_by_vector(zep, **query, search_type="mmr")
    assert contents_of(diverse) == ["best", "other", "same"]
    relevant = search_by_vector(zep, **query, search_type="mmr", mmr_lambda=1)
    assert contents_of(relevant) == ["best", "same", "other"]


def test_search_takes_all_parameters_of_the_client(zep: Zep) -> None:
    """All parameters are sent at once."""
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
    assert contents_of(response) == [KETTLE.content]
