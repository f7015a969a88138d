"""Mutants of context templates, and of the project and what it sets for its graphs."""

from __future__ import annotations

from typing import Any

from tests.mutants.language import (
    fields,
    of_objects,
    query,
    renumbered,
    request_to,
    response_to,
    within,
    without,
)
from tests.mutants.mutant import Request

TEMPLATES = "/context-templates"
TEMPLATE = f"{TEMPLATES}/*"
POLICY = "/project/content-policy"
OTHER = "2b214ddf-3326-4165-a9af-cb268f63623b"

a_created_template_is_200 = renumbered(
    f"POST {TEMPLATES}", 201, 200, caught_by="v4-a-template-is-read-as-it-was-created"
)
all_templates_have_a_name = request_to(
    f"POST {TEMPLATES}/list", without("name"), caught_by="v4-templates-are-found-by-their-name"
)
a_cursor_of_templates_is_ignored = request_to(
    f"POST {TEMPLATES}/list", query(cursor=None), caught_by="v4-templates-come-in-pages"
)
a_template_keeps_its_name = request_to(
    f"PUT {TEMPLATE}", without("name"), caught_by="v4-a-template-is-updated"
)
a_taken_name_is_400 = renumbered(
    f"POST {TEMPLATES}", 409, 400, caught_by="v4-a-taken-template-name-is-409"
)
a_deleted_template_is_200 = renumbered(
    f"DELETE {TEMPLATE}", 204, 200, caught_by="v4-a-deleted-template-is-gone"
)
the_time_zone_stays = request_to(
    "PATCH /project",
    of_objects(lambda body: {name: value for name, value in body.items() if value is not None}),
    caught_by="v4-the-time-zone-of-the-project-is-set",
)
hyperedges_can_be_enabled = request_to(
    "PATCH /project", without("hyperedges_enabled"), caught_by="v4-a-key-cannot-enable-hyperedges"
)
violating_episodes_are_always_hidden = response_to(
    "GET /project",
    fields(include_policy_violating_episodes=False),
    caught_by="v4-reads-of-violating-episodes-are-set",
)
a_policy_has_one_revision = response_to(
    (f"PUT {POLICY}", f"GET {POLICY}"),
    fields(revision=0),
    caught_by="v4-a-content-policy-is-a-new-revision",
)
revisions_are_listed_oldest_first = response_to(
    f"GET {POLICY}/revisions",
    lambda body: {**body, "items": [item | {"uuid": OTHER} for item in body["items"]]},
    caught_by="v4-revisions-are-listed-newest-first",
)
nothing_is_prohibited = request_to(
    f"PUT {POLICY}", without("rules"), caught_by="v4-prohibited-facts-are-not-learned"
)


@response_to(f"PUT {POLICY}", caught_by="v4-parts-of-a-content-policy-keep-their-ids")
def ids_of_rules_change(body: Any) -> Any:
    rules = [rule | {"id": f"{body['revision']}-{rule['id']}"} for rule in body["rules"]]
    return {**body, "rules": rules}


types_of_properties_are_those_of_v3 = response_to(
    "GET /project/ontology",
    within(
        "entity_types",
        of_objects(
            lambda kind: {
                **kind,
                "properties": [
                    one | {"type": one["type"].capitalize()} for one in kind["properties"]
                ],
            }
        ),
    ),
    caught_by="v4-ontology-of-the-project-is-replaced",
)


@request_to("PUT /project/ontology", caught_by="v4-an-ontology-has-ten-types")
def surplus_types_are_dropped(request: Request) -> Request:
    body = request.body
    return request._replace(body={**body, "entity_types": (body.get("entity_types") or [])[:10]})


instructions_say_that_they_are_inherited = response_to(
    "PUT /project/instructions",
    fields(inherited=True),
    caught_by="v4-custom-instructions-of-the-project-is-replaced",
)
the_last_summary_instruction_is_missing = response_to(
    "GET /project/user-summary-instructions",
    within("instructions", lambda instructions: instructions[:-1]),
    caught_by="v4-summary-instructions-of-the-project-is-replaced",
)
types_of_observations_stay = request_to(
    "PUT /project/observation-steering",
    of_objects(lambda body: {"types": [{"name": "Residence", "description": "x"}], **body}),
    caught_by="v4-steering-of-the-project-is-replaced",
)
