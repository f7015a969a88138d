"""Mutants of graphs as v3 has them: what they are, what is in them, and how it is found."""

from __future__ import annotations

from tests.mutants.language import (
    backwards,
    fields,
    handler_of,
    of_objects,
    pretended,
    query,
    renumbered,
    request_to,
    response_to,
    within,
    without,
)
from tests.mutants.mutant import App, Request, Response
from tests.mutants.zep.parts import OK

CREATE = "POST /graph/create"
GRAPHS = "GET /graph/list-all"
DATA = "POST /graph"
TRIPLE = "POST /graph/add-fact-triple"
NODES = "POST /graph/nodes"
TYPES = "PUT /entity-types"
EDGES = "POST /graph/edge/graph/*"
LISTED_NODES = "POST /graph/node/graph/*"
NEIGHBORS = "POST /graph/node/*/neighbors"
EPISODES = "POST /graph/episodes/graph/*"
SEARCH = "POST /graph/search"
SUBGRAPH = "POST /graph/subgraph"
PATTERNS = "POST /graph/patterns"

a_created_graph_is_200 = renumbered(
    CREATE, 201, 200, caught_by="v3-a-graph-is-read-as-it-was-created"
)
a_graph_has_no_time_zone = request_to(
    CREATE, without("time_zone"), caught_by="v3-a-graph-is-read-as-it-was-created"
)
an_update_of_a_graph_is_lost = request_to(
    "PATCH /graph/*", without("name"), caught_by="v3-an-update-of-a-graph-keeps-the-rest"
)
a_deleted_graph_stays = pretended("DELETE /graph/*", OK, caught_by="v3-a-deleted-graph-is-gone")
graphs_are_not_searched = request_to(GRAPHS, query(search=None), caught_by="v3-graphs-are-searched")
graphs_are_never_sorted = request_to(GRAPHS, query(order_by=None), caught_by="v3-graphs-are-sorted")
pages_of_graphs_are_all_the_first = request_to(
    GRAPHS, query(pageNumber=None), caught_by="v3-graphs-are-sorted"
)
metadata_of_data_are_lost = request_to(
    DATA, without("metadata"), caught_by="v3-data-keep-what-is-said-of-them"
)
documents_of_batches_are_lost = request_to(
    "POST /graph-batch", without("document_id"), caught_by="v3-a-batch-has-one-document"
)


@handler_of("POST /graph-batch", caught_by="v3-at-most-twenty-data-are-added-at-once")
async def any_number_of_data_is_added(request: Request, app: App) -> Response:
    episodes = request.body.get("episodes", [])
    if len(episodes) <= 20:
        return await app(request)
    await app(request.with_fields(episodes=episodes[:20]))
    return await app(request.with_fields(episodes=episodes[20:]))


labels_of_triples_are_lost = request_to(
    TRIPLE,
    without("source_node_labels", "target_node_labels"),
    caught_by="v3-a-fact-triple-keeps-labels-and-attributes",
)
metadata_of_triples_are_lost = request_to(
    TRIPLE, without("metadata"), caught_by="v3-metadata-of-a-triple-are-those-of-an-episode"
)
labels_of_added_nodes_are_lost = request_to(
    NODES,
    within("nodes", without("label")),
    caught_by="v3-added-nodes-are-read-as-they-were-added",
)
types_are_those_of_the_project = request_to(
    TYPES, without("graph_ids", "user_ids"), caught_by="v3-types-of-a-graph-are-its-own"
)
edges_are_not_filtered = request_to(
    EDGES, without("filters"), caught_by="v3-edges-are-filtered-by-name-and-node"
)
a_cursor_of_edges_is_ignored = request_to(
    EDGES, without("cursor"), caught_by="v3-edges-are-listed-page-after-page"
)
edges_are_sorted_upwards = request_to(
    EDGES, fields(direction="asc"), caught_by="v3-edges-are-sorted-by-time"
)
dates_of_edges_are_not_filtered = request_to(
    EDGES,
    within("filters", without("invalid_at")),
    caught_by="v3-edges-are-filtered-by-dates",
)
attributes_of_edges_are_not_filtered = request_to(
    EDGES,
    within("filters", without("property_filters")),
    caught_by="v3-edges-are-filtered-by-attributes",
)
attributes_of_edges_stay = request_to(
    "PATCH /graph/edge/*",
    without("attributes"),
    caught_by="v3-an-update-of-an-edge-keeps-the-rest",
)
an_edge_has_no_names = response_to(
    "GET /graph/edge/*",
    without("source_node_name", "target_node_name"),
    caught_by="v3-an-edge-names-its-nodes-as-they-are-now",
)
degrees_are_not_shown = response_to(
    LISTED_NODES, without("degree"), caught_by="v3-only-nodes-are-sorted-by-degree"
)
a_deleted_node_stays = pretended(
    "DELETE /graph/node/*", OK, caught_by="v3-a-deleted-node-takes-its-edges-along"
)
nodes_of_all_labels_are_listed = request_to(
    LISTED_NODES, without("filters"), caught_by="v3-nodes-are-filtered-by-labels"
)
a_node_names_its_first_episode_first = response_to(
    LISTED_NODES,
    of_objects(within("episodes", backwards)),
    caught_by="v3-a-node-names-its-episodes",
)
neighbors_of_both_directions_come = request_to(
    NEIGHBORS,
    without("direction"),
    caught_by="v3-neighbors-are-the-nodes-at-the-other-ends",
)
neighbors_have_one_edge = response_to(
    NEIGHBORS,
    of_objects(within("edges", lambda edges: edges[:1])),
    caught_by="v3-each-neighbor-is-there-once",
)
episodes_of_all_metadata_come = request_to(
    EPISODES,
    without("episode_metadata_filters"),
    caught_by="v3-episodes-are-filtered-by-metadata",
)
episodes_of_all_nodes_come = request_to(
    EPISODES,
    without("mentioned_node_uuids"),
    caught_by="v3-episodes-are-filtered-by-what-they-tell-of",
)
an_observation_outlives_its_episodes = pretended(
    "DELETE /graph/episodes/*", OK, caught_by="v3-what-two-episodes-tell-of-is-observed"
)
auto_has_no_bound = request_to(
    SEARCH, without("max_characters"), caught_by="v3-auto-writes-a-context"
)
a_search_minds_no_filters = request_to(
    SEARCH, without("search_filters"), caught_by="v3-a-search-minds-filters-of-edges"
)
everything_is_relevant = response_to(
    SEARCH,
    within("edges", fields(relevance=1)),
    caught_by="v3-only-a-cross-encoder-tells-relevance",
)
a_subgraph_is_always_shallow = request_to(
    SUBGRAPH, without("depth"), caught_by="v3-a-subgraph-ends-at-its-depth"
)
a_subgraph_goes_both_ways = request_to(
    SUBGRAPH, without("direction"), caught_by="v3-a-subgraph-follows-its-direction"
)
a_subgraph_is_never_truncated = response_to(
    SUBGRAPH, fields(truncated=False), caught_by="v3-a-subgraph-says-what-cut-it"
)
patterns_occur_once = request_to(
    PATTERNS, fields(min_occurrences=1), caught_by="v3-relationships-are-counted"
)

a_clone_has_no_source = request_to(
    "POST /graph/clone", without("source_graph_id"), caught_by="v3-a-clone-is-apart-from-the-first"
)
