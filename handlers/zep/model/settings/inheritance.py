"""Settings of a project, which its users and graphs inherit unless they have their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from understudy import Collection, Record, World

from ..graph.owner import Owner, graph_of


class Setting(NamedTuple):
    """A kind of setting: one record for the project, and one for each owner with its own."""

    collection: Collection
    project_key: str = "project"

    def key(self, owner: Owner | None) -> str:
        """Return the key of an owner's record, or of the project's."""
        return self.project_key if owner is None else graph_of(owner)

    def own(self, world: World, owner: Owner | None) -> Record | None:
        """Return the setting of an owner (or of the project) itself."""
        return world.store.get(self.collection, self.key(owner))

    def read(self, world: World, owner: Owner | None) -> Record | None:
        """Return the setting that counts for an owner: its own, else the project's."""
        own = self.own(world, owner)
        return own if own is not None or owner is None else self.own(world, None)

    def is_inherited(self, world: World, owner: Owner | None) -> bool:
        """Return whether an owner has no setting of its own."""
        return owner is not None and self.own(world, owner) is None

    def write(self, world: World, owner: Owner | None, record: Mapping[str, Any]) -> None:
        """Store the setting of an owner, or of the project."""
        world.store.put(self.collection, self.key(owner), record)

    def remove(self, world: World, owner: Owner | None) -> None:
        """Delete the setting of an owner, which inherits then, or of the project."""
        world.store.delete(self.collection, self.key(owner))
