"""Mutants of batches and tasks, from v3 on."""

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

ONE = "/batches/*"
ITEMS = f"{ONE}/items"

a_batch_loses_its_metadata = response_to(
    "POST /batches", without("metadata"), caught_by="v3-a-batch-is-created-as-a-draft"
)
ignored_roles_are_forgotten = request_to(
    "POST /batches", without("ignore_roles"), caught_by="v3-an-ignored-role-stays-out-of-the-graph"
)
items_are_listed_backwards = response_to(
    f"GET {ITEMS}", within("items", backwards), caught_by="v3-items-are-added-in-their-order"
)
items_are_not_counted = response_to(
    f"GET {ONE}", fields(item_count=0), caught_by="v3-items-are-added-in-their-order"
)
a_cursor_of_items_is_ignored = request_to(
    f"GET {ITEMS}", query(cursor=None), caught_by="v3-items-come-in-pages"
)
a_batch_never_ends = response_to(
    f"GET {ONE}", fields(status="processing"), caught_by="v3-a-batch-is-processed"
)
a_deleted_batch_stays = pretended(f"DELETE {ONE}", OK, caught_by="v3-a-draft-is-deleted")
a_processed_batch_is_400 = renumbered(
    f"POST {ONE}/process", 409, 400, caught_by="v3-a-batch-is-processed-once"
)
a_status_of_batches_is_ignored = request_to(
    "GET /batches", query(status=None), caught_by="v3-batches-are-listed-newest-first"
)
a_first_item_is_enough = request_to(
    f"POST {ITEMS}",
    of_objects(lambda body: {**body, "items": body["items"][:1]}),
    caught_by="v3-items-are-added-in-their-order",
)
an_unknown_task_is_400 = renumbered("GET /tasks/*", 404, 400, caught_by="v3-an-unknown-task-is-404")
a_task_never_ends = response_to(
    "GET /tasks/*",
    fields(status="processing", completed_at=None),
    caught_by="v3-a-task-tells-how-far-work-is",
)


@handler_of(f"POST {ITEMS}", caught_by="v3-an-item-for-nobody-is-404")
async def items_for_nobody_are_dropped(request: Request, app: App) -> Response:
    response = await app(request)
    return Response(200, []) if response.status == 404 else response
