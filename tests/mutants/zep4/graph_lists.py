"""Mutants of the lists of what a graph has: their orders, pages, sizes and cursors."""

from __future__ import annotations

from tests.mutants.language import (
    Where,
    default_query,
    handler_of,
    query,
    request_to,
)
from tests.mutants.mutant import App, Mutant, Request, Response

GRAPHS = "POST /graphs/list"
EPISODES = "POST /graphs/*/episodes/list"
NODES = "POST /graphs/*/nodes/list"
EDGES = "POST /graphs/*/edges/list"


def turned(where: Where, order_by: str, *, caught_by: str) -> Mutant:
    """Make a mutant that turns one order of a list round."""

    def change(request: Request) -> Request:
        given = request.parameters
        if given.get("order_by") != order_by:
            return request
        return request.with_query(order="desc" if given.get("order") == "asc" else "asc")

    return request_to(where, change, caught_by=caught_by)


def one_way(where: Where, order_by: str, *, caught_by: str) -> Mutant:
    """Make a mutant that has one direction of an order only."""

    def change(request: Request) -> Request:
        wrong = request.parameters.get("order_by") == order_by
        return request.with_query(order=None) if wrong else request

    return request_to(where, change, caught_by=caught_by)


def lenient(where: Where, *, caught_by: str) -> Mutant:
    """Make a mutant that begins a list again when it does not know the cursor."""

    async def handler(request: Request, app: App) -> Response:
        response = await app(request)
        if response.status == 400 and "cursor" in request.parameters:
            return await app(request.with_query(cursor=None))
        return response

    return handler_of(where, caught_by=caught_by)(handler)


def sized(where: Where, size: str, fitting: str, *, caught_by: str) -> Mutant:
    """Make a mutant that replaces a page size by one that fits."""

    def change(request: Request) -> Request:
        wrong = request.parameters.get("page_size") == size
        return request.with_query(page_size=fitting) if wrong else request

    return request_to(where, change, caught_by=caught_by)


graphs_go_one_way_by_uuid = one_way(GRAPHS, "uuid", caught_by="v4-graphs-are-ordered-by-uuid")
graphs_are_turned_by_name = request_to(
    GRAPHS,
    lambda request: (
        default_query(order="asc")(request)
        if request.parameters.get("order_by") == "name"
        else request
    ),
    caught_by="v4-graphs-are-ordered-by-name",
)
episodes_go_one_way_by_uuid = one_way(EPISODES, "uuid", caught_by="v4-episodes-are-ordered-by-uuid")
nodes_are_turned_by_creation = turned(
    NODES, "created_at", caught_by="v4-nodes-are-ordered-by-creation"
)
edges_are_turned_by_creation = turned(
    EDGES, "created_at", caught_by="v4-edges-are-ordered-by-creation"
)
observations_are_turned_by_creation = turned(
    "POST /graphs/*/observations/list",
    "created_at",
    caught_by="v4-observations-are-ordered-by-creation",
)
neighbours_are_turned_by_creation = turned(
    "POST /graphs/*/nodes/*/neighbors",
    "created_at",
    caught_by="v4-neighbours-have-orders-and-bounds",
)
summaries_of_documents_are_turned = turned(
    "POST /graphs/*/document-summaries/list",
    "created_at",
    caught_by="v4-summaries-of-documents-are-listed-in-pages",
)
summaries_of_threads_are_turned = turned(
    "POST /graphs/*/thread-summaries/list",
    "created_at",
    caught_by="v4-summaries-of-threads-are-listed-in-pages",
)

any_cursor_of_graphs_fits = lenient(GRAPHS, caught_by="v4-a-cursor-of-graphs-belongs-to-its-list")
any_cursor_of_a_search_of_nodes_fits = lenient(
    "POST /graphs/*/search/nodes", caught_by="v4-a-cursor-of-a-search-belongs-to-its-query"
)

