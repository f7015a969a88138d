"""What the operations of Zep share: records, their collections, and the rules of the service."""

from .contexts import CONTEXTS
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
from .settings.instructions import CUSTOM_RECORDS, SUMMARY_RECORDS
from .settings.steering import STEERING_RECORDS
from .users import USERS
from .work.batches import BATCH_ITEMS, BATCHES
from .work.pending import PENDING
from .work.tasks import TASKS

COLLECTIONS = (
    BATCHES,
    BATCH_ITEMS,
    CLASSIFICATIONS,
    CONTEXTS,
    CUSTOM_RECORDS,
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
    STEERING_RECORDS,
    SUMMARIES,
    SUMMARY_RECORDS,
    TASKS,
    TYPES,
    USERS,
)
