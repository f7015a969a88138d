"""Zep's own Python client, zep-cloud 3.30.0, against the running server: users."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.clients.sdk import Sdk, SdkError
from tests.clients.zep_python import KEY, connect


@pytest.fixture
def zep(sdk3: Sdk, origin: str) -> Any:
    """Return a client."""
    return sdk3.at(f"{origin}/api/v2", KEY)


def ids(page: dict[str, Any]) -> list[str]:
    """Return the ids of the users on a page, in their order."""
    return [user["user_id"] for user in page["users"]]


def test_users_live(zep: Any, origin: str) -> None:
    """A user is added, read, changed, warmed and deleted, by clients of v3 and of v2."""
    added = zep.user.add(
        user_id="ada",
        first_name="Ada",
        email="ada@example.com",
        metadata={"plan": "premium"},
        time_zone="Europe/Stockholm",
        disable_default_ontology=True,
    )
    assert (added["time_zone"], added["disable_default_ontology"]) == ("Europe/Stockholm", True)
    assert added["graph_uuid"] != added["uuid"]
    assert zep.user.get("ada") == added
    older = connect(origin, KEY)
    assert older.user.update("ada", last_name="Lindqvist").last_name == "Lindqvist"
    changed = zep.user.update("ada", disable_default_ontology=False, metadata={"seats": 3})
    assert changed["last_name"] == "Lindqvist"
    assert changed["disable_default_ontology"] is False
    assert changed["metadata"] == {"plan": "premium", "seats": 3}
    assert zep.user.get_node("ada")["node"]["name"] == "Ada Lindqvist"
    assert zep.user.warm("ada") == {"message": "OK"}
    assert zep.user.delete("ada") == {"message": "OK"}
    for call in (zep.user.get, zep.user.update, zep.user.warm, zep.user.get_node, zep.user.delete):
        with pytest.raises(SdkError) as caught:
            call("ada")
        assert (caught.value.kind, caught.value.body) == ("NotFoundError", {"message": "not found"})


def test_update_of_nothing(zep: Any) -> None:
    """The client sends no body then; all fields but `updated_at` stay."""
    added = zep.user.add(user_id="ada", first_name="Ada", time_zone="UTC")
    updated = zep.user.update("ada")
    assert updated.pop("updated_at") >= added.pop("updated_at")
    assert updated == added


def test_time_zones(zep: Any, http: httpx.Client) -> None:
    """Only those of IANA are taken; null takes one away, and leaving it out does not."""
    zep.user.add(user_id="ada", time_zone="America/New_York")
    for name in ("Europe/Upsala", "../etc/passwd", ""):
        with pytest.raises(SdkError) as caught:
            zep.user.update("ada", time_zone=name)
        assert (caught.value.kind, caught.value.status) == ("BadRequestError", 400)
    with pytest.raises(SdkError):
        zep.user.add(user_id="bob", time_zone="Mars/Olympus")
    assert zep.user.list_ordered()["total_count"] == 1
    assert zep.user.update("ada", first_name="Ada")["time_zone"] == "America/New_York"
    headers = {"Authorization": f"Api-Key {KEY}"}
    url = "/api/v2/users/ada"
    assert "time_zone" not in http.patch(url, headers=headers, json={"time_zone": None}).json()
    assert zep.user.get("ada").get("time_zone") is None


def test_users_are_searched_and_ordered(zep: Any) -> None:
    """The text is looked for in id, name and email; the count is of the users found."""
    zep.user.add(user_id="ada", first_name="Ada", last_name="Lindqvist", email="z@example.com")
    zep.user.add(user_id="bob", first_name="Bob", email="LINDA@example.com")
    zep.user.add(user_id="lind-3")
    zep.user.add(user_id="cat", first_name="Cat", email="a@example.org")
    found = zep.user.list_ordered(search="LIND")
    assert (ids(found), found["row_count"], found["total_count"]) == (
        ["lind-3", "bob", "ada"],
        3,
        3,
    )
    page = zep.user.list_ordered(
        search="lind", page_number=2, page_size=2, order_by="user_id", asc=True
    )
    assert (ids(page), page["row_count"], page["total_count"]) == (["lind-3"], 1, 3)
    assert ids(zep.user.list_ordered(search="ada lind")) == ["ada"]
    assert ids(zep.user.list_ordered(search="nothing")) == []
    orders = {
        ("email", True): ["lind-3", "bob", "cat", "ada"],
        ("user_id", False): ["lind-3", "cat", "bob", "ada"],
        ("created_at", True): ["ada", "bob", "lind-3", "cat"],
        ("created_at", False): ["cat", "lind-3", "bob", "ada"],
    }
    for (field, asc), expected in orders.items():
        assert ids(zep.user.list_ordered(order_by=field, asc=asc)) == expected
    with pytest.raises(SdkError) as caught:
        zep.user.list_ordered(order_by="first_name")
    assert caught.value.status == 400


def test_user_that_is_there_already(zep: Any) -> None:
    """The id is refused with 400, and the first user stays."""
    zep.user.add(user_id="ada", first_name="Ada")
    with pytest.raises(SdkError) as caught:
        zep.user.add(user_id="ada", first_name="Eve")
    assert (caught.value.kind, caught.value.body) == (
        "BadRequestError",
        {"message": "bad request: user already exists with user_id: ada"},
    )
    assert zep.user.get("ada")["first_name"] == "Ada"