a_big_page_of_graphs_is_cut = sized(
    GRAPHS, "101", "100", caught_by="v4-pages-of-graphs-have-bounds"
)
no_episode_is_one_episode = sized(
    EPISODES, "0", "1", caught_by="v4-a-cursor-of-episodes-belongs-to-its-list"
)
a_big_page_of_summaries_is_cut = sized(
    "POST /graphs/*/thread-summaries/list",
    "101",
    "100",
    caught_by="v4-lists-of-summaries-have-bounds",
)
a_big_page_of_results_is_cut = sized(
    "POST /graphs/*/search/nodes", "51", "50", caught_by="v4-a-page-of-a-search-has-bounds"
)
a_page_of_results_has_fifty = request_to(
    "POST /graphs/*/search/*",
    default_query(page_size="50"),
    caught_by="v4-a-page-of-a-search-has-ten-results",
)

a_search_of_nodes_begins_again = request_to(
    "POST /graphs/*/search/nodes",
    query(cursor=None),
    caught_by="v4-a-search-of-nodes-has-pages",
)
a_search_of_episodes_begins_again = request_to(
    "POST /graphs/*/search/episodes",
    query(cursor=None),
    caught_by="v4-a-search-of-episodes-has-pages",
)
a_search_of_observations_begins_again = request_to(
    "POST /graphs/*/search/observations",
    query(cursor=None),
    caught_by="v4-a-search-of-observations-has-pages",
)
a_search_of_summaries_begins_again = request_to(
    "POST /graphs/*/search/thread-summaries",
    query(cursor=None),
    caught_by="v4-a-search-of-thread-summaries-has-pages",
)
a_document_begins_again = request_to(
    "GET /graphs/*/documents/*/episodes",
    query(cursor=None),
    caught_by="v4-documents-are-listed-in-pages",
)


@handler_of(GRAPHS, caught_by="v4-pages-of-graphs-bear-changes")
async def a_cursor_of_graphs_is_an_offset(request: Request, app: App) -> Response:
    """Count graphs from the first one of the list, wherever the page before ended."""
    given = request.parameters.get("cursor", "")
    response = await app(request)
    if response.ok and not given:
        app.memory[response.body.get("next_cursor") or ""] = len(response.body["items"])
        return response
    start = app.memory.get(given)
    if start is None or not response.ok:
        return response
    size = int(request.parameters.get("page_size", 50))
    whole = await app(request.with_query(cursor=None, page_size="100"))
    app.memory[response.body.get("next_cursor") or ""] = start + size
    return response.with_fields(items=whole.body["items"][start : start + size])


@handler_of(EPISODES, caught_by="v4-pages-of-episodes-bear-deletes")
async def a_cursor_needs_its_episode(request: Request, app: App) -> Response:
    """Begin again when the last episode of the page before is gone."""
    last = app.memory.get(request.parameters.get("cursor", ""))
    if last and not (await app.get(last)).ok:
        request = request.with_query(cursor=None)
    response = await app(request)
    if response.ok and response.body.get("next_cursor"):
        path = f"{request.parent}/{response.body['items'][-1]['uuid']}"
        app.memory[response.body["next_cursor"]] = path
    return response


@handler_of((GRAPHS, "POST /users"), caught_by="v4-the-graph-of-a-user-is-not-listed")
async def graphs_of_users_are_listed(request: Request, app: App) -> Response:
    """List the graph of a user whose id contains what is searched for."""
    response = await app(request)
    if not response.ok or not isinstance(request.body, dict):
        return response
    if request.last_part == "users":
        app.memory[request.body.get("user_id") or ""] = response.body["graph_uuid"]
        return response
    wanted = request.body.get("search") or " "
    found = [uuid for name, uuid in app.memory.items() if wanted in name]
    graphs = [(await app.get(f"{request.parent}/{uuid}")).body for uuid in found]
    return response.with_fields(
        items=[*response.body["items"], *graphs],
        total_size=response.body["total_size"] + len(graphs),
    )


@handler_of(GRAPHS, caught_by="v4-a-search-for-nothing-finds-all-graphs")
async def a_search_for_nothing_finds_nothing(request: Request, app: App) -> Response:
    response = await app(request)
    empty = isinstance(request.body, dict) and request.body.get("search") == ""
    return response.with_fields(items=[], total_size=0) if empty else response
