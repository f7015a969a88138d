"""Mutants of context templates."""

from __future__ import annotations

from tests.mutants.language import handler_of, of_objects, renumbered, request_to, within
from tests.mutants.mutant import App, Request, Response
from tests.mutants.zep4.defects import (
    any_cursor_taken,
    deletion_moves_pages,
    done_in_part,
    key_ignored,
    long_page_cut,
)

CREATE = "POST /context-templates"
LIST = "POST /context-templates/list"
ONE = "/context-templates/*"
CONFLICT = Response(409, {"error": {"code": "conflict", "message": "it is taken"}})

a_long_page_of_templates_is_cut = long_page_cut(LIST, caught_by="v4-a-list-of-templates-has-bounds")
a_cursor_is_good_for_any_name = any_cursor_taken(
    LIST, caught_by="v4-a-cursor-of-templates-belongs-to-its-list"
)
a_refused_text_changes_the_name = done_in_part(
    f"PUT {ONE}", "name", caught_by="v4-a-refused-update-of-a-template-changes-nothing"
)
a_template_ignores_its_key = key_ignored(CREATE, caught_by="v4-a-repeated-key-creates-one-template")
a_deleted_template_is_counted = deletion_moves_pages(
    f"DELETE {ONE}", LIST, caught_by="v4-pages-of-templates-are-not-moved"
)
a_long_template_is_cut = request_to(
    CREATE,
    within("template", lambda text: text[:1200]),
    caught_by="v4-a-template-has-bounds",
)
names_are_looked_for_in_small_letters = request_to(
    LIST, within("name", str.lower), caught_by="v4-names-of-templates-are-exact"
)
a_text_is_not_found = renumbered(
    f"DELETE {ONE}", 400, 404, caught_by="v4-a-text-is-no-address-of-a-template"
)
an_update_needs_a_text = request_to(
    f"PUT {ONE}",
    of_objects(lambda body: body or {"template": ""}),
    caught_by="v4-an-empty-update-of-a-template-changes-nothing",
)


@handler_of(f"PUT {ONE}", caught_by="v4-a-template-may-keep-its-name")
async def its_own_name_is_taken(request: Request, app: App) -> Response:
    known = await app.get(request.path)
    return CONFLICT if known.body["name"] == request.body["name"] else await app(request)


@handler_of((CREATE, f"DELETE {ONE}"), caught_by="v4-a-name-of-a-deleted-template-is-free")
async def a_name_is_never_free_again(request: Request, app: App) -> Response:
    gone = app.memory.setdefault("gone", set())
    if request.method == "DELETE":
        gone.add((await app.get(request.path)).body["name"])
    elif request.body["name"] in gone:
        return CONFLICT
    return await app(request)


@handler_of(CREATE, caught_by="v4-every-variable-is-a-template")
async def there_are_no_attributes(request: Request, app: App) -> Response:
    if "include_attributes" in request.body["template"]:
        return Response(400, {"error": {"code": "invalid_request", "message": "unknown"}})
    return await app(request)
