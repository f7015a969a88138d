"""Mutants of graphs, what they hold, and what they know."""

from __future__ import annotations

from tests.mutants.language import (
    backwards,
    fields,
    pretended,
    query,
    renumbered,
    request_to,
    response_to,
    within,
    without,
)
from tests.mutants.mutant import Response

GRAPH = "GET|PATCH /graphs/*"
EPISODE = "GET|PATCH /graphs/*/episodes/*"
EPISODES = "POST /graphs/*/episodes/list"
NODES = "POST /graphs/*/nodes/list"
EDGES = "POST /graphs/*/edges/list"
ADD_EDGES = "POST /graphs/*/edges"
SEARCH = "POST /graphs/*/search/edges"
TASK = {"task": {"uuid": "00000000-0000-4000-8000-000000000000", "type": "graph.edge.delete"}}

an_empty_text_is_a_value = response_to(
    "PATCH /graphs/*",
    without("description"),
    caught_by="v4-an-update-of-a-graph-leaves-other-fields",
)
a_graph_of_a_user_is_standard = response_to(
    GRAPH, fields(type="standard"), caught_by="v4-the-graph-of-a-user-has-two-addresses"
)
graphs_are_not_searched = request_to(
    "POST /graphs/list", without("search"), caught_by="v4-a-search-finds-graphs"
)
a_clone_is_empty = response_to(
    EPISODES, fields(items=[]), caught_by="v4-a-clone-has-what-the-graph-has"
)
a_look_up_of_two_finds_one = renumbered(
    "POST /graphs/lookup", 400, 404, caught_by="v4-a-graph-is-looked-up-by-one-id"
)
a_context_ignores_its_length = request_to(
    "POST /graphs/*/context",
    without("max_characters"),
    caught_by="v4-a-context-is-as-long-as-wanted",
)
a_context_shows_results_always = request_to(
    "POST /graphs/*/context", fields(include_results=True), caught_by="v4-a-context-has-what-fits"
)
a_subgraph_has_one_depth = request_to(
    "POST /graphs/*/subgraph",
    without("depth"),
    caught_by="v4-a-subgraph-reaches-as-far-as-its-depth",
)
a_subgraph_has_no_direction = request_to(
    "POST /graphs/*/subgraph",
    without("direction"),
    caught_by="v4-a-subgraph-follows-edges-in-a-direction",
)
a_cut_subgraph_does_not_tell = response_to(
    "POST /graphs/*/subgraph",
    fields(truncated=False),
    caught_by="v4-a-subgraph-tells-its-limit",
)
a_search_ignores_filters = request_to(
    SEARCH, without("filters"), caught_by="v4-a-search-of-edges-passes-filters"
)
a_search_ignores_its_reranker = request_to(
    SEARCH, without("reranker"), caught_by="v4-a-search-of-edges-goes-by-distance"
)
a_search_begins_again = request_to(
    SEARCH, query(cursor=None), caught_by="v4-a-search-of-edges-has-pages"
)
the_worst_edge_comes_first = response_to(
    SEARCH, within("items", backwards), caught_by="v4-the-best-edge-comes-first"
)
an_unsupported_filter_is_just_wrong = response_to(
    "POST /graphs/*/search/nodes",
    lambda body: {"error": body["error"] | {"code": "invalid_request"}},
    when=400,
    caught_by="v4-a-search-of-nodes-refuses-other-filters",
)
an_episode_loses_its_document = response_to(
    EPISODE, without("document_id"), caught_by="v4-an-episode-is-read-as-it-was-written"
)
an_added_episode_is_200 = renumbered(
    "POST /graphs/*/episodes", 202, 200, caught_by="v4-an-episode-is-read-as-it-was-written"
)
the_oldest_episode_comes_first = response_to(
    EPISODES, within("items", backwards), caught_by="v4-the-newest-episode-comes-first"
)
episodes_are_not_filtered = request_to(
    EPISODES, without("filters"), caught_by="v4-episodes-are-filtered-by-metadata"
)
a_deleted_episode_stays = pretended(
    "DELETE /graphs/*/episodes/*",
    Response(202, TASK),
    caught_by="v4-a-deleted-episode-takes-what-it-told",
)
metadata_are_replaced = response_to(
    "PATCH /graphs/*/episodes/*",
    within("metadata", without("a")),
    caught_by="v4-metadata-of-an-episode-are-merged",
)
a_node_has_its_degree_always = response_to(
    "GET /graphs/*/nodes/*", fields(degree=0), caught_by="v4-a-node-is-read-as-it-was-written"
)
nodes_are_listed_upwards = request_to(
    NODES, query(order="asc"), caught_by="v4-nodes-are-listed-by-uuid-downwards"
)
nodes_are_not_filtered = request_to(NODES, without("filters"), caught_by="v4-nodes-are-filtered")
neighbours_have_no_direction = request_to(
    "POST /graphs/*/nodes/*/neighbors",
    without("direction"),
    caught_by="v4-neighbours-have-the-edges-between",
)
edges_are_always_deduplicated = request_to(
    ADD_EDGES, fields(deduplicate=True), caught_by="v4-an-edge-makes-its-nodes"
)
edges_are_never_deduplicated = request_to(
    ADD_EDGES, fields(deduplicate=False), caught_by="v4-edges-are-deduplicated-on-demand"
)
edges_are_ordered_by_uuid = request_to(
    EDGES, query(order_by=None), caught_by="v4-edges-without-a-date-are-the-oldest"
)
a_deleted_edge_stays = pretended(
    "DELETE /graphs/*/edges/*", Response(202, TASK), caught_by="v4-a-deleted-edge-leaves-its-nodes"
)
a_member_does_not_know_its_hyperedge = response_to(
    "GET /graphs/*/edges/*",
    without("hyperedge_uuid"),
    caught_by="v4-a-hyperedge-is-read-as-it-was-written",
)
a_pair_is_a_hyperedge = renumbered(
    "POST /graphs/*/hyperedges", 400, 202, caught_by="v4-a-hyperedge-has-three-nodes"
)
new_words_are_only_shown = pretended(
    "PATCH /graphs/*/hyperedges/*",
    Response(200, {"fact": "Acme is theirs."}),
    caught_by="v4-the-members-of-a-hyperedge-share-their-words",
)
hyperedges_are_not_filtered = request_to(
    "POST /graphs/*/hyperedges/list",
    without("filters"),
    caught_by="v4-hyperedges-are-filtered-by-members",
)
observations_are_never_found = response_to(
    "POST /graphs/*/search/observations", fields(items=[]), caught_by="v4-observations-are-found"
)
settings_are_never_inherited = response_to(
    "GET|PUT /graphs/*/ontology",
    fields(inherited=False),
    caught_by="v4-a-graph-has-its-own-ontology",
)
an_ontology_is_not_kept = pretended(
    "PUT /graphs/*/ontology",
    Response(200, {"inherited": False, "entity_types": [], "edge_types": []}),
    caught_by="v4-a-graph-has-its-own-ontology",
)
a_policy_has_no_events = response_to(
    "POST /graphs/*/content-policy/events/list",
    fields(items=[], total_size=0),
    caught_by="v4-a-graph-adds-to-the-policy",
)
