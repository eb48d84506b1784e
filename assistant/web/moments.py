"""Points in time as a reader in the office has them."""

from __future__ import annotations

from datetime import UTC, datetime


def time_words(utc_time: str | None) -> str | None:
    """Return a UTC time in ISO 8601 as a date and time of this machine's own zone."""
    if utc_time is None:
        return None
    moment = datetime.fromisoformat(utc_time)
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone()
    return f"{moment.day} {moment:%B %Y, %H:%M}"
