"""Two APIs of one project with one state: `STATE_OF` in a handlers package."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.support.petshop import FILES, petshop, write_project
from tests.support.receiver import receiving
from understudy.errors import UsageError
from understudy.serving.project import load


def test_one_api_reads_what_the_other_wrote(tmp_path: Path) -> None:
    """Both have the owner's worlds: its seed, tenants, personas and collections."""
    with petshop(tmp_path) as shop:
        assert shop.get("club", "rex")["name"] == "Rex"
        shop.put("club", "tom", {"name": "Tom"})
        assert shop.get("shop", "tom")["name"] == "Tom"
        assert "name" not in shop.http.get("/shop/pets/tom", headers={"x-key": "bob"}).json()
        shop.control.settings(personas={"shop": "wild"})
        assert {shop.get(api, "tom")["persona"] for api in ("shop", "club")} == {"wild"}
        (tenants,) = [n["tenants"] for n in shop.ask("GET", "/namespaces").json()]
        assert tenants == {"shop": 2}
        served = shop.ask("GET", "/health").json()["apis"]
        assert {api["name"]: api["state_of"] for api in served} == {"shop": None, "club": "shop"}


def test_state_is_that_of_the_owner(tmp_path: Path) -> None:
    """It is exported, imported and restored once, under the owner's name."""
    with petshop(tmp_path) as shop:
        shop.put("club", "tom", {"name": "Tom"})
        shop.control.state.snapshot("base")
        state = shop.control.state.export()
        assert list(state["apis"]) == ["shop"]
        assert list(state["apis"]["shop"]["ann"]["pets"]["records"]) == ["rex", "tom"]
        refused = shop.ask("PUT", "/state", {"apis": {"club": {}}})
        assert (refused.status_code, refused.json()["violations"][0]["message"]) == (
            409,
            "shares the state of shop; give it as /apis/shop",
        )
        refused = shop.ask("PATCH", "/settings", {"personas": {"club": "wild"}})
        assert (refused.status_code, refused.json()["detail"]) == (
            404,
            "club shares the state of shop: choose the persona of shop",
        )
        shop.put("shop", "tom", {"name": "Thomas"})
        shop.control.state.restore("base")
        assert shop.get("club", "tom")["name"] == "Tom"


def test_webhook_is_sent_by_the_api_whose_document_has_it(tmp_path: Path) -> None:
    """A handler of either may send it; one that both have is the owner's."""
    names = ["clubHook", "shopHook", "both"]
    with receiving() as receiver, petshop(tmp_path) as shop:
        for name, api in (("clubHook", "club"), ("shopHook", "shop"), ("both", "shop")):
            body = {"url": receiver.url, "api": api}
            assert shop.ask("PUT", f"/webhooks/{name}", body).status_code == 200
        for api in ("shop", "club"):
            assert shop.put(api, "rex", {"send": names}).status_code == 200
            sent = shop.control.wait_for(direction="outgoing", count=3)
            assert sorted(f"{entry.api} {entry.operation}" for entry in sent) == [
                "club clubHook",
                "shop both",
                "shop shopHook",
            ]
            assert shop.put(api, "rex", {"send": ["none"]}).status_code == 500
            shop.ask("DELETE", "/requests")


@pytest.mark.parametrize(
    ("club", "message"),
    [
        ('STATE_OF = "zoo"', "club: STATE_OF names 'zoo', which is no other API of the project"),
        ('STATE_OF = "club"', "club: STATE_OF names 'club', which is no other API of the project"),
        ('STATE_OF = "shop"\nCOLLECTIONS = ()', "so COLLECTIONS belongs in the handlers of shop"),
        ('STATE_OF = "shop"\ndef seed(world): ...', "so seed belongs in the handlers of shop"),
    ],
)
def test_wrong_state_of_is_an_error_at_the_start(tmp_path: Path, club: str, message: str) -> None:
    """The error says what to change."""
    write_project(tmp_path, {**FILES, "handlers/club/__init__.py": club})
    with pytest.raises(UsageError, match=message):
        load([tmp_path])


