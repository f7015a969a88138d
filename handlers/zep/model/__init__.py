"""What the operations of Zep share: records, their collections, and the rules of the service."""

from .documents import DOCUMENT_COLLECTIONS, DOCUMENTS
from .graph.facts import FACTS
from .graph.planted import SEARCHES
from .graph.records import EPISODES, NODES
from .graph.types import TYPES
from .groups import GROUPS
from .project import PROJECTS
from .sessions.conclusions import CLASSIFICATIONS, EXTRACTIONS, QUESTIONS
from .sessions.session import SESSIONS
from .sessions.summaries import SUMMARIES
from .settings.instructions import CUSTOM_INSTRUCTIONS, SUMMARY_INSTRUCTIONS
from .settings.steering import STEERING
from .users import USERS
from .work.batches import BATCH_ITEMS, BATCHES
from .work.pending import PENDING
from .work.tasks import TASKS

COLLECTIONS = (
    BATCHES,
    BATCH_ITEMS,
    CLASSIFICATIONS,
    CUSTOM_INSTRUCTIONS.collection,
    DOCUMENTS,
    DOCUMENT_COLLECTIONS,
    EPISODES,
    EXTRACTIONS,
    FACTS,
    GROUPS,
    NODES,
    PENDING,
    PROJECTS,
    QUESTIONS,
    SEARCHES,
    SESSIONS,
    STEERING.collection,
    SUMMARIES,
    SUMMARY_INSTRUCTIONS.collection,
    TASKS,
    TYPES,
    USERS,
)
