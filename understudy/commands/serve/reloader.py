"""`serve --reload`: look for changes, load the app anew, and let it take the old one's place."""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from understudy.commands.serve.banner import print_document_warnings
from understudy.commands.serve.handover import ReplaceableApp
from understudy.errors import UsageError
from understudy.serving.project import STANDARD_INPUT, bundled
from understudy.serving.reloading.handler_modules import loaded_anew
from understudy.serving.reloading.watched_files import Stamp, changed, roots_of, stamps_of
from understudy.serving.server import parses

if TYPE_CHECKING:
    from understudy.app import Understudy
    from understudy.runtime.stores.database import Database

log = logging.getLogger("understudy")

#: Seconds between two looks at the files. A change is loaded when nothing has changed since the
#: last look, because editors and `git` write one file after the other.
_INTERVAL = 0.3

#: The most files, and losses of state, that a message names.
_MOST_NAMED = 5


class Load(Protocol):
    """Loads the app, perhaps as the successor of another one; raises UsageError."""

    def __call__(self, *, successor_of: Understudy | None = None) -> Understudy:
        """Return the app."""


def check_reload(options: argparse.Namespace, database: Database | None) -> None:
    """Raise UsageError where an app cannot be loaded anew; see to it that Python does not take
    handlers from its cache, which cannot tell two changes within a second apart."""
    if options.workers > 1:
        raise UsageError(f"--reload is for one process: leave --workers {options.workers} out")
    if database is not None:
        raise UsageError("--reload keeps the state in memory: leave --store out")
    if STANDARD_INPUT in options.sources:
        raise UsageError("--reload cannot read the standard input again: give a file")
    sys.dont_write_bytecode = True


class Reloader(ReplaceableApp):
    """An app that `load` returns, and loads again when one of its files has changed."""

    def __init__(self, options: argparse.Namespace, load: Load) -> None:
        super().__init__(load())
        self._options = options
        self._load = load
        self._has_usual_methods = _all_usual(self.app)
        self._roots: list[Path] = []
        self._stamps: dict[Path, Stamp] = {}
        self._task: asyncio.Task[None] | None = None
        self._watch_files_of(self.app)

    def start(self) -> None:
        """Watch in the background of the running event loop, until that ends."""
        self._task = asyncio.get_running_loop().create_task(self._watch())

    async def _watch(self) -> None:
        seen = self._stamps
        while True:
            await asyncio.sleep(_INTERVAL)
            now = await asyncio.to_thread(stamps_of, self._roots)
            if now != self._stamps and now == seen:
                await self._reload(changed(self._stamps, now))
                now = self._stamps
            seen = now

    async def _reload(self, files: Sequence[Path]) -> None:
        """Load the app anew; if that fails, say why, and go on with the old one."""
        self._stamps = stamps_of(self._roots)  # what changes from now on is seen at the next look
        before = self._stamps
        try:
            successor = await asyncio.to_thread(self._successor)
        except (UsageError, OSError) as error:
            _say(f"understudy: {error}; the former version is still served")
            return
        except Exception:
            log.exception("the app cannot be loaded anew; the former version is still served")
            return
        losses = self.replace(successor)
        self._watch_files_of(successor, before)
        print_document_warnings(successor.served)
        for loss in losses[:_MOST_NAMED]:
            _say(f"warning: {loss}")
        if len(losses) > _MOST_NAMED:
            _say(f"warning: {len(losses) - _MOST_NAMED} more things were dropped")
        _say(f"Loaded anew, because {_named(files)} changed")
        _collect_garbage()

    def _successor(self) -> Understudy:
        with loaded_anew([root for root in self._roots if root.name == "handlers"]):
            successor = self._load(successor_of=self.app)
        if self._has_usual_methods and not _all_usual(successor):
            raise UsageError("a document has a method for which the server must be started anew")
        return successor

    def _watch_files_of(self, app: Understudy, before: dict[Path, Stamp] | None = None) -> None:
        """Watch the files of an app. Those that were watched `before` are compared with then."""
        state = [] if self._options.state is None else [self._options.state]
        sources = self._options.sources or [bundled()]
        self._roots = [*roots_of(sources, app.served), *state]
        now = stamps_of(self._roots)
        known = before or {}
        self._stamps = {file: known.get(file, stamp) for file, stamp in now.items()}


def _all_usual(app: Understudy) -> bool:
    return all(parses(o.method) for api in app.served for o in api.contract.operations)


def _named(files: Sequence[Path]) -> str:
    names = [os.path.relpath(file) for file in files[:_MOST_NAMED]]
    more = len(files) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _collect_garbage() -> None:
    """Free the former app, whose parts refer to each other; the first one was set apart."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
