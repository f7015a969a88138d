"""Stand-ins for real HTTP APIs, driven by their OpenAPI documents.

These are the names that a handler needs; everything else is imported from the module it lives in.
"""

from understudy.clock import Clock, iso_millis, rfc3339
from understudy.errors import Problem
from understudy.events import Events
from understudy.exchange import Call, Content, Upload
from understudy.store import Collection, Index, Record
from understudy.world import World

__all__ = [
    "Call",
    "Clock",
    "Collection",
    "Content",
    "Events",
    "Index",
    "Problem",
    "Record",
    "Upload",
    "World",
    "iso_millis",
    "rfc3339",
]
