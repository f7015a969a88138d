"""What the operations of Zep share: records, their collections, and the rules of the service."""

from .contexts import CONTEXTS
from .debug_logging import DEBUG_LOGGING
from .documents import DOCUMENT_COLLECTIONS, DOCUMENTS
from .graph.elements.facts import FACTS
from .graph.learning.screening import POLICY_EVENTS
from .graph.records import EPISODES, NODES
from .graph.search.planted import SEARCHES
from .groups import GROUPS
from .project import PROJECTS
from .sessions.conclusions import CLASSIFICATIONS, EXTRACTIONS, QUESTIONS
from .sessions.session import SESSIONS
from .sessions.summaries import SUMMARIES
from .settings.content_policy import BOUND_RECORDS, REVISIONS
from .settings.instructions import CUSTOM_RECORDS, SUMMARY_RECORDS
from .settings.ontology import TYPES
from .settings.steering import STEERING_RECORDS
from .templates.templates import CONTEXT_TEMPLATES
from .users import USERS
from .work.batches import BATCH_ITEMS, BATCHES
from .work.pending import PENDING
from .work.tasks import TASKS

COLLECTIONS = (
    BATCHES,
    BATCH_ITEMS,
    BOUND_RECORDS,
    CLASSIFICATIONS,
    CONTEXTS,
    CONTEXT_TEMPLATES,
    CUSTOM_RECORDS,
    DEBUG_LOGGING,
    DOCUMENTS,
    DOCUMENT_COLLECTIONS,
    EPISODES,
    EXTRACTIONS,
    FACTS,
    GROUPS,
    NODES,
    PENDING,
    POLICY_EVENTS,
    PROJECTS,
    QUESTIONS,
    REVISIONS,
    SEARCHES,
    SESSIONS,
    STEERING_RECORDS,
    SUMMARIES,
    SUMMARY_RECORDS,
    TASKS,
    TYPES,
    USERS,
)
