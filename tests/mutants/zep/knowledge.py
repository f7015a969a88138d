"""What a careless author gets wrong about facts and searches."""

from __future__ import annotations

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

API = "/api/v2"
FACTS = ("GET /sessions/*/facts", "GET /users/*/facts", "GET /groups/*/facts")
EDGES = ("POST /graph/edge/user/*", "POST /graph/edge/group/*")
NODES = ("POST /graph/node/user/*", "POST /graph/node/group/*")
EPISODES = ("GET /graph/episodes/user/*", "GET /graph/episodes/group/*")


async def facts_come_newest_first(asked: Asked, ask: Ask) -> Answered:
    """In every list of them."""
    return await altered(asked, ask, FACTS, lambda b: {**b, "facts": b["facts"][::-1]})


async def added_facts_are_not_kept(asked: Asked, ask: Ask) -> Answered:
    """It is said that all is well."""
    if is_for(asked, "POST /sessions/*/facts"):
        return await ask(asked._replace(body={**asked.body, "facts": []}))
    return await ask(asked)


async def the_least_rating_of_facts_is_ignored(asked: Asked, ask: Ask) -> Answered:
    """All come."""
    return await ask(queried(asked, minRating=None) if asked.path.endswith("/facts") else asked)


async def facts_have_no_rating(asked: Asked, ask: Ask) -> Answered:
    """It is left out."""
    return await altered(asked, ask, FACTS, lambda b: {"facts": without(b["facts"], "rating")})


async def facts_have_content_alone(asked: Asked, ask: Ask) -> Answered:
    """`fact` is deprecated, is it not."""
    return await altered(asked, ask, FACTS, lambda b: {"facts": without(b["facts"], "fact")})


async def a_fact_is_not_wrapped(asked: Asked, ask: Ask) -> Answered:
    """It is the answer itself."""
    return await altered(asked, ask, "GET /facts/*", lambda body: body["fact"])


async def a_deleted_fact_stays(asked: Asked, ask: Ask) -> Answered:
    """In all but the answer."""
    if is_for(asked, "DELETE /facts/*"):
        known = await ask(Asked("GET", asked.path))
        return Answered(200, {"message": "OK"}) if known.status == 200 else known
    return await ask(asked)


async def a_deleted_fact_is_answered_by_nothing(asked: Asked, ask: Ask) -> Answered:
    """As in the Community Edition."""
    return await altered(asked, ask, "DELETE /facts/*", lambda _: None)


async def an_unknown_fact_is_500(asked: Asked, ask: Ask) -> Answered:
    """As in the Community Edition."""
    return await renumbered(asked, ask, "GET /facts/*", s404=500)


async def facts_of_a_user_are_those_of_one_session(asked: Asked, ask: Ask) -> Answered:
    """The first one."""
    if is_for(asked, "GET /users/*/facts"):
        sessions = await ask(Asked("GET", asked.path.replace("/facts", "/sessions")))
        if sessions.body:
            return await ask(Asked("GET", f"{API}/sessions/{sessions.body[0]['session_id']}/facts"))
    return await ask(asked)


async def a_user_without_facts_has_null(asked: Asked, ask: Ask) -> Answered:
    """Not an empty list."""
    return await altered(asked, ask, FACTS, lambda b: {"facts": b["facts"] or None})


async def a_search_has_no_limit(asked: Asked, ask: Ask) -> Answered:
    """Over sessions and in one."""
    return await ask(queried(asked, limit=None) if asked.path.endswith("/search") else asked)


async def a_search_finds_the_sessions_of_all(asked: Asked, ask: Ask) -> Answered:
    """Whatever user or sessions are named."""
    if is_for(asked, "POST /sessions/search"):
        return await ask(bare(asked, "user_id", "session_ids"))
    return await ask(asked)


async def a_search_does_not_mind_the_score(asked: Asked, ask: Ask) -> Answered:
    """`min_score` is not read."""
    return await ask(bare(asked, "min_score") if asked.path.endswith("/search") else asked)


async def a_search_does_not_mind_the_rating(asked: Asked, ask: Ask) -> Answered:
    """`min_fact_rating` is not read."""
    return await ask(bare(asked, "min_fact_rating") if asked.path.endswith("/search") else asked)


async def a_search_finds_the_worst_first(asked: Asked, ask: Ask) -> Answered:
    """Over sessions."""
    return await altered(
        asked, ask, "POST /sessions/search", lambda b: {"results": b["results"][::-1]}
    )


async def a_search_in_a_session_finds_the_worst_first(asked: Asked, ask: Ask) -> Answered:
    """In one session."""
    return await altered(asked, ask, "POST /sessions/*/search", lambda body: body[::-1])


