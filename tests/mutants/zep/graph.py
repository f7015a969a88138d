"""What a careless author gets wrong about graphs."""

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
    without,
)

API = "/api/v2"
FACTS = ("GET /sessions/*/facts", "GET /users/*/facts", "GET /groups/*/facts")
EDGES = ("POST /graph/edge/user/*", "POST /graph/edge/group/*")
NODES = ("POST /graph/node/user/*", "POST /graph/node/group/*")
EPISODES = ("GET /graph/episodes/user/*", "GET /graph/episodes/group/*")


async def data_is_of_both(asked: Asked, ask: Ask) -> Answered:
    """A user and a group: the user is taken."""
    if is_for(asked, "POST /graph", "POST /graph/search") and asked.body.get("user_id"):
        return await ask(bare(asked, "group_id"))
    return await ask(asked)


async def the_source_of_data_is_lost(asked: Asked, ask: Ask) -> Answered:
    """Its description."""
    return await ask(bare(asked, "source_description") if asked.path.endswith("/graph") else asked)


async def data_was_always_made_now(asked: Asked, ask: Ask) -> Answered:
    """Its `created_at` is not read."""
    return await ask(bare(asked, "created_at") if asked.path.endswith("/graph") else asked)


async def a_batch_is_added_in_reverse(asked: Asked, ask: Ask) -> Answered:
    """And so answered."""
    return await altered(asked, ask, "POST /graph-batch", lambda body: body[::-1])


async def a_batch_loses_its_last(asked: Asked, ask: Ask) -> Answered:
    """Of more than one."""
    if is_for(asked, "POST /graph-batch") and len(asked.body["episodes"]) > 1:
        return await ask(
            asked._replace(body={**asked.body, "episodes": asked.body["episodes"][:-1]})
        )
    return await ask(asked)


async def an_episode_of_data_is_always_text(asked: Asked, ask: Ask) -> Answered:
    """`source` does not tell the type."""
    return await altered(
        asked, ask, ("POST /graph", "GET /graph/episodes/*"), lambda b: {**b, "source": "text"}
    )


async def a_fact_has_another_uuid(asked: Asked, ask: Ask) -> Answered:
    """`fact_uuid` is not read."""
    return await ask(bare(asked, "fact_uuid") if asked.path.endswith("/add-fact-triple") else asked)


async def a_fact_holds_at_no_time(asked: Asked, ask: Ask) -> Answered:
    """`valid_at` and `invalid_at` are not read."""
    if asked.path.endswith("/add-fact-triple"):
        return await ask(bare(asked, "valid_at", "invalid_at"))
    return await ask(asked)


async def a_summary_of_a_node_is_lost(asked: Asked, ask: Ask) -> Answered:
    """That of the target."""
    if asked.path.endswith("/add-fact-triple"):
        return await ask(bare(asked, "target_node_summary"))
    return await ask(asked)


async def an_edge_runs_the_other_way(asked: Asked, ask: Ask) -> Answered:
    """When it is read."""
    return await altered(
        asked,
        ask,
        "GET /graph/edge/*",
        lambda b: {
            **b,
            "source_node_uuid": b["target_node_uuid"],
            "target_node_uuid": b["source_node_uuid"],
        },
    )


async def a_page_of_edges_has_no_limit(asked: Asked, ask: Ask) -> Answered:
    """All come."""
    return await ask(bare(asked, "limit") if is_for(asked, *EDGES) else asked)


async def a_page_of_edges_begins_anew(asked: Asked, ask: Ask) -> Answered:
    """The cursor is not read."""
    return await ask(bare(asked, "uuid_cursor") if is_for(asked, *EDGES) else asked)


async def a_page_of_nodes_begins_with_the_cursor(asked: Asked, ask: Ask) -> Answered:
    """Which was the last of the page before."""
    if is_for(asked, *NODES) and (asked.body or {}).get("uuid_cursor"):
        whole = await ask(asked._replace(body={}))
        if whole.status == 200:
            uuids = [node["uuid"] for node in whole.body]
            start = uuids.index(asked.body["uuid_cursor"])
            limit = asked.body.get("limit") or len(uuids)
            return whole._replace(body=whole.body[start : start + limit])
    return await ask(asked)


async def a_graph_without_edges_has_null(asked: Asked, ask: Ask) -> Answered:
    """Not an empty list."""
    return await altered(asked, ask, EDGES, lambda body: body or b"null")


async def edges_come_newest_first(asked: Asked, ask: Ask) -> Answered:
    """In their list."""
    return await altered(asked, ask, EDGES, lambda body: body[::-1])


async def a_deleted_edge_stays(asked: Asked, ask: Ask) -> Answered:
    """In all but the answer."""
    if is_for(asked, "DELETE /graph/edge/*"):
        known = await ask(Asked("GET", asked.path))
        return Answered(200, {"message": "OK"}) if known.status == 200 else known
    return await ask(asked)


async def a_node_has_no_labels(asked: Asked, ask: Ask) -> Answered:
    """They are left out."""
    return await altered(asked, ask, "GET /graph/node/*", lambda b: without(b, "labels"))


async def a_node_has_the_edges_that_begin_there(asked: Asked, ask: Ask) -> Answered:
    """Not those that end there."""
    node = asked.path.split("/")[-2]
    return await altered(
        asked,
        ask,
        "GET /graph/node/*/entity-edges",
        lambda b: [edge for edge in b if edge["source_node_uuid"] == node],
    )


async def all_episodes_are_the_last(asked: Asked, ask: Ask) -> Answered:
    """`lastn` is not read."""
    return await ask(queried(asked, lastn=None) if is_for(asked, *EPISODES) else asked)


