"""Mutants of the fields and the summary instructions of users."""

from __future__ import annotations

from typing import Any

from tests.mutants.language import fields, handler_of, of_objects, request_to, response_to, within
from tests.mutants.mutant import App, Request, Response
from tests.mutants.zep4.defects import done_in_part, key_ignored

UPDATE = "PATCH /users/*"
INSTRUCTIONS = "/users/*/summary-instructions"


@request_to(UPDATE, caught_by="v4-null-takes-a-time-zone-away")
def null_keeps_a_time_zone(request: Request) -> Request:
    kept = {name: value for name, value in request.body.items() if value is not None}
    return request._replace(body=kept)


@handler_of(UPDATE, caught_by="v4-empty-fields-change-nothing")
async def an_empty_email_is_one(request: Request, app: App) -> Response:
    response = await app(request)
    if request.body.get("email") == "":
        await app(request.with_fields(email="none@example.com"))
    return response


@handler_of(UPDATE, caught_by="v4-metadata-are-merged-at-every-depth")
async def objects_in_metadata_are_replaced(request: Request, app: App) -> Response:
    nested = [key for key, value in request.body["metadata"].items() if isinstance(value, dict)]
    await app(request._replace(body={"metadata": dict.fromkeys(nested)}))
    return await app(request)


digits_in_metadata_are_numbers = response_to(
    "GET /users/*",
    within(
        "metadata",
        of_objects(
            lambda data: {
                key: int(value) if isinstance(value, str) and value.isdigit() else value
                for key, value in data.items()
            }
        ),
    ),
    caught_by="v4-metadata-keep-their-types",
)
a_refused_update_is_done_in_part = done_in_part(
    UPDATE, "first_name", caught_by="v4-a-refused-update-changes-nothing"
)
an_update_ignores_its_key = key_ignored(UPDATE, caught_by="v4-a-repeated-key-updates-once")


@handler_of("POST /users", caught_by="v4-a-refused-user-is-not-created")
async def a_refused_user_is_created(request: Request, app: App) -> Response:
    response = await app(request)
    if response.status == 400 and request.body["user_id"]:
        await app(request._replace(body={"user_id": request.body["user_id"]}))
    return response


a_node_is_that_of_no_graph = response_to(
    "GET /users/*/node",
    fields(uuid="00000000-0000-4000-8000-000000000000"),
    caught_by="v4-the-node-of-a-user-is-in-its-graph",
)


@handler_of(f"PUT {INSTRUCTIONS}", caught_by="v4-summary-instructions-of-a-user-are-replaced")
async def summary_instructions_are_added(request: Request, app: App) -> Response:
    known = (await app.get(request.path)).body
    before: list[Any] = [] if known["inherited"] else known["instructions"]
    return await app(request.with_fields(instructions=[*before, *request.body["instructions"]]))


@request_to(f"PUT {INSTRUCTIONS}", caught_by="v4-refused-summary-instructions-change-nothing")
def instructions_of_one_name_are_one(request: Request) -> Request:
    by_name = {one["name"]: one for one in request.body["instructions"]}
    return request.with_fields(instructions=list(by_name.values()))


instructions_of_the_project_do_not_count = response_to(
    f"GET {INSTRUCTIONS}",
    lambda body: {**body, "instructions": []} if body["inherited"] else body,
    caught_by="v4-users-inherit-summary-instructions",
)
