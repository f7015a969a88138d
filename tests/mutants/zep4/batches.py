"""Mutants of batches, tasks and debug logging."""

from __future__ import annotations

from tests.mutants.language import (
    backwards,
    fields,
    handler_of,
    query,
    renumbered,
    request_to,
    response_to,
    within,
    without,
)
from tests.mutants.mutant import App, Request, Response

ONE = "/batches/*"
ITEMS = f"{ONE}/items"

a_created_batch_is_200 = renumbered(
    "POST /batches", 201, 200, caught_by="v4-a-batch-is-created-as-a-draft"
)
a_batch_loses_its_metadata = response_to(
    f"GET {ONE}", without("strict_ontology", "uuid"), caught_by="v4-a-batch-is-created-as-a-draft"
)
items_are_listed_backwards = response_to(
    f"GET {ITEMS}", within("items", backwards), caught_by="v4-items-are-added-in-their-order"
)
items_have_no_user = response_to(
    f"POST {ITEMS}",
    within("items", without("user_uuid")),
    caught_by="v4-items-are-added-in-their-order",
)
a_cursor_of_items_is_ignored = request_to(
    f"GET {ITEMS}", query(cursor=None), caught_by="v4-items-come-in-pages"
)
rejected_items_are_not_told = response_to(
    f"POST {ITEMS}",
    fields(rejected_items=[]),
    caught_by="v4-an-item-without-a-graph-is-rejected",
)
a_batch_never_ends = response_to(
    f"GET {ONE}", fields(status="processing"), caught_by="v4-a-batch-is-processed"
)
processing_is_200 = renumbered(f"POST {ONE}/process", 202, 200, caught_by="v4-a-batch-is-processed")
a_processed_batch_is_400 = renumbered(
    f"POST {ONE}/process", 409, 400, caught_by="v4-a-batch-is-processed-once"
)
a_deleted_draft_is_200 = renumbered(f"DELETE {ONE}", 204, 200, caught_by="v4-a-draft-is-deleted")
a_status_of_batches_is_ignored = request_to(
    "GET /batches", query(status=None), caught_by="v4-batches-are-listed-newest-first"
)
a_type_of_tasks_is_ignored = request_to(
    "GET /tasks", query(type=None, status=None), caught_by="v4-tasks-are-listed-newest-first"
)
a_task_never_ends = response_to(
    "GET /tasks/*", fields(status="processing"), caught_by="v4-a-task-tells-how-far-work-is"
)
debug_logging_lasts_a_minute = response_to(
    "POST /debug-logs/enable",
    fields(duration_seconds=60),
    caught_by="v4-debug-logging-is-enabled-for-a-time",
)


@handler_of(f"DELETE {ONE}", caught_by="v4-a-batch-is-processed-once")
async def processed_batches_are_deleted(request: Request, app: App) -> Response:
    response = await app(request)
    return Response(204, None) if response.status == 409 else response
