"""What a careless author of a Zep server gets wrong: all breakages, by area."""

from __future__ import annotations

from tests.mutants.mutated_app import Case
from tests.mutants.zep.common import COMMON
from tests.mutants.zep.documents import DOCUMENTS
from tests.mutants.zep.graph import GRAPH
from tests.mutants.zep.groups import GROUPS
from tests.mutants.zep.knowledge import KNOWLEDGE
from tests.mutants.zep.memory import MEMORY_ADDED
from tests.mutants.zep.messages import MESSAGES_READ
from tests.mutants.zep.session_lists import SESSION_LISTS
from tests.mutants.zep.sessions import SESSIONS
from tests.mutants.zep.users import USERS

BREAKAGES: tuple[Case, ...] = (
    *USERS,
    *GROUPS,
    *SESSIONS,
    *SESSION_LISTS,
    *MEMORY_ADDED,
    *MESSAGES_READ,
    *KNOWLEDGE,
    *GRAPH,
    *DOCUMENTS,
    *COMMON,
)
