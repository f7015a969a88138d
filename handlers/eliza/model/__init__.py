"""What the operations of Eliza share: records, their collections, and the rules of the server."""

from .agents.agent import AGENTS
from .channels.channel import CHANNELS, PAIRS
from .channels.messages import MESSAGES
from .channels.participants import PARTICIPANTS
from .clock import SERVER
from .environment import ENVIRONMENT
from .jobs import JOBS, TALLY
from .logs.agent_log import AGENT_LOGS
from .logs.server_log import LOGS
from .media.uploads import UPLOAD_SIZES, UPLOADS
from .messaging.external import LOCAL_IDS
from .messaging.replies import SCRIPTS
from .rooms.changes import ROOM_CHANGES
from .rooms.memories import MEMORY_CHANGES
from .rooms.room import ROOMS
from .servers import SERVERS, SERVICES
from .sessions.agent_timeouts import AGENT_TIMEOUTS
from .sessions.session import SESSIONS
from .turns import DELETED_ENTRIES
from .worlds import WORLDS

COLLECTIONS = (
    AGENTS,
    AGENT_LOGS,
    AGENT_TIMEOUTS,
    CHANNELS,
    DELETED_ENTRIES,
    ENVIRONMENT,
    JOBS,
    LOCAL_IDS,
    LOGS,
    MEMORY_CHANGES,
    MESSAGES,
    PAIRS,
    PARTICIPANTS,
    ROOMS,
    ROOM_CHANGES,
    SCRIPTS,
    SERVER,
    SERVERS,
    SERVICES,
    SESSIONS,
    TALLY,
    UPLOADS,
    UPLOAD_SIZES,
    WORLDS,
)
