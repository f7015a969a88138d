"""Zep's own Python client, zep-cloud 3.30.0, against the running server: context templates."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients.sdk import Sdk, SdkError, model
from tests.clients.zep_python import KEY


@pytest.fixture
def zep(sdk3: Sdk, origin: str) -> Any:
    """Return a client."""
    return sdk3.at(f"{origin}/api/v2", KEY)


def test_templates_are_kept(zep: Any) -> None:
    """A template is read, changed, listed and deleted by the id that the client chose."""
    created = zep.context.create_context_template(template_id="short", template="%{edges limit=1}")
    zep.context.create_context_template(template_id="long", template="%{user_summary}")
    assert zep.context.get_context_template("short") == created
    changed = zep.context.update_context_template("short", template="%{entities}")
    assert changed == {**created, "template": "%{entities}"}
    listed = zep.context.list_context_templates()["templates"]
    assert [one["template_id"] for one in listed] == ["short", "long"]
    zep.context.delete_context_template("short")
    with pytest.raises(SdkError) as gone:
        zep.context.get_context_template("short")
    assert (gone.value.kind, gone.value.status) == ("NotFoundError", 404)
    with pytest.raises(SdkError, match="not found"):
        zep.context.update_context_template("short", template="x")
    with pytest.raises(SdkError, match="not found"):
        zep.context.delete_context_template("short")


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("%{facts}", "unknown variable facts"),
        ("%{edges", "does not end with }"),
        ("%{edges limit=0}", "limit is a number from 1 to 1000"),
        ("%{edges types=LIVES_IN}", "types is a list"),
        ("%{entities include_attributes=yes}", "include_attributes is true or false"),
        ("%{observations types=[A]}", "observations has no parameter types"),
        ("%{edges 5}", "cannot read '5'"),
    ],
)
def test_faulty_templates_are_refused(zep: Any, template: str, reason: str) -> None:
    """A template with an unknown variable or parameter is refused, and not kept."""
    with pytest.raises(SdkError, match=reason) as refused:
        zep.context.create_context_template(template_id="faulty", template=template)
    assert (refused.value.kind, refused.value.status) == ("BadRequestError", 400)
    assert zep.context.list_context_templates()["templates"] == []


def test_id_of_a_template_is_unique(zep: Any) -> None:
    """A second template of an id is refused with 400, and the first one stays."""
    zep.context.create_context_template(template_id="mine", template="first")
    with pytest.raises(SdkError, match="already exists with template_id: mine") as refused:
        zep.context.create_context_template(template_id="mine", template="second")
    assert refused.value.status == 400
    assert zep.context.get_context_template("mine")["template"] == "first"


TEMPLATE = """\
%{user_summary}
# Facts
%{edges limit=1 types=[LIVES_IN]}
# Entities
%{entities types=[City]}
# Words
%{episodes limit=2}
# Observations
%{observations}
# Threads
%{thread_summaries}
"""


def test_context_has_the_form_of_a_template(zep: Any) -> None:
    """Each variable is replaced by what fits the last messages, as far as its limits go."""
    zep.graph.set_entity_types_internal(
        entity_types=[{"name": "City", "description": "A city.", "properties": []}]
    )
    zep.user.add(user_id="ada", first_name="Ada")
    zep.thread.create(thread_id="support", user_id="ada")
    zep.graph.add_fact_triple(
        user_id="ada",
        fact="Ada lives in the city of Uppsala",
        fact_name="LIVES_IN",
        source_node_name="Ada",
        target_node_name="Uppsala",
    )
    zep.thread.add_messages(
        "support",
        messages=[model("Message", role="user", name="Ada", content="Uppsala is a fine city.")],
    )
    zep.context.create_context_template(template_id="mine", template=TEMPLATE)
    context = zep.thread.get_user_context("support", template_id="mine")["context"]
    facts, entities = context.split("# Facts\n")[1].split("# Words")[0].split("# Entities\n")
    assert facts.startswith("  - Ada lives in the city of Uppsala (")
    assert facts.count("  - ") == 1
    assert entities.startswith("  - Uppsala (Entity, City)")
    assert "Ada: Uppsala is a fine city." in context.split("# Words\n")[1].split("# Obs")[0]
    assert context.split("# Threads\n")[1].startswith("  - ")
    with pytest.raises(SdkError, match="not found"):
        zep.thread.get_user_context("support", template_id="other")
