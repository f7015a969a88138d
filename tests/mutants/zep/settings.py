"""Mutants of context templates, the project, steering and instructions, from v3 on."""

from __future__ import annotations

from typing import Any

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
from tests.mutants.zep.parts import API, OK

TEMPLATES = "/context-templates"
TEMPLATE = f"{TEMPLATES}/*"
STEERING = "/projects/observation-steering"
CUSTOM, SUMMARY = "/custom-instructions", "/user-summary-instructions"

a_template_has_a_new_uuid = response_to(
    f"PUT {TEMPLATE}",
    fields(uuid="2b214ddf-3326-4165-a9af-cb268f63623b"),
    caught_by="v3-a-template-is-updated",
)
a_deleted_template_stays = pretended(
    f"DELETE {TEMPLATE}", OK, caught_by="v3-a-deleted-template-is-gone"
)
a_taken_template_id_is_409 = renumbered(
    f"POST {TEMPLATES}", 400, 409, caught_by="v3-a-taken-template-id-is-400"
)


@handler_of(f"POST {TEMPLATES}", caught_by="v3-an-unknown-variable-is-400")
async def unknown_variables_are_text(request: Request, app: App) -> Response:
    body = request.body
    if "%{facts}" not in body["template"]:
        return await app(request)
    return await app(request._replace(body={**body, "template": "facts"}))


@request_to(f"POST {TEMPLATES}", caught_by="v3-a-limit-out-of-range-is-400")
def high_limits_are_lowered(request: Request) -> Request:
    template = request.body["template"].replace("limit=1001", "limit=1000")
    return request._replace(body={**request.body, "template": template})


variables_are_not_replaced = response_to(
    "GET /threads/*/context",
    lambda body: {**body, "context": body["context"].replace("||", "|%{edges}|")},
    caught_by="v3-a-template-shapes-the-context",
)
the_time_zone_is_not_kept = response_to(
    "GET /projects/info",
    within("project", without("default_time_zone")),
    caught_by="v3-the-time-zone-of-the-project-is-set",
)
null_changes_no_time_zone = request_to(
    "PATCH /projects/info",
    of_objects(lambda body: {name: value for name, value in body.items() if value is not None}),
    caught_by="v3-null-takes-the-time-zone-of-the-project-away",
)
steering_is_always_that_of_the_project = request_to(
    f"GET {STEERING}",
    query(user_id=None, graph_id=None),
    caught_by="v3-a-user-has-the-steering-of-the-project",
)


@request_to(f"PUT {STEERING}", caught_by="v3-an-empty-steering-clears-that-of-the-project")
def an_empty_steering_changes_nothing(request: Request) -> Request:
    return request if request.body else request._replace(method="GET")


instructions_of_users_are_those_of_the_project = request_to(
    f"GET {CUSTOM}",
    query(user_id=None),
    caught_by="v3-a-custom-instruction-of-a-user-is-listed",
)
instructions_are_listed_backwards = response_to(
    f"GET {CUSTOM}",
    within("instructions", backwards),
    caught_by="v3-custom-instructions-are-added-to-those-before",
)


@handler_of(f"POST {SUMMARY}", caught_by="v3-summary-instructions-are-added-to-those-before")
async def new_instructions_replace_the_old_ones(request: Request, app: App) -> Response:
    response = await app(request)
    if response.ok:
        target = {"user_ids": request.body.get("user_ids")}
        await app(Request("DELETE", f"{API}{SUMMARY}", body=target, headers=request.headers))
        await app(request)
    return response


names_to_delete_are_ignored = request_to(
    f"DELETE {CUSTOM}",
    without("instruction_names"),
    caught_by="v3-a-custom-instruction-is-deleted-by-its-name",
)


@request_to(f"POST {CUSTOM}", caught_by="v3-a-custom-instruction-for-nobody-is-404")
def only_the_first_target_counts(request: Request) -> Request:
    users: Any = request.body.get("user_ids") or []
    return request._replace(body={**request.body, "user_ids": users[:1]})
