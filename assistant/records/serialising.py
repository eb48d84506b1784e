"""Records to JSON-ready values."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any

from assistant.records.sources import Span


def to_json(record: Any) -> Any:
    """Return ``record`` as JSON-ready values; a span becomes its ``start`` and ``end`` beside the other fields."""
    if is_dataclass(record) and not isinstance(record, type):
        result: dict[str, Any] = {}
        for one in fields(record):
            value = getattr(record, one.name)
            if isinstance(value, Span):
                result |= {"start": value.start, "end": value.end}
            else:
                result[one.name] = to_json(value)
        return result
    if isinstance(record, StrEnum):
        return record.value
    if isinstance(record, dict):
        return {key: to_json(value) for key, value in record.items()}
    if isinstance(record, (list, tuple)):
        return [to_json(value) for value in record]
    if isinstance(record, float):
        return round(record, 6)
    return record
