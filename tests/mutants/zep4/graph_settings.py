"""Mutants of content policies, and of what graphs have set and inherit."""

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
from tests.mutants.zep4.defects import any_cursor_taken, key_ignored, long_page_cut

POLICY = "/project/content-policy"
GRAPH = "/graphs/*"
EVENTS = f"POST {GRAPH}/content-policy/events/list"

a_policy_ignores_its_key = key_ignored(
    f"PUT {POLICY}", caught_by="v4-a-repeated-key-sets-one-policy"
)
nothing_is_permitted = request_to(
    f"PUT {POLICY}",
    within("rules", without("permitted_examples")),
    caught_by="v4-permitted-facts-are-learned",
)
a_long_page_of_revisions_is_cut = long_page_cut(
    f"GET {POLICY}/revisions", caught_by="v4-a-list-of-revisions-has-bounds"
)
categories_are_repeated = request_to(
    f"PUT {POLICY}",
    within("categories", lambda given: list({one["key"]: one for one in given}.values())),
    caught_by="v4-a-faulty-content-policy-is-no-revision",
)


@handler_of(f"GET {GRAPH}/content-policy", caught_by="v4-a-graph-stays-bound-to-its-policy")
async def graphs_follow_the_project(request: Request, app: App) -> Response:
    response = await app(request)
    api = request.path.partition("/graphs/")[0]
    rules = (await app.get(f"{api}{POLICY}")).body["rules"]
    return response.with_fields(rules=rules or response.body["rules"])


types_have_no_identity = response_to(
    "GET /project/ontology",
    within("entity_types", without("identity_properties")),
    caught_by="v4-an-ontology-is-read-as-it-was-set",
)
instructions_are_sorted_by_name = response_to(
    "GET /project/instructions",
    within("instructions", lambda given: sorted(given, key=lambda one: str(one["name"]))),
    caught_by="v4-instructions-of-the-project-are-in-their-order",
)
an_empty_update_resets_the_project = request_to(
    "PATCH /project",
    of_objects(lambda body: body or {"include_policy_violating_episodes": False}),
    caught_by="v4-an-empty-update-of-the-project-changes-nothing",
)
an_update_renames_the_project = response_to(
    "PATCH /project", fields(name="updated"), caught_by="v4-the-project-stays-the-same"
)
graphs_do_not_inherit_types = response_to(
    f"GET {GRAPH}/ontology",
    lambda body: {**body, "entity_types": []} if body["inherited"] else body,
    caught_by="v4-graphs-inherit-from-the-project",
)
edges_of_graphs_connect_anything = response_to(
    f"GET {GRAPH}/ontology",
    within("edge_types", without("source_targets")),
    caught_by="v4-an-ontology-of-a-graph-is-read-as-it-was-set",
)


@handler_of(f"PUT {GRAPH}/observation-steering", caught_by="v4-settings-of-a-graph-are-replaced")
async def steering_keeps_its_instruction(request: Request, app: App) -> Response:
    known = (await app.get(request.path)).body
    kept = {} if known["inherited"] else {"instruction": known.get("instruction")}
    return await app(request._replace(body={**kept, **request.body}))


@request_to(
    f"PUT {GRAPH}/observation-steering", caught_by="v4-refused-settings-of-a-graph-change-nothing"
)
def types_of_one_name_are_one(request: Request) -> Request:
    types = {one["name"]: one for one in request.body["types"]}
    return request.with_fields(types=list(types.values()))


a_text_has_no_ontology = renumbered(
    f"GET {GRAPH}/ontology", 400, 404, caught_by="v4-an-id-is-no-address-of-settings"
)
users_have_no_policy = request_to(
    "POST /users", without("content_policy"), caught_by="v4-a-user-adds-to-the-policy"
)
events_are_of_all_episodes = request_to(
    EVENTS,
    within("filters", without("episode_uuid")),
    caught_by="v4-events-of-a-policy-are-filtered",
)
a_cursor_is_good_for_any_filter = any_cursor_taken(
    EVENTS, caught_by="v4-events-of-a-policy-come-in-pages"
)
instructions_of_graphs_are_sorted_by_name = response_to(
    f"GET {GRAPH}/instructions",
    within("instructions", lambda given: sorted(given, key=lambda one: str(one["name"]))),
    caught_by="v4-instructions-of-a-graph-are-in-their-order",
)
