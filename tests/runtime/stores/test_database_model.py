"""Every database agrees with a simple model."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest

from tests.runtime.stores.things import (
    OTHER,
    TABLE,
    THINGS,
    words,
)
from tests.support.databases import Factory
from understudy.runtime.stores.database import (
    Changes,
    Page,
    Write,
)
from understudy.runtime.stores.places import index_name, places_of, sort_key
from understudy.runtime.stores.store import Collection, Index


class Model:
    """What a table must have: records with their positions, as one list."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[int, dict[str, object]]] = {}
        self.inserted = 0

    def write(self, key: str, record: dict[str, object] | None) -> None:
        """Put or delete a record."""
        if record is None:
            self.rows.pop(key, None)
        elif key in self.rows:
            self.rows[key] = self.rows[key][0], record
        else:
            self.inserted += 1
            self.rows[key] = self.inserted, record

    def page(self, page: Page, index: Index) -> list[str]:
        """Return the keys of a page."""
        rows = []
        for key, (position, record) in self.rows.items():
            (place,) = places_of(Collection("", (index,)), record)
            rows.append((place.group, place.order, position, key))
        found = sorted(row[1:] for row in rows if row[0] == page.group)
        found = [row for row in found if page.above is None or row[0] > page.above]  # type: ignore[operator]
        found = [row for row in found if page.below is None or row[0] < page.below]  # type: ignore[operator]
        found = found[::-1] if page.descending else found
        stop = None if page.limit is None else page.offset + page.limit
        return [key for *_, key in found[page.offset : stop]]


def random_page(chance: random.Random, index: Index, values: list[object]) -> Page:
    """Return a page of an index with some options."""
    group = b"" if index.group is None else sort_key(chance.choice(values))
    limits: list[bytes | None] = [None, None]
    if index.order is not None:
        limits = [chance.choice([None, sort_key(chance.choice(values))]) for _ in range(2)]
    return Page(
        index_name(index),
        group,
        descending=chance.random() < 0.5,
        offset=chance.choice([0, 0, 1, 5]),
        limit=chance.choice([None, 0, 1, 4]),
        above=limits[0],
        below=limits[1],
    )


@pytest.mark.parametrize("seed", range(5))
def test_random_operations_agree_with_a_model(seed: int, factory: Factory, tmp_path: Path) -> None:
    """Pages, counts and records of two tables, with restarts in between."""
    chance = random.Random(seed)
    values: list[object] = [None, "", "a", "a\0", "b", -1, 0, 2.5, 1 << 70, "ü"]
    models = {TABLE: Model(), OTHER: Model()}
    database = factory(tmp_path)
    database.open()
    for _ in range(150):
        changes = Changes()
        if chance.random() < 0.02:
            table = chance.choice([TABLE, OTHER])
            changes.dropped.append(table)
            models[table].rows.clear()
        for _ in range(chance.randrange(5)):
            table, key = chance.choice([TABLE, OTHER]), chance.choice("abcdefghijklmnop")
            record = {"colour": chance.choice(values), "shape": chance.choice(values)}
            if (table, key) in changes.writes:
                continue
            if chance.random() < 0.25:
                changes.writes[table, key] = Write(None)
                models[table].write(key, None)
            else:
                encoded = msgspec.json.encode(record)
                changes.writes[table, key] = Write(encoded, places_of(THINGS, record))
                models[table].write(key, record)
        database.session("default").commit(changes)
        session = database.session("default")
        for table, model in models.items():
            index = chance.choice(THINGS.indexes)
            page = random_page(chance, index, values)
            assert [key for key, _ in session.page(table, page)] == model.page(page, index)
            everything = Page(page.index_name, page.group)
            assert session.count(table, *everything[:2]) == len(model.page(everything, index))
            by_position = sorted(model.rows, key=lambda key: model.rows[key][0])
            assert words(session.all(table)) == "".join(by_position)
        if chance.random() < 0.03:
            database.close()
            database = factory(tmp_path)
            database.open()
    database.close()