async def a_search_is_always_for_facts(asked: Asked, ask: Ask) -> Answered:
    """As in the Community Edition."""
    if asked.path.endswith("/search") and "/sessions/" in asked.path:
        return await ask(asked._replace(body={**asked.body, "search_scope": "facts"}))
    return await ask(asked)


async def nothing_found_is_null(asked: Asked, ask: Ask) -> Answered:
    """Not an empty list."""
    return await altered(
        asked, ask, "POST /sessions/search", lambda b: {"results": b["results"] or None}
    )


async def a_result_has_no_score(asked: Asked, ask: Ask) -> Answered:
    """It is left out."""
    return await altered(
        asked, ask, "POST /sessions/search", lambda b: {"results": without(b["results"], "score")}
    )


async def a_result_is_of_no_session(asked: Asked, ask: Ask) -> Answered:
    """Its id is left out."""
    return await altered(
        asked,
        ask,
        "POST /sessions/search",
        lambda b: {"results": without(b["results"], "session_id")},
    )


async def the_filter_of_a_search_is_ignored(asked: Asked, ask: Ask) -> Answered:
    """All metadata is fine."""
    if asked.path.endswith("/search"):
        return await ask(bare(asked, "record_filter", "metadata", "search_filters"))
    return await ask(asked)


async def a_search_in_a_session_is_wrapped(asked: Asked, ask: Ask) -> Answered:
    """In `results`."""
    return await altered(asked, ask, "POST /sessions/*/search", lambda body: {"results": body})


async def summaries_count_nothing(asked: Asked, ask: Ask) -> Answered:
    """Their counts are 0."""
    return await altered(
        asked, ask, "GET /sessions/*/summary", lambda b: {**b, "row_count": 0, "total_count": 0}
    )


async def a_question_has_another_name(asked: Asked, ask: Ask) -> Answered:
    """`content`."""
    return await altered(
        asked,
        ask,
        "GET /sessions/*/synthesize_question",
        lambda body: {"content": body["question"]},
    )


async def extracted_values_are_numbers(asked: Asked, ask: Ask) -> Answered:
    """Where they are numbers."""
    return await altered(
        asked,
        ask,
        "POST /sessions/*/extract",
        lambda b: {name: int(v) if v.isdigit() else v for name, v in b.items()},
    )


KNOWLEDGE: tuple[Case, ...] = (
    Case(facts_come_newest_first, "facts-of-a-session-are-read-as-they-were-added"),
    Case(added_facts_are_not_kept, "what-a-session-told-stays-with-its-user"),
    Case(the_least_rating_of_facts_is_ignored, "facts-below-the-least-rating-are-left-out"),
    Case(facts_have_no_rating, "a-fact-has-a-rating"),
    Case(facts_have_content_alone, "what-a-session-told-stays-with-its-user"),
    Case(a_fact_is_not_wrapped, "a-fact-is-found-by-its-uuid"),
    Case(a_deleted_fact_stays, "a-fact-is-found-by-its-uuid"),
    Case(a_deleted_fact_is_answered_by_nothing, "a-fact-is-found-by-its-uuid"),
    Case(an_unknown_fact_is_500, "a-fact-is-found-by-its-uuid"),
    Case(facts_of_a_user_are_those_of_one_session, "what-is-known-is-of-all-sessions"),
    Case(a_user_without_facts_has_null, "a-fact-is-found-by-its-uuid"),
    Case(a_search_has_no_limit, "a-search-limit-is-not-negative"),
    Case(a_search_finds_the_sessions_of_all, "a-search-keeps-to-its-scope"),
    Case(a_search_does_not_mind_the_score, "a-search-minds-the-least-score"),
    Case(a_search_does_not_mind_the_rating, "a-search-minds-the-least-score"),
    Case(a_search_finds_the_worst_first, "better-results-come-first"),
    Case(a_search_in_a_session_finds_the_worst_first, "better-results-come-first"),
    Case(a_search_is_always_for_facts, "better-results-come-first"),
    Case(nothing_found_is_null, "a-search-minds-the-least-score"),
    Case(a_result_has_no_score, "a-search-keeps-to-its-scope"),
    Case(a_result_is_of_no_session, "a-search-keeps-to-its-scope"),
    Case(the_filter_of_a_search_is_ignored, "documents-are-searched-by-metadata"),
    Case(a_search_in_a_session_is_wrapped, "a-search-minds-the-least-score"),
    Case(summaries_count_nothing, "summaries-are-counted"),
    Case(a_question_has_another_name, "a-question-is-a-text"),
    Case(extracted_values_are_numbers, "what-was-said-can-be-extracted"),
)
