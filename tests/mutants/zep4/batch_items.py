"""Mutants of the items of batches, of repeated requests, and of lists of batches."""

from __future__ import annotations

from tests.mutants.language import (
    fields,
    handler_of,
    of_objects,
    renumbered,
    request_to,
    response_to,
    within,
    without,
)
from tests.mutants.mutant import App, Request, Response
from tests.mutants.zep4.defects import (
    added_one_by_one,
    any_cursor_taken,
    deletion_moves_pages,
    key_ignored,
    long_page_cut,
    parameter_ignored,
)

BATCHES = "/batches"
ONE = f"{BATCHES}/*"
ITEMS = f"{ONE}/items"

a_long_page_of_batches_is_cut = long_page_cut(
    f"GET {BATCHES}", caught_by="v4-a-list-of-batches-has-bounds"
)
a_cursor_is_good_for_any_status = any_cursor_taken(
    f"GET {BATCHES}", caught_by="v4-a-cursor-of-batches-belongs-to-its-status"
)
a_deleted_batch_is_counted = deletion_moves_pages(
    f"DELETE {ONE}", f"GET {BATCHES}", caught_by="v4-pages-of-batches-are-not-moved"
)
all_batches_have_failed = parameter_ignored(
    f"GET {BATCHES}", "status", "failed", caught_by="v4-batches-are-listed-by-their-status"
)
batches_are_never_strict = response_to(
    f"GET {ONE}",
    fields(strict_ontology=False),
    caught_by="v4-a-batch-keeps-what-it-was-created-with",
)
a_batch_ignores_its_key = key_ignored(
    f"POST {BATCHES}", caught_by="v4-a-repeated-key-creates-one-batch"
)
items_ignore_their_key = key_ignored(f"POST {ITEMS}", caught_by="v4-a-repeated-key-adds-items-once")
processing_ignores_its_key = key_ignored(
    f"POST {ONE}/process", caught_by="v4-a-repeated-key-processes-once"
)
a_long_page_of_items_is_cut = long_page_cut(
    f"GET {ITEMS}", caught_by="v4-pages-of-items-have-bounds"
)
a_cursor_is_good_for_any_batch = any_cursor_taken(
    f"GET {ITEMS}", caught_by="v4-a-cursor-of-items-belongs-to-its-batch"
)
items_are_added_one_by_one = added_one_by_one(
    f"POST {ITEMS}", "items", caught_by="v4-items-are-added-all-or-none"
)


@response_to(f"POST {ITEMS}", caught_by="v4-items-are-added-after-those-before")
def each_request_begins_a_sequence(body: dict[str, list[dict[str, int]]]) -> object:
    items = [item | {"sequence_index": number} for number, item in enumerate(body["items"])]
    return {**body, "items": items}


items_have_no_thread = response_to(
    f"GET {ITEMS}",
    within("items", without("thread_uuid")),
    caught_by="v4-an-item-says-where-it-goes",
)
items_stay_pending = response_to(
    f"GET {ITEMS}",
    within("items", fields(status="pending")),
    caught_by="v4-an-item-has-its-own-status",
)
a_part_is_all = response_to(
    f"GET {ONE}",
    of_objects(lambda body: body | {"status": body["status"].replace("partial", "succeeded")}),
    caught_by="v4-a-batch-succeeds-in-part",
)
a_batch_learns_from_all_roles = request_to(
    f"POST {BATCHES}",
    of_objects(lambda body: {**body, "ignore_roles": ["norole"]} if "norole" in str(body) else {}),
    caught_by="v4-a-batch-ignores-roles",
)
items_have_no_source = request_to(
    f"POST {ITEMS}",
    within("items", without("source_description")),
    caught_by="v4-an-item-is-added-with-all-of-its-fields",
)
a_text_has_no_items = renumbered(
    f"GET {ITEMS}", 400, 404, caught_by="v4-an-id-is-no-address-of-a-batch"
)


@handler_of((f"DELETE {ONE}", f"POST {ITEMS}"), caught_by="v4-a-deleted-draft-is-in-no-list")
async def a_deleted_draft_takes_items(request: Request, app: App) -> Response:
    response = await app(request)
    if request.method == "POST" and response.status == 404:
        return Response(200, {"items": [], "rejected_items": []})
    return response
