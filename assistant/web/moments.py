"""Points in time as a reader in the office has them."""

from __future__ import annotations

from datetime import UTC, datetime


def time_words(utc_time: str | None) -> str | None:
    """Return a UTC time in ISO 8601 as a date and time of this machine's own zone."""
    if utc_time is None:
        return None
    moment = _of_this_machine(utc_time)
    return f"{moment.day} {moment:%B %Y, %H:%M}"


def exact_time_words(utc_time: str) -> str:
    """Return the same with the second, for what may happen several times in a minute."""
    moment = _of_this_machine(utc_time)
    return f"{moment.day} {moment:%B %Y, %H:%M:%S}"


def _of_this_machine(utc_time: str) -> datetime:
    moment = datetime.fromisoformat(utc_time)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone()
