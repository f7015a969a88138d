"""What the operations of Zep share: records, their collections, and the rules of the service."""

from .documents import DOCUMENT_COLLECTIONS, DOCUMENTS
from .graph.facts import FACTS
from .graph.records import EPISODES, NODES
from .graph.types import TYPES
from .groups import GROUPS
from .project import PROJECTS
from .sessions.conclusions import CLASSIFICATIONS, EXTRACTIONS, QUESTIONS
from .sessions.search import SEARCHES
from .sessions.session import SESSIONS
from .sessions.summaries import SUMMARIES
from .users import USERS

COLLECTIONS = (
    CLASSIFICATIONS,
    DOCUMENTS,
    DOCUMENT_COLLECTIONS,
    EPISODES,
    EXTRACTIONS,
    FACTS,
    GROUPS,
    NODES,
    PROJECTS,
    QUESTIONS,
    SEARCHES,
    SESSIONS,
    SUMMARIES,
    TYPES,
    USERS,
)
