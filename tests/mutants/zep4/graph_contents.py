"""Mutants of what a graph has: episodes, nodes, edges, hyperedges, and clones of it all."""

from __future__ import annotations

from typing import Any

from tests.mutants.language import (
    Where,
    handler_of,
    of_objects,
    request_to,
    response_to,
    within,
    without,
)
from tests.mutants.mutant import App, Mutant, Request, Response

EPISODE = "GET|PATCH|DELETE /graphs/*/episodes/*"
NODE = "GET|PATCH|DELETE /graphs/*/nodes/*"
EDGE = "GET|PATCH|DELETE /graphs/*/edges/*"
ADD_EDGES = "POST /graphs/*/edges"


def keyless(where: Where, *, caught_by: str) -> Mutant:
    """Make a mutant that ignores idempotency keys."""

    async def handler(request: Request, app: App) -> Response:
        kept = tuple(header for header in request.headers if header[0] != b"idempotency-key")
        return await app(request._replace(headers=kept))

    return handler_of(where, caught_by=caught_by)(handler)


def unidentified(where: Where, *, caught_by: str) -> Mutant:
    """Make a mutant that finds nothing under an id that is no uuid."""

    def change(body: dict[str, Any]) -> Any:
        if body["error"]["code"] != "invalid_identifier":
            return body
        return Response(404, {"error": body["error"] | {"code": "not_found"}})

    return response_to(where, change, when=400, caught_by=caught_by)


a_key_of_a_graph_is_ignored = keyless(
    "POST /graphs", caught_by="v4-a-repeated-key-adds-no-second-graph"
)
a_key_of_a_deleted_graph_is_ignored = keyless(
    "DELETE /graphs/*", caught_by="v4-a-repeated-key-deletes-a-graph-once"
)
a_key_of_a_clone_is_ignored = keyless(
    "POST /graphs/*/clone", caught_by="v4-a-repeated-key-clones-once"
)
a_key_of_an_episode_is_ignored = keyless(
    "POST /graphs/*/episodes", caught_by="v4-a-repeated-key-adds-no-second-episode"
)
a_key_of_nodes_is_ignored = keyless(
    "POST /graphs/*/nodes", caught_by="v4-a-repeated-key-adds-nodes-once"
)
a_key_of_edges_is_ignored = keyless(ADD_EDGES, caught_by="v4-a-repeated-key-adds-edges-once")
a_key_of_a_hyperedge_is_ignored = keyless(
    "POST /graphs/*/hyperedges", caught_by="v4-a-repeated-key-adds-one-hyperedge"
)

an_episode_has_any_id = unidentified(EPISODE, caught_by="v4-an-id-is-no-address-of-an-episode")
a_node_has_any_id = unidentified(NODE, caught_by="v4-an-id-is-no-address-of-a-node")
an_edge_has_any_id = unidentified(EDGE, caught_by="v4-an-id-is-no-address-of-an-edge")
a_hyperedge_has_any_id = unidentified(
    "* /graphs/*/hyperedges/*", caught_by="v4-an-id-is-no-address-of-a-hyperedge"
)
an_observation_has_any_id = unidentified(
    "GET /graphs/*/observations/*", caught_by="v4-an-id-is-no-address-of-an-observation"
)
a_search_has_any_id = unidentified(
    "POST /graphs/*/search/*", caught_by="v4-an-id-is-no-address-of-a-search"
)
a_list_of_a_graph_has_any_id = unidentified(
    "POST /graphs/*/*/list", caught_by="v4-an-id-is-no-address-of-what-a-graph-has"
)