def test_state_of_does_not_chain(tmp_path: Path) -> None:
    """An API that shares a state has none to share."""
    files = {"specs/zoo.yaml": FILES["specs/shop.yaml"].replace("/shop", "/zoo")}
    files |= {"handlers/zoo/__init__.py": 'STATE_OF = "club"'}
    write_project(tmp_path, {**FILES, **files})
    with pytest.raises(UsageError, match="zoo: STATE_OF names club, which shares the state of sh"):
        load([tmp_path])


def test_settings_are_values_of_schemas(tmp_path: Path) -> None:
    """Handlers of both APIs see them; they are part of the state, and a reset undoes changes."""
    first, manual = {"adoption": {"mode": "immediate"}}, {"mode": "manual", "delay": "PT5S"}
    with petshop(tmp_path) as shop:
        assert shop.get("shop", "rex")["adoption"] == {"mode": "immediate"}
        assert shop.control.settings()["apis"] == {"club": first, "shop": first}
        assert shop.double("club").settings(adoption=manual) == {"adoption": manual}
        assert [shop.get(api, "rex")["adoption"] for api in ("shop", "club")] == [manual, manual]
        shop.control.state.snapshot("base")
        state = shop.control.state.export()
        assert state["settings"]["apis"] == {"shop": {"adoption": manual}}
        shop.control.reset()
        assert shop.get("shop", "rex")["adoption"] == {"mode": "immediate"}
        shop.control.state.load(state)
        assert shop.get("shop", "rex")["adoption"] == manual
        shop.control.state.snapshot("base")
        shop.double("shop").settings(adoption={"mode": "immediate"})
        shop.control.state.restore("base")
        assert shop.double("shop").settings()["adoption"] == manual
        shop.control.reset()
        shop.control.state.snapshot("base")
        shop.double("shop").settings(adoption=manual)
        shop.control.state.restore("base")
        assert shop.double("shop").settings() == first


def refusal(response: httpx.Response) -> tuple[int, str, str]:
    """Return the status, and the place and message of the first violation or of the problem."""
    problem = response.json()
    violations = problem["violations"] or [{"at": "", "message": problem["detail"]}]
    return response.status_code, violations[0]["at"], violations[0]["message"]


def test_wrong_settings_are_refused(tmp_path: Path) -> None:
    """With the place of each violation; nothing changes. Unknown names say which exist."""
    wrong = {"mode": "manual", "delay": 5}
    unknown = "shop has no setting 'speed'; there is only 'adoption'"
    with petshop(tmp_path) as shop:
        bodies = [{"shop": {"adoption": wrong}}, {"shop": {"speed": 1}}, {"zoo": {}}]
        change = [refusal(shop.ask("PATCH", "/settings", {"apis": body})) for body in bodies]
        assert change == [
            (400, "/apis/shop/adoption/delay", '5 is not of type "string"'),
            (404, "", unknown),
            (404, "", "there is no API 'zoo'; there are club, shop"),
        ]
        states = [{"settings": {"apis": body}} for body in bodies]
        assert [refusal(shop.ask("PUT", "/state", state)) for state in states] == [
            (409, "/settings/apis/shop/adoption/delay", '5 is not of type "string"'),
            (409, "/settings/apis/shop", unknown),
            (409, "/settings/apis/zoo", "there is no API 'zoo'; there are club, shop"),
        ]
        assert shop.get("shop", "rex")["adoption"] == {"mode": "immediate"}


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ('{"type": 7, "default": 1}', "shop: the schema of the setting 'speed': 7 is not valid"),
        ('{"type": "string"}', "shop: the setting 'speed' in SETTINGS needs a default"),
        (
            '{"type": "string", "default": 1}',
            "shop: the default of the setting 'speed': 1 is not of type \"string\"",
        ),
    ],
)
def test_wrong_default_is_an_error_at_the_start(tmp_path: Path, setting: str, message: str) -> None:
    """So a handler always finds a value that fits."""
    package = f'PETS = None\nSETTINGS = {{"speed": {setting}}}'
    write_project(tmp_path, {**FILES, "handlers/shop/__init__.py": package})
    with pytest.raises(UsageError, match=message):
        load([tmp_path])
