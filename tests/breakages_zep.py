"""What a careless author of a Zep server gets wrong: all breakages, by area."""

from __future__ import annotations

from breakages_zep_common import COMMON
from breakages_zep_documents import DOCUMENTS
from breakages_zep_graph import GRAPH
from breakages_zep_groups import GROUPS
from breakages_zep_knowledge import KNOWLEDGE
from breakages_zep_memory import MEMORY_ADDED
from breakages_zep_messages import MESSAGES_READ
from breakages_zep_session_lists import SESSION_LISTS
from breakages_zep_sessions import SESSIONS
from breakages_zep_users import USERS
from breaking import Case

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
