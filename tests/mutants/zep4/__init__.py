"""The mutants of Zep v4, by area."""

from __future__ import annotations

from tests.mutants.language import collected
from tests.mutants.zep4 import batches, graphs, settings, threads, users

MUTANTS = collected(users, threads, graphs, settings, batches)
