"""How much one file may cost to read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """Bounds for one file: size on disk, PDF pages, wall time, and memory on top of the reader's own.

    The field names follow the settings ``file_megabytes``, ``file_pages``, ``file_seconds`` and
    ``file_memory_megabytes``.
    """

    megabytes: int = 100
    pages: int = 2000
    seconds: float = 60.0
    memory_megabytes: int = 1024

    @property
    def bytes(self) -> int:
        return self.megabytes * 1024 * 1024
