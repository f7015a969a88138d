"""Mutants of graphs."""

from __future__ import annotations

from typing import Any

from tests.mutants.language import (
    backwards,
    fields,
    handler_of,
    pretended,
    query,
    request_to,
    response_to,
    within,
    without,
)
from tests.mutants.mutant import App, Request, Response
from tests.mutants.zep.parts import API, OK

EDGES = "POST /graph/edge/{user,group}/*"
NODES = "POST /graph/node/{user,group}/*"
EPISODES = "GET /graph/episodes/{user,group}/*"
TRIPLE = "POST /graph/add-fact-triple"


@request_to("POST /graph{,/search}", caught_by="data-of-two-owners-is-refused")
def data_is_of_both(request: Request) -> Request:
    return without("group_id")(request) if request.body.get("user_id") else request


the_source_of_data_is_lost = request_to(
    "POST /graph",
    without("source_description"),
    caught_by="data-of-a-graph-is-read-as-it-was-added",
)
data_was_always_made_now = request_to(
    "POST /graph", without("created_at"), caught_by="data-is-read-with-all-its-fields"
)
a_batch_is_added_in_reverse = response_to(
    "POST /graph-batch", backwards, caught_by="a-batch-of-data-keeps-its-order"
)
a_batch_loses_its_last = request_to(
    "POST /graph-batch",
    within("episodes", lambda episodes: episodes[:-1] or episodes),
    caught_by="each-of-a-batch-of-data-is-an-episode",
)
an_episode_of_data_is_always_text = response_to(
    ("POST /graph", "GET /graph/episodes/*"),
    fields(source="text"),
    caught_by="data-is-read-with-all-its-fields",
)
a_fact_has_another_uuid = request_to(
    TRIPLE, without("fact_uuid"), caught_by="a-fact-triple-is-kept-with-all-its-fields"
)
a_fact_holds_at_no_time = request_to(
    TRIPLE, without("valid_at", "invalid_at"), caught_by="an-edge-is-the-same-in-every-answer"
)
a_summary_of_a_node_is_lost = request_to(
    TRIPLE, without("target_node_summary"), caught_by="a-node-is-the-same-in-every-answer"
)


@response_to("GET /graph/edge/*", caught_by="a-fact-triple-is-an-edge-between-two-nodes")
def an_edge_runs_the_other_way(body: Any) -> Any:
    source, target = body["source_node_uuid"], body["target_node_uuid"]
    return body | {"source_node_uuid": target, "target_node_uuid": source}


a_page_of_edges_has_no_limit = request_to(
    EDGES, without("limit"), caught_by="pages-of-a-graph-are-apart"
)
a_page_of_edges_begins_anew = request_to(
    EDGES, without("uuid_cursor"), caught_by="pages-of-a-graph-are-apart"
)


@handler_of(NODES, caught_by="pages-of-a-graph-are-apart")
async def a_page_of_nodes_begins_with_the_cursor(request: Request, app: App) -> Response:
    if (request.body or {}).get("uuid_cursor"):
        whole = await app(request._replace(body={}))
        if whole.status == 200:
            uuids = [node["uuid"] for node in whole.body]
            start = uuids.index(request.body["uuid_cursor"])
            limit = request.body.get("limit") or len(uuids)
            return whole._replace(body=whole.body[start : start + limit])
    return await app(request)


a_graph_without_edges_has_null = response_to(
    EDGES, lambda edges: edges or b"null", caught_by="graphs-are-apart"
)
edges_come_newest_first = response_to(EDGES, backwards, caught_by="pages-of-a-graph-are-apart")
a_deleted_edge_stays = pretended("DELETE /graph/edge/*", OK, caught_by="a-deleted-edge-is-gone")
a_node_has_no_labels = response_to(
    "GET /graph/node/*", without("labels"), caught_by="a-node-is-labelled"
)


@handler_of(
    "GET /graph/node/*/entity-edges", caught_by="a-fact-triple-is-an-edge-between-two-nodes"
)
async def a_node_has_the_edges_that_begin_there(request: Request, app: App) -> Response:
    response, node = await app(request), request.path.split("/")[-2]
    if not response.ok:
        return response
    return response._replace(body=[e for e in response.body if e["source_node_uuid"] == node])


all_episodes_are_the_last = request_to(EPISODES, query(lastn=None), caught_by="the-last-data-comes")


@handler_of(EPISODES, caught_by="the-last-data-comes")
async def the_first_episodes_come(request: Request, app: App) -> Response:
    whole = await app(request.with_query(lastn=None))
    response = await app(request)
    if whole.status != 200:
        return response
    count = len(response.body["episodes"])
    return response.with_fields(episodes=whole.body["episodes"][:count])


a_deleted_episode_stays = pretended(
    "DELETE /graph/episodes/*", OK, caught_by="a-deleted-episode-is-gone"
)
an_episode_mentions_nothing = response_to(
    "GET /graph/episodes/*/mentions",
    {"edges": [], "nodes": []},
    caught_by="an-episode-knows-what-it-tells-of",
)


@handler_of("POST /graph/clone", caught_by="a-cloned-graph-holds-what-the-first-held")
async def a_clone_is_empty(request: Request, app: App) -> Response:
    response = await app(request)
    for kind in ("user", "group"):
        target = request.body.get(f"target_{kind}_id")
        if response.ok and target:
            await app.delete(f"{API}/{kind}s/{target}")
            await app.post(f"{API}/{kind}s", {f"{kind}_id": target})
            break
    return response


a_clone_has_no_name = response_to(
    "POST /graph/clone", {}, caught_by="a-cloned-graph-holds-what-the-first-held"
)
a_search_of_a_graph_is_for_edges = request_to(
    "POST /graph/search", without("scope"), caught_by="a-search-of-a-graph-has-its-bounds"
)
a_search_of_a_graph_has_no_limit = request_to(
    "POST /graph/search", fields(limit=50), caught_by="a-search-of-a-graph-has-its-bounds"
)


@handler_of("PUT /entity-types", caught_by="new-types-replace-the-old")
async def types_are_added_to_the_old(request: Request, app: App) -> Response:
    current = (await app.get(request.path)).body
    body: dict[str, Any] = dict(request.body)
    for kind in ("entity_types", "edge_types"):
        new = body.get(kind) or []
        names = {item["name"] for item in new}
        body[kind] = [*(item for item in current[kind] if item["name"] not in names), *new]
    return await app(request._replace(body=body))


types_have_no_properties = response_to(
    "GET /entity-types",
    within("entity_types", without("properties")),
    caught_by="declared-types-are-read-as-they-were-declared",
)