json_is_text = response_to(
    EPISODE,
    of_objects(lambda body: body | {"source": "text"} if body.get("source") == "json" else body),
    caught_by="v4-an-episode-has-its-type",
)
the_end_of_a_long_name_is_lost = request_to(
    NODE,
    of_objects(lambda body: body | {"name": body["name"][:50]} if body.get("name") else body),
    caught_by="v4-a-new-name-of-a-node-has-bounds",
)
words_may_be_empty = request_to(
    EDGE,
    of_objects(lambda body: without("fact")(body) if body.get("fact") == "" else body),
    caught_by="v4-new-words-of-an-edge-have-bounds",
)
a_node_of_no_edge_has_no_degree = response_to(
    "POST /graphs/*/nodes/list",
    within(
        "items",
        of_objects(lambda node: node if node.get("degree") else without("degree")(node)),
    ),
    caught_by="v4-degrees-are-counted-upwards-too",
)
a_neighbour_has_one_edge = response_to(
    "POST /graphs/*/nodes/*/neighbors",
    within("items", of_objects(lambda found: found | {"edges": found["edges"][-1:]})),
    caught_by="v4-a-neighbour-comes-once",
)
a_task_does_not_tell_nodes = response_to(
    "GET /tasks/*",
    of_objects(
        lambda task: within("result", without("node_uuids"))(task) if task.get("result") else task
    ),
    caught_by="v4-adding-nodes-is-a-task",
)
the_task_of_a_deleted_graph_has_failed = response_to(
    "GET /tasks/*",
    of_objects(lambda t: t | {"status": "failed"} if t["type"] == "graph.delete" else t),
    caught_by="v4-the-task-of-a-deleted-graph-stays",
)
an_edge_does_not_describe_its_source = request_to(
    ADD_EDGES,
    of_objects(
        lambda body: {
            **body,
            "edges": [
                edge | {"source_node": without("summary")(edge["source_node"])}
                for edge in body["edges"]
            ],
        }
    ),
    caught_by="v4-an-edge-describes-its-nodes",
)
an_edge_never_expires = request_to(
    ADD_EDGES,
    within("edges", without("expired_at")),
    caught_by="v4-an-edge-may-be-expired",
)
a_member_is_no_edge = response_to(
    "POST /graphs/*/search/edges",
    within("items", without("hyperedge_uuid")),
    caught_by="v4-members-of-a-hyperedge-are-edges",
)


@handler_of(
    "DELETE /graphs/*/hyperedges/*/edges/*", caught_by="v4-a-member-belongs-to-one-hyperedge"
)
async def any_edge_is_a_member(request: Request, app: App) -> Response:
    """Delete an edge of the graph, whatever hyperedge it is in."""
    response = await app(request)
    graph, _, _ = request.path.partition("/hyperedges/")
    if response.status == 404 and (await app.get(request.path.rpartition("/edges/")[0])).ok:
        return await app.delete(f"{graph}/edges/{request.last_part}")
    return response


@handler_of("POST /graphs/*/clone", caught_by="v4-a-clone-has-the-name-of-the-graph")
async def a_clone_is_called_so(request: Request, app: App) -> Response:
    response = await app(request)
    if response.ok:
        graphs = request.path.removesuffix("/clone").rpartition("/")[0]
        clone = f"{graphs}/{response.body['graph']['uuid']}"
        await app(Request("PATCH", clone, {"name": "Clone"}))
    return response


@handler_of("POST /graphs/lookup", caught_by="v4-a-uuid-is-not-looked-up")
async def a_uuid_is_an_id(request: Request, app: App) -> Response:
    response = await app(request)
    wanted = isinstance(request.body, dict) and request.body.get("graph_id")
    if response.status != 404 or not wanted:
        return response
    found = await app.get(f"{request.parent}/{wanted}")
    return found if found.ok else response


@handler_of(
    "PATCH /graphs/*/episodes/*", caught_by="v4-an-empty-update-of-an-episode-changes-nothing"
)
async def empty_metadata_are_metadata(request: Request, app: App) -> Response:
    response = await app(request)
    emptied = isinstance(request.body, dict) and request.body.get("metadata") == {}
    return response.changed(without("metadata")) if emptied else response


@handler_of("PATCH /graphs/*/nodes/*", caught_by="v4-an-empty-update-of-a-node-changes-nothing")
async def a_summary_that_is_null_is_removed(request: Request, app: App) -> Response:
    response = await app(request)
    removed = isinstance(request.body, dict) and request.body.get("summary", "") is None
    return response.with_fields(summary="") if removed and response.ok else response
