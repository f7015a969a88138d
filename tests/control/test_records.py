"""Single records: changed one by one, never over what another has written; and snapshots read."""

from __future__ import annotations

from typing import Any

import httpx

from tests.control.test_state import ANN, JOB, SNAPSHOT, STATE, user_status

RECORDS = "/_understudy/records"


def change(http: httpx.Client, *changes: dict[str, Any], tenant: str = "test") -> httpx.Response:
    """Change users of Zep."""
    common = {"api": "zep", "tenant": tenant, "collection": "users"}
    return http.patch(RECORDS, json=[{**common, **each} for each in changes])


def places(response: httpx.Response) -> dict[str, str]:
    """Return what is wrong, by its place in the body of a request that was refused."""
    assert response.status_code == 409, response.text
    return {each["at"]: each["message"] for each in response.json()["violations"]}


def user(http: httpx.Client, key: str) -> Any:
    """Return a stored user of the tenant `test`."""
    return http.get(STATE).json()["apis"]["zep"]["test"]["users"]["records"].get(key)


def test_record_is_changed_unless_somebody_else_has_changed_it(http: httpx.Client) -> None:
    """What is expected decides; requests of the API count as well."""
    assert change(http, {"key": "ann", "record": ANN, "expected": None}).status_code == 204
    again = change(http, {"key": "ann", "record": ANN, "expected": None})
    assert places(again) == {"/0/expected": "there is a record of this key"}
    http.patch("/api/v2/users/ann", json={"email": "ann@example.org"})
    renamed = {**ANN, "first_name": "Ann"}
    late = change(http, {"key": "ann", "record": renamed, "expected": ANN})
    assert places(late) == {"/0/expected": "the record was changed"}
    now = user(http, "ann")
    assert now["email"] == "ann@example.org"
    merged = {**now, "first_name": "Ann"}
    assert change(http, {"key": "ann", "record": merged, "expected": now}).status_code == 204
    shown = http.get("/api/v2/users/ann").json()
    assert (shown["email"], shown["first_name"]) == ("ann@example.org", "Ann")
    assert change(http, {"key": "ann", "record": None}).status_code == 204
    gone = change(http, {"key": "ann", "record": merged, "expected": merged})
    assert places(gone) == {"/0/expected": "there is no such record now"}
    assert user_status(http) == 404


def test_changes_are_made_together_or_not_at_all(http: httpx.Client) -> None:
    """Each that does not fit is reported at its place; records of other tenants and keys stay."""
    http.post("/api/v2/users", json={"user_id": "bob"})
    odd = "a/b~ é"
    fitting = {**ANN, "user_id": odd}
    refused = change(
        http,
        {"key": odd, "record": fitting},
        {"key": "ann", "record": {**ANN, "email": 7}},
        {"key": "bob", "record": {}},
        {"key": "nobody", "record": None},
        {"key": "ann", "record": ANN, "collection": "user"},
        {"key": "ann", "record": ANN, "api": "zep4"},
        {"key": "ann", "record": ANN, "api": "zoo"},
        {"api": "eliza", "tenant": "", "collection": "agents", "key": "a", "record": {"place": []}},
    )
    wrong = places(refused)
    assert "users" in wrong.pop("/4/collection")
    assert "give zep" in wrong.pop("/5/api")
    at = {place for place in wrong if not place.startswith("/7/record")}
    assert at == {"/1/record/email", "/2/record", "/3/key", "/6/api"}
    assert "/7/record/place" in wrong
    assert user(http, odd) is None
    assert change(http, {"key": odd, "record": fitting}).status_code == 204
    assert change(http, {"key": odd, "record": fitting}, tenant="a/other").status_code == 204
    assert user(http, odd) == fitting
    assert user_status(http, "bob") == 200
    assert set(http.get(STATE).json()["apis"]["zep"]) == {"test", "a/other"}


def test_refused_change_creates_no_tenant(http: httpx.Client) -> None:
    """A new tenant is checked by what it would begin with, and only a change that is made has it
    begin."""
    agent = {"api": "eliza", "tenant": "", "collection": "agents", "record": None}
    ((key, first),) = http.get(STATE).json()["apis"]["eliza"][""]["agents"]["records"].items()
    unused = {"unused": "false"}
    refused = http.patch(RECORDS, json=[{**agent, "key": key}, {**agent, "key": "nobody"}])
    assert places(refused) == {"/1/key": "is the key of no record"}
    state = http.get(STATE, params=unused).json()
    assert (state["apis"], state["drawn"]) == ({}, 0)
    renamed = {**agent, "key": key, "record": first, "expected": None}
    assert places(http.patch(RECORDS, json=[renamed])) == {
        "/0/expected": "there is a record of this key"
    }
    assert http.patch(RECORDS, json=[{**agent, "key": key}]).status_code == 204
    after = http.get(STATE, params=unused).json()["apis"]["eliza"][""]
    assert "agents" not in after


def test_records_must_fit_the_indexes_together(http: httpx.Client) -> None:
    """Texts and numbers cannot be sorted; what they break together is said of the last."""
    job = {"api": "eliza", "tenant": "", "collection": "jobs"}
    odd = {**JOB, "id": JOB["id"].replace("1", "2"), "createdAt": "x", "status": [1]}
    changes = [{**job, "key": record["id"], "record": record} for record in (odd, JOB)]
    refused = http.patch(RECORDS, json=changes)
    wrong = {(each["at"], each["message"]) for each in refused.json()["violations"]}
    together = "have texts and numbers in createdAt, by which jobs are sorted"
    assert [each for each in wrong if each[0].startswith("/1")] == [("/1/record", together)]
    unusable = "must be a text or a number, because an index uses it"
    assert ("/0/record/status", unusable) in wrong


def test_snapshot_is_read_and_can_be_imported(http: httpx.Client) -> None:
    """Of an API that was not used it has nothing, as has an export of what was used."""
    http.post("/api/v2/users", json={"user_id": "ann"})
    http.put(SNAPSHOT)
    snapshot = http.get(SNAPSHOT).json()
    assert list(snapshot["apis"]) == ["zep"]
    used = http.get(STATE, params={"unused": "false"}).json()
    assert used["apis"] == snapshot["apis"]
    assert "eliza" in http.get(STATE).json()["apis"]
    http.delete("/api/v2/users/ann")
    assert http.put(STATE, json=snapshot).status_code == 200
    assert user_status(http) == 200
    assert http.get("/_understudy/snapshots/bas").status_code == 404
