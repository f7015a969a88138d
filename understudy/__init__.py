"""Stand-ins for real HTTP APIs, driven by their OpenAPI documents.

These are the names that a handler needs, and `serve` for programs and tests; everything else is
imported from the module it lives in.
"""

from understudy.errors import Problem, Violation
from understudy.http.messages import Content, Request, Upload
from understudy.runtime.clock import Clock
from understudy.runtime.events import Events
from understudy.runtime.stores.store import Collection, Index, Record
from understudy.runtime.world import World
from understudy.serving.api import HookContext
from understudy.stand_in.context_manager import serve
from understudy.timestamps import iso_millis, rfc3339

__all__ = [
    "Clock",
    "Collection",
    "Content",
    "Events",
    "HookContext",
    "Index",
    "Problem",
    "Record",
    "Request",
    "Upload",
    "Violation",
    "World",
    "iso_millis",
    "rfc3339",
    "serve",
]
