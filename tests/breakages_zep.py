"""What a careless author of a Zep server gets wrong: all breakages, by area."""

from __future__ import annotations

from breakages_zep_common import COMMON
from breakages_zep_documents import DOCUMENTS
from breakages_zep_knowledge import KNOWLEDGE
from breakages_zep_memory import MESSAGES_AND_MEMORY
from breakages_zep_sessions import SESSIONS
from breakages_zep_users import USERS
from breaking import Case

BREAKAGES: tuple[Case, ...] = (
    *USERS,
    *SESSIONS,
    *MESSAGES_AND_MEMORY,
    *KNOWLEDGE,
    *DOCUMENTS,
    *COMMON,
)
