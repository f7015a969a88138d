"""The way to the database without the driver, redis-py, which only some installations have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from understudy.errors import UsageError

if TYPE_CHECKING:
    from understudy.runtime.stores.redis.database import RedisDatabase


def redis_database(
    url: str, most_exchanges: int = 1000, most_bytes: int = 16_000_000
) -> RedisDatabase:
    """Return the database of a URL, not yet connected. Raises UsageError for a URL that is wrong,
    and if the driver is not installed."""
    try:
        from understudy.runtime.stores.redis.database import RedisDatabase
    except ModuleNotFoundError as error:
        if error.name != "redis":
            raise
        raise UsageError(
            "state in Redis needs the driver, which is not installed: run "
            "pip install 'understudy-mock[redis]'"
        ) from None
    return RedisDatabase(url, most_exchanges, most_bytes)
