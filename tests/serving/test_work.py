"""Work that handlers do later: `World.wake_at`, and the hook `advance`."""

from __future__ import annotations

import asyncio
import gc
import logging
import time
from pathlib import Path
from typing import Any
from weakref import ref

import pytest

from tests.support.petshop import Petshop, petshop
from tests.support.receiver import receiving
from understudy.runtime.namespaces.namespace import Namespace
from understudy.runtime.world import WorldTemplate

#: A pet with a due time comes then, and a webhook says so.
ADVANCE = """

def advance(world):
    if world.settings["adoption"]["mode"] == "manual":
        return
    now = world.clock.now()
    for pet in world.store.list(PETS, PETS.indexes[0]):
        if pet.get("due", now + 1) <= now:
            world.ids.uuid()
            came = {"id": pet["id"], "came": now, "drawn": world.ids.drawn}
            world.store.put(PETS, pet["id"], came)
            world.webhooks.send("shopHook")
        elif "due" in pet:
            world.wake_at(pet["due"])
"""

FROZEN = "2026-01-01T00:00:00Z"
SECOND = 1_000_000
START = 1_767_225_600 * SECOND


def came(shop: Petshop, pet: str, key: str = "ann") -> Any:
    """Return the seconds after the start at which a pet came, if it did."""
    record = shop.http.get(f"/shop/pets/{pet}", headers={"x-key": key}).json()
    return (record["came"] - START) / SECOND if "came" in record else None


def test_work_is_done_when_the_clock_is_moved(tmp_path: Path) -> None:
    """It is done at its own time, and in the order of time over all tenants."""
    with petshop(tmp_path, shop=ADVANCE) as shop:
        shop.control.clock.freeze(FROZEN)
        for pet, key, seconds in (
            *(("a", "ann", 5), ("b", "bob", 3.5)),
            *(("c", "ann", 1), ("d", "ann", 9)),
        ):
            headers = {"x-key": key}
            shop.http.put(f"/club/pets/{pet}", json={"in": seconds}, headers=headers)
        shop.control.clock.advance(seconds=1)
        assert [came(shop, pet) for pet in "ac"] == [None, 1]
        shop.control.clock.advance(seconds=6)
        assert [came(shop, "a"), came(shop, "b", "bob"), came(shop, "d")] == [5, 3.5, None]
        worlds = shop.control.state.export()["apis"]["shop"].values()
        pets = {k: pet for world in worlds for k, pet in world["pets"]["records"].items()}
        order = [pets[name]["drawn"] for name in "cba"]
        assert order == [1, 2, 3]


def test_work_is_done_by_a_timer_while_the_clock_runs(tmp_path: Path) -> None:
    """A webhook leaves without a request; what is due at once is done for the next request."""
    with receiving() as receiver, petshop(tmp_path, shop=ADVANCE) as shop:
        shop.ask("PUT", "/webhooks/shopHook", {"url": receiver.url})
        shop.put("shop", "tom", {"in": 0.1})
        shop.control.wait_for("shopHook", direction="outgoing", timeout=30)
        shop.put("shop", "tim", {"in": 0})
        assert "came" in shop.get("shop", "tim")
        shop.control.clock.freeze(FROZEN)
        shop.put("shop", "ted", {"in": 0.1})
        shop.control.clock.resume()
        shop.control.wait_for("shopHook", direction="outgoing", count=3, timeout=30)


def test_work_is_done_before_the_next_request(tmp_path: Path) -> None:
    """So a timer that is late makes no difference."""
    with petshop(tmp_path, shop=ADVANCE) as shop:
        clock = shop.namespace.clock
        shop.put("shop", "tom", {"in": 60})
        assert "came" not in shop.get("shop", "tom")
        clock._wall = lambda: time.time_ns() + 61_000_000_000
        pet = shop.get("shop", "tom")
        assert pet["came"] < clock.now() - SECOND // 2


def test_failed_work_breaks_no_request(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing of it is kept, and the log says why."""
    failing = ADVANCE + "    1 / 0\n"
    with petshop(tmp_path, shop=failing) as shop, caplog.at_level(logging.ERROR):
        shop.control.clock.freeze(FROZEN)
        shop.put("shop", "tom", {"in": 5})
        shop.control.clock.advance(seconds=7)
        assert came(shop, "tom") is None
        assert "due" in shop.get("shop", "tom")
    assert "ZeroDivisionError" in caplog.text


def test_work_without_end_is_given_up(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A hook that asks for the present time again and again is not called for ever."""
    endless = "\n\ndef advance(world):\n    world.wake_at(0)\n"
    with petshop(tmp_path, shop=endless) as shop, caplog.at_level(logging.ERROR):
        shop.put("shop", "tom", {"in": 0})
        assert shop.get("shop", "tom")["id"] == "tom"
    assert caplog.text.count("given up") == 1


def test_work_follows_the_settings(tmp_path: Path) -> None:
    """The hook is called after a change, so that it can do what waited for it."""
    with petshop(tmp_path, shop=ADVANCE) as shop:
        shop.control.clock.freeze(FROZEN)
        shop.double("shop").settings(adoption={"mode": "manual"})
        shop.put("shop", "tom", {"in": 5})
        shop.control.clock.advance(seconds=7)
        assert came(shop, "tom") is None
        shop.double("shop").settings(adoption={"mode": "immediate"})
        assert came(shop, "tom") == 7


def test_work_goes_on_after_a_restore(tmp_path: Path) -> None:
    """The due time is not part of the state: the hook finds it in the records."""
    with petshop(tmp_path, shop=ADVANCE) as shop:
        shop.control.clock.freeze(FROZEN)
        shop.put("shop", "tom", {"in": 5})
        shop.control.state.snapshot("base")
        for _ in range(2):
            shop.control.state.restore("base")
            shop.control.clock.advance(seconds=7)
            assert came(shop, "tom") == 5
        shop.control.reset()
        assert shop.get("shop", "tom").keys() == {"persona", "adoption"}


def test_timer_keeps_no_namespace_alive() -> None:
    """A namespace that was dropped is collected, whatever it waited for."""

    async def dropped() -> ref[Namespace]:
        namespace = Namespace("n")
        template = WorldTemplate("api", advance=lambda world: None)
        namespace.world(template, "").wake_at(2**62)
        await asyncio.sleep(0)
        return ref(namespace)

    async def alive() -> bool:
        reference = await dropped()
        gc.collect()
        return reference() is not None

    assert not asyncio.run(alive())
