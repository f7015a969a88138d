"""Mutants of users, pages and look-ups."""

from __future__ import annotations

from urllib.parse import parse_qsl

from tests.mutants.language import (
    backwards,
    copied,
    fields,
    handler_of,
    of_objects,
    query,
    renumbered,
    request_to,
    response_to,
    within,
    without,
)
from tests.mutants.mutant import App, Request, Response
from tests.mutants.zep4.defects import key_ignored

ONE = "GET|PATCH /users/*"
CREATE = "POST /users"
LIST = "POST /users/list"

a_created_user_is_200 = renumbered(
    CREATE, 201, 200, caught_by="v4-a-user-is-read-as-it-was-written"
)
a_taken_id_is_400 = renumbered(CREATE, 409, 400, caught_by="v4-a-taken-user-id-is-409")
a_user_has_no_time_zone = response_to(
    ONE, without("time_zone"), caught_by="v4-a-user-is-read-as-it-was-written"
)
a_nameless_user_shows_its_uuid_as_id = response_to(
    "GET /users/*",
    lambda body: {"user_id": body["uuid"]} | body,
    caught_by="v4-a-user-needs-no-id",
)
the_graph_is_the_user = response_to(
    CREATE, copied(graph_uuid="uuid"), caught_by="v4-a-user-is-read-as-it-was-written"
)
an_older_id_is_not_found = renumbered(
    "GET /users/*", 400, 404, caught_by="v4-an-older-id-is-no-address"
)
errors_have_one_code = response_to(
    ONE,
    lambda body: {"error": body["error"] | {"code": "error"}},
    when=(400, 404),
    caught_by="v4-an-unknown-user-is-404",
)
false_is_no_value = request_to(
    "PATCH /users/*",
    of_objects(lambda body: {name: value for name, value in body.items() if value}),
    caught_by="v4-false-is-a-value",
)
a_search_is_ignored = request_to(
    LIST, without("search"), caught_by="v4-a-search-finds-ids-emails-and-names"
)
an_order_is_ignored = request_to(
    LIST, query(order_by=None), caught_by="v4-users-are-sorted-as-asked"
)
pages_are_backwards = response_to(
    LIST, within("items", backwards), caught_by="v4-pages-follow-each-other"
)
a_page_counts_itself = response_to(
    LIST,
    lambda body: body | {"total_size": len(body["items"])},
    caught_by="v4-pages-follow-each-other",
)
a_cursor_is_ignored = request_to(LIST, query(cursor=None), caught_by="v4-pages-follow-each-other")
the_last_page_has_a_cursor_too = response_to(
    LIST,
    lambda body: body | {"next_cursor": body["next_cursor"] or "again"},
    caught_by="v4-pages-follow-each-other",
)
a_deletion_has_no_task = response_to(
    "DELETE /users/*", lambda body: {"task": {}}, caught_by="v4-a-deletion-is-a-task"
)
a_deletion_is_200 = renumbered("DELETE /users/*", 202, 200, caught_by="v4-a-deletion-is-a-task")
unknown_ids_are_left_out = response_to(
    "POST /lookup",
    lambda body: {"items": [item for item in body["items"] if item["found"]]},
    caught_by="v4-ids-are-looked-up-together",
)
a_node_has_another_name = response_to(
    "GET /users/*/node", fields(name="User"), caught_by="v4-a-user-has-a-node"
)
instructions_are_never_inherited = response_to(
    "GET /users/*/summary-instructions",
    fields(inherited=False),
    caught_by="v4-instructions-are-inherited-until-set",
)


null_does_not_remove_metadata = request_to(
    "PATCH /users/*",
    within(
        "metadata",
        of_objects(lambda news: {key: value for key, value in news.items() if value is not None}),
    ),
    caught_by="v4-metadata-is-merged-and-null-removes",
)


@handler_of(LIST, caught_by="v4-a-page-is-not-moved-by-others")
async def a_cursor_is_an_offset(request: Request, app: App) -> Response:
    """Count items from the first one, which others may precede."""
    parameters = dict(parse_qsl(request.query))
    start, size = int(parameters.get("cursor", 0)), int(parameters.get("page_size", 50))
    response = await app(request.with_query(cursor=None, page_size="100"))
    items = response.body["items"]
    more = str(start + size) if len(items) > start + size else None
    return response.with_fields(items=items[start : start + size], next_cursor=more)


a_key_is_ignored = key_ignored(CREATE, caught_by="v4-a-repeated-key-creates-nothing-twice")
a_long_id_is_cut = request_to(
    CREATE,
    of_objects(lambda body: body | {"user_id": body["user_id"][:500]}),
    caught_by="v4-a-user-id-has-at-most-500-characters",
)
