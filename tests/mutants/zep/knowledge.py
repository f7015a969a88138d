"""Mutants of facts, searches, summaries and extraction."""

from __future__ import annotations

from tests.mutants.language import (
    backwards,
    fields,
    handler_of,
    pretended,
    query,
    renamed,
    renumbered,
    request_to,
    response_to,
    within,
    without,
)
from tests.mutants.mutant import App, Request, Response
from tests.mutants.zep.parts import API, OK

FACTS = "GET /{sessions,users,groups}/*/facts"
SEARCH = "POST /sessions/search"
SEARCH_IN_ONE = "POST /sessions/*/search"
ANY_SEARCH = "* /**/search"

facts_come_newest_first = response_to(
    FACTS, within("facts", backwards), caught_by="facts-of-a-session-are-read-as-they-were-added"
)
added_facts_are_not_kept = request_to(
    "POST /sessions/*/facts", fields(facts=[]), caught_by="what-a-session-told-stays-with-its-user"
)
the_least_rating_of_facts_is_ignored = request_to(
    "* /**/facts", query(minRating=None), caught_by="facts-below-the-least-rating-are-left-out"
)
facts_have_no_rating = response_to(
    FACTS, within("facts", without("rating")), caught_by="a-fact-has-a-rating"
)
facts_have_content_alone = response_to(
    FACTS, within("facts", without("fact")), caught_by="what-a-session-told-stays-with-its-user"
)
a_fact_is_not_wrapped = response_to(
    "GET /facts/*", lambda b: b["fact"], caught_by="a-fact-is-found-by-its-uuid"
)
a_deleted_fact_stays = pretended("DELETE /facts/*", OK, caught_by="a-fact-is-found-by-its-uuid")
a_deleted_fact_is_answered_by_nothing = response_to(
    "DELETE /facts/*", lambda _: None, caught_by="a-fact-is-found-by-its-uuid"
)
an_unknown_fact_is_500 = renumbered(
    "GET /facts/*", 404, 500, caught_by="a-fact-is-found-by-its-uuid"
)


@handler_of("GET /users/*/facts", caught_by="what-is-known-is-of-all-sessions")
async def facts_of_a_user_are_those_of_one_session(request: Request, app: App) -> Response:
    sessions = (await app.get(f"{request.parent}/sessions")).body
    if not sessions:
        return await app(request)
    return await app.get(f"{API}/sessions/{sessions[0]['session_id']}/facts")


a_user_without_facts_has_null = response_to(
    FACTS, within("facts", lambda facts: facts or None), caught_by="a-fact-is-found-by-its-uuid"
)
a_search_has_no_limit = request_to(
    ANY_SEARCH, query(limit=None), caught_by="a-search-limit-is-not-negative"
)
a_search_finds_the_sessions_of_all = request_to(
    SEARCH, without("user_id", "session_ids"), caught_by="a-search-keeps-to-its-scope"
)
a_search_does_not_mind_the_score = request_to(
    ANY_SEARCH, without("min_score"), caught_by="a-search-minds-the-least-score"
)
a_search_does_not_mind_the_rating = request_to(
    ANY_SEARCH, without("min_fact_rating"), caught_by="a-search-minds-the-least-score"
)
a_search_finds_the_worst_first = response_to(
    SEARCH, within("results", backwards), caught_by="better-results-come-first"
)
a_search_in_a_session_finds_the_worst_first = response_to(
    SEARCH_IN_ONE, backwards, caught_by="better-results-come-first"
)
a_search_is_always_for_facts = request_to(
    "* /sessions/**/search", fields(search_scope="facts"), caught_by="better-results-come-first"
)
nothing_found_is_null = response_to(
    SEARCH,
    within("results", lambda results: results or None),
    caught_by="a-search-minds-the-least-score",
)
a_result_has_no_score = response_to(
    SEARCH, within("results", without("score")), caught_by="a-search-keeps-to-its-scope"
)
a_result_is_of_no_session = response_to(
    SEARCH, within("results", without("session_id")), caught_by="a-search-keeps-to-its-scope"
)
the_filter_of_a_search_is_ignored = request_to(
    ANY_SEARCH,
    without("record_filter", "metadata", "search_filters"),
    caught_by="documents-are-searched-by-metadata",
)
a_search_in_a_session_is_wrapped = response_to(
    SEARCH_IN_ONE, lambda b: {"results": b}, caught_by="a-search-minds-the-least-score"
)
summaries_count_nothing = response_to(
    "GET /sessions/*/summary", fields(row_count=0, total_count=0), caught_by="summaries-are-counted"
)
a_question_has_another_name = response_to(
    "GET /sessions/*/synthesize_question",
    renamed(question="content"),
    caught_by="a-question-is-a-text",
)
extracted_values_are_numbers = response_to(
    "POST /sessions/*/extract",
    lambda b: {name: int(v) if v.isdigit() else v for name, v in b.items()},
    caught_by="what-was-said-can-be-extracted",
)
