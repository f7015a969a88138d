"""Mutants of searches, contexts and subgraphs of a graph, and of the filters of its lists."""

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

CONTEXT = "POST /graphs/*/context"
SUBGRAPH = "POST /graphs/*/subgraph"
EPISODES = "POST /graphs/*/episodes/list"


def unfiltered(where: Where, name: str, *, caught_by: str) -> Mutant:
    """Make a mutant that does not know a filter."""

    def change(body: dict[str, Any]) -> dict[str, Any]:
        filters = body.get("filters")
        return {**body, "filters": without(name)(filters)} if filters else body

    return request_to(where, of_objects(change), caught_by=caught_by)


def compared(where: Where, operator: str, other: str, *, caught_by: str) -> Mutant:
    """Make a mutant that takes one comparison for another, in all filters."""

    def changed(value: Any) -> Any:
        if isinstance(value, list):
            return [changed(item) for item in value]
        if not isinstance(value, dict):
            return value
        same = {name: changed(part) for name, part in value.items()}
        return same | {"operator": other} if same.get("operator") == operator else same

    def change(request: Request) -> Request:
        return request._replace(body=changed(request.body))

    return request_to(where, change, caught_by=caught_by)


def replaced(where: Where, name: str, old: Any, new: Any, *, caught_by: str) -> Mutant:
    """Make a mutant that takes a value of a field for another one."""
    change = of_objects(lambda body: body | {name: new} if body.get(name) == old else body)
    return request_to(where, change, caught_by=caught_by)


origins_are_ignored = request_to(
    "POST /graphs/*/search/*",
    without("bfs_origin_node_uuids"),
    caught_by="v4-a-search-begins-at-origins",
)
attributes_of_edges_are_not_searched = unfiltered(
    "POST /graphs/*/search/edges",
    "property_filters",
    caught_by="v4-a-search-of-edges-compares-attributes",
)
metadata_of_edges_are_not_searched = unfiltered(
    "POST /graphs/*/search/edges",
    "metadata_filters",
    caught_by="v4-a-search-of-edges-knows-their-episodes",
)
metadata_of_threads_are_not_searched = unfiltered(
    "POST /graphs/*/search/thread-summaries",
    "metadata_filters",
    caught_by="v4-a-search-of-thread-summaries-knows-metadata",
)
a_result_has_no_name = response_to(
    "POST /graphs/*/search/edges",
    within("items", without("source_node_name")),
    caught_by="v4-a-search-shows-what-a-read-shows",
)
an_unknown_bias_is_none = replaced(
    CONTEXT, "recency_bias", "huge", "off", caught_by="v4-a-context-has-bounds"
)
a_subgraph_has_one_seed = request_to(
    SUBGRAPH,
    of_objects(
        lambda body: (
            body | {"seed_node_uuids": body["seed_node_uuids"][:1]}
            if len(body["seed_node_uuids"]) < 20
            else body
        )
    ),
    caught_by="v4-a-subgraph-grows-from-all-seeds",
)

nodes_do_not_know_the_names_of_edges = unfiltered(
    "POST /graphs/*/nodes/list",
    "exclude_edge_types",
    caught_by="v4-nodes-are-filtered-by-their-edges",
)
nodes_do_not_know_metadata = unfiltered(
    "POST /graphs/*/nodes/list",
    "metadata_filters",
    caught_by="v4-nodes-are-filtered-by-their-episodes",
)
edges_do_not_know_attributes = unfiltered(
    "POST /graphs/*/edges/list",
    "property_filters",
    caught_by="v4-edges-are-filtered-by-what-they-say",
)
observations_do_not_know_properties = unfiltered(
    "POST /graphs/*/observations/list",
    "property_filters",
    caught_by="v4-observations-are-filtered-by-properties",
)
the_same_attribute_is_not_greater = compared(
    "POST /graphs/*/nodes/list", "lte", "lt", caught_by="v4-attributes-of-nodes-are-compared"
)
the_same_number_is_not_enough = compared(
    EPISODES, "gte", "gt", caught_by="v4-numbers-of-metadata-are-compared"
)
groups_of_filters_are_ignored = request_to(
    EPISODES,
    of_objects(
        lambda body: (
            within("filters.metadata_filters", without("groups"))(body)
            if (body.get("filters") or {}).get("metadata_filters")
            else body
        )
    ),
    caught_by="v4-groups-of-metadata-filters-nest",
)


@handler_of(CONTEXT, caught_by="v4-a-context-is-written-by-a-template")
async def a_template_is_only_looked_up(request: Request, app: App) -> Response:
    """Refuse unknown templates, and write the context without the known ones."""
    response = await app(request)
    if not response.ok or not isinstance(request.body, dict):
        return response
    return await app(request._replace(body=without("template_uuid")(request.body)))


@handler_of(
    ("GET /graphs/*/observations/*", "POST /graphs/*/search/observations"),
    caught_by="v4-an-observation-ends-with-its-episodes",
)
async def an_observation_stays(request: Request, app: App) -> Response:
    """Answer with an observation as long as it has been found once."""
    response = await app(request)
    if request.method == "GET":
        return app.memory.get(request.path) or response
    graph = request.path.removesuffix("/search/observations")
    for found in response.body["items"] if response.ok else ():
        path = f"{graph}/observations/{found['uuid']}"
        app.memory[path] = await app.get(path)
    return response
