"""Mutants of tasks."""

from __future__ import annotations

from tests.mutants.language import handler_of, renumbered, response_to, within, without
from tests.mutants.mutant import App, Request, Response
from tests.mutants.zep4.defects import any_cursor_taken, long_page_cut, parameter_ignored

LIST = "GET /tasks"
ONE = "GET /tasks/*"

a_long_page_of_tasks_is_cut = long_page_cut(LIST, caught_by="v4-a-list-of-tasks-has-bounds")
an_unknown_type_is_ignored = parameter_ignored(
    LIST, "type", "user.create", caught_by="v4-a-list-of-tasks-has-bounds"
)
deletions_of_threads_are_not_listed = parameter_ignored(
    LIST, "type", "user.delete", caught_by="v4-tasks-are-listed-by-their-type"
)
all_tasks_are_pending = parameter_ignored(
    LIST, "status", "pending", caught_by="v4-tasks-are-listed-by-their-status"
)
a_cursor_is_good_for_any_type = any_cursor_taken(LIST, caught_by="v4-pages-of-tasks-are-not-moved")
a_text_is_no_task = renumbered(ONE, 400, 404, caught_by="v4-a-text-is-no-address-of-a-task")
a_task_has_no_episodes = response_to(
    ONE,
    within("result", without("episodes")),
    caught_by="v4-a-task-of-messages-has-their-episodes",
)
a_task_never_began = response_to(ONE, without("started_at"), caught_by="v4-a-task-has-its-times")


@handler_of((ONE, "DELETE /users/*"), caught_by="v4-a-task-stays-when-its-user-is-gone")
async def tasks_go_with_users(request: Request, app: App) -> Response:
    response = await app(request)
    if request.method == "DELETE":
        app.memory["gone"] = True
    elif app.memory.get("gone") and response.body["type"] == "thread.add_messages":
        return Response(404, {"error": {"code": "not_found", "message": "gone"}})
    return response