async def the_first_episodes_come(asked: Asked, ask: Ask) -> Answered:
    """For the last ones."""
    whole = await ask(queried(asked, lastn=None)) if is_for(asked, *EPISODES) else None
    answer = await ask(asked)
    if whole is not None and whole.status == 200:
        return answer.saying(episodes=whole.body["episodes"][: len(answer.body["episodes"])])
    return answer


async def a_deleted_episode_stays(asked: Asked, ask: Ask) -> Answered:
    """In all but the answer."""
    if is_for(asked, "DELETE /graph/episodes/*"):
        known = await ask(Asked("GET", asked.path))
        return Answered(200, {"message": "OK"}) if known.status == 200 else known
    return await ask(asked)


async def an_episode_mentions_nothing(asked: Asked, ask: Ask) -> Answered:
    """Neither nodes nor edges."""
    return await altered(
        asked, ask, "GET /graph/episodes/*/mentions", lambda _: {"edges": [], "nodes": []}
    )


async def a_clone_is_empty(asked: Asked, ask: Ask) -> Answered:
    """A new user or group, and nothing in it."""
    if is_for(asked, "POST /graph/clone"):
        user, group = asked.body.get("target_user_id"), asked.body.get("target_group_id")
        answer = await ask(asked)
        if answer.status == 200 and user:
            await ask(Asked("DELETE", f"{API}/users/{user}"))
            await ask(Asked("POST", f"{API}/users", {"user_id": user}))
        elif answer.status == 200 and group:
            await ask(Asked("DELETE", f"{API}/groups/{group}"))
            await ask(Asked("POST", f"{API}/groups", {"group_id": group}))
        return answer
    return await ask(asked)


async def a_clone_has_no_name(asked: Asked, ask: Ask) -> Answered:
    """The answer says nothing."""
    return await altered(asked, ask, "POST /graph/clone", lambda _: {})


async def a_search_of_a_graph_is_for_edges(asked: Asked, ask: Ask) -> Answered:
    """Whatever the scope is."""
    return await ask(bare(asked, "scope") if is_for(asked, "POST /graph/search") else asked)


async def a_search_of_a_graph_has_no_limit(asked: Asked, ask: Ask) -> Answered:
    """Fifty come."""
    if is_for(asked, "POST /graph/search"):
        return await ask(asked._replace(body={**asked.body, "limit": 50}))
    return await ask(asked)


async def types_are_added_to_the_old(asked: Asked, ask: Ask) -> Answered:
    """They do not replace them."""
    if is_for(asked, "PUT /entity-types"):
        old = (await ask(Asked("GET", asked.path))).body
        body: dict[str, Any] = dict(asked.body)
        for name in ("entity_types", "edge_types"):
            new = body.get(name) or []
            names = {one["name"] for one in new}
            body[name] = [*(one for one in old[name] if one["name"] not in names), *new]
        return await ask(asked._replace(body=body))
    return await ask(asked)


async def types_have_no_properties(asked: Asked, ask: Ask) -> Answered:
    """They are left out."""
    return await altered(
        asked,
        ask,
        "GET /entity-types",
        lambda b: {**b, "entity_types": without(b["entity_types"], "properties")},
    )


GRAPH: tuple[Case, ...] = (
    Case(data_is_of_both, "data-of-two-owners-is-refused"),
    Case(the_source_of_data_is_lost, "data-of-a-graph-is-read-as-it-was-added"),
    Case(data_was_always_made_now, "data-is-read-with-all-its-fields"),
    Case(a_batch_is_added_in_reverse, "a-batch-of-data-keeps-its-order"),
    Case(a_batch_loses_its_last, "each-of-a-batch-of-data-is-an-episode"),
    Case(an_episode_of_data_is_always_text, "data-is-read-with-all-its-fields"),
    Case(a_fact_has_another_uuid, "a-fact-triple-is-kept-with-all-its-fields"),
    Case(a_fact_holds_at_no_time, "an-edge-is-the-same-in-every-answer"),
    Case(a_summary_of_a_node_is_lost, "a-node-is-the-same-in-every-answer"),
    Case(an_edge_runs_the_other_way, "a-fact-triple-is-an-edge-between-two-nodes"),
    Case(a_page_of_edges_has_no_limit, "pages-of-a-graph-are-apart"),
    Case(a_page_of_edges_begins_anew, "pages-of-a-graph-are-apart"),
    Case(a_page_of_nodes_begins_with_the_cursor, "pages-of-a-graph-are-apart"),
    Case(a_graph_without_edges_has_null, "graphs-are-apart"),
    Case(edges_come_newest_first, "pages-of-a-graph-are-apart"),
    Case(a_deleted_edge_stays, "a-deleted-edge-is-gone"),
    Case(a_node_has_no_labels, "a-node-is-labelled"),
    Case(a_node_has_the_edges_that_begin_there, "a-fact-triple-is-an-edge-between-two-nodes"),
    Case(all_episodes_are_the_last, "the-last-data-comes"),
    Case(the_first_episodes_come, "the-last-data-comes"),
    Case(a_deleted_episode_stays, "a-deleted-episode-is-gone"),
    Case(an_episode_mentions_nothing, "an-episode-knows-what-it-tells-of"),
    Case(a_clone_is_empty, "a-cloned-graph-holds-what-the-first-held"),
    Case(a_clone_has_no_name, "a-cloned-graph-holds-what-the-first-held"),
    Case(a_search_of_a_graph_is_for_edges, "a-search-of-a-graph-has-its-bounds"),
    Case(a_search_of_a_graph_has_no_limit, "a-search-of-a-graph-has-its-bounds"),
    Case(types_are_added_to_the_old, "new-types-replace-the-old"),
    Case(types_have_no_properties, "declared-types-are-read-as-they-were-declared"),
)
