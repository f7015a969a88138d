"""Zep's own Python client, zep-cloud 4.0.1, against the running server: context templates."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients.sdk import Sdk, SdkError, model


def test_templates_are_kept(zep: Any) -> None:
    """A template is read, changed, listed and deleted by its uuid."""
    short = zep.context.create_template(name="short", template="%{edges limit=1}")
    long = zep.context.create_template(name="long", template="%{user_summary}")
    assert zep.context.get_template(short["uuid"]) == short
    changed = zep.context.update_template(short["uuid"], template="%{entities}")
    assert changed == {**short, "template": "%{entities}"}
    renamed = zep.context.update_template(short["uuid"], name="brief")
    assert renamed == {**changed, "name": "brief"}
    assert zep.context.list_templates(page_size=1) == [renamed, long]
    assert zep.context.list_templates(name="long") == [long]
    assert zep.context.list_templates(name="short") == []
    assert zep.context.delete_template(short["uuid"]) is None
    for call in (zep.context.get_template, zep.context.delete_template):
        with pytest.raises(SdkError, match="context template not found") as gone:
            call(short["uuid"])
        assert (gone.value.kind, gone.value.status) == ("NotFoundError", 404)
    with pytest.raises(SdkError, match="invalid_identifier"):
        zep.context.get_template("brief")


def test_faulty_templates_are_refused(zep: Any) -> None:
    """An unknown variable is 400 with the field at fault, and nothing is changed."""
    with pytest.raises(SdkError, match="unknown variable facts") as refused:
        zep.context.create_template(name="faulty", template="%{facts}")
    assert refused.value.status == 400
    assert refused.value.body["error"]["code"] == "invalid_request"
    assert refused.value.body["error"]["param"] == "template"
    with pytest.raises(SdkError, match="name"):
        zep.context.create_template(template="%{edges}")
    kept = zep.context.create_template(name="mine", template="%{edges}")
    with pytest.raises(SdkError, match="limit is a number"):
        zep.context.update_template(kept["uuid"], name="new", template="%{edges limit=none}")
    assert zep.context.list_templates() == [kept]


def test_name_of_a_template_is_unique(zep: Any) -> None:
    """A name that another template has is refused with 409, to create and to rename."""
    first = zep.context.create_template(name="first", template="one")
    second = zep.context.create_template(name="second", template="two")
    no_retries = {"max_retries": 0}
    with pytest.raises(SdkError, match="of the name first") as refused:
        zep.context.create_template(name="first", template="x", request_options=no_retries)
    assert (refused.value.kind, refused.value.status) == ("ConflictError", 409)
    with pytest.raises(SdkError, match="of the name first"):
        zep.context.update_template(second["uuid"], name="first", request_options=no_retries)
    assert zep.context.update_template(first["uuid"], name="first") == first


def test_template_is_the_same_in_v3(zep: Any, sdk3: Sdk, origin: str) -> None:
    """Its name is its id in v3; what a client of v3 creates, one of v4 finds."""
    v3 = sdk3.at(f"{origin}/api/v2")
    created = zep.context.create_template(name="mine", template="one")
    assert v3.context.get_context_template("mine")["uuid"] == created["uuid"]
    v3.context.update_context_template("mine", template="two")
    assert zep.context.get_template(created["uuid"])["template"] == "two"
    v3.context.create_context_template(template_id="theirs", template="three")
    [theirs] = zep.context.list_templates(name="theirs")
    zep.context.delete_template(theirs["uuid"])
    with pytest.raises(SdkError, match="not found"):
        v3.context.get_context_template("theirs")


def test_context_has_the_form_of_a_template(zep: Any) -> None:
    """The context of a thread is the template, with the facts that fit the last messages."""
    user = zep.user.create(user_id="ada", first_name="Ada")
    thread = zep.thread.create(user_uuid=user["uuid"])
    zep.graph.episode.add(user["graph_uuid"], type="text", data="Ada likes tea\nAda owns a boat")
    zep.thread.add_messages(
        thread["uuid"], messages=[model("AddMessage", role="assistant", content="Is it a boat?")]
    )
    template = zep.context.create_template(name="mine", template="Facts:\n%{edges limit=1}\n.")
    context = zep.thread.get_context(thread["uuid"], template_uuid=template["uuid"])["context"]
    assert context.startswith("Facts:\n  - Ada owns a boat (")
    assert context.endswith(")\n.")
    assert context.count("  - ") == 1
    zep.context.delete_template(template["uuid"])
    with pytest.raises(SdkError, match="context template not found"):
        zep.thread.get_context(thread["uuid"], template_uuid=template["uuid"])
