"""Numbers as lists and page labels show them: 1, a, A, i, I."""

from __future__ import annotations

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_LARGEST = 5000


def numeral(number: int, style: str) -> str:
    """Return ``number`` in the style of its sample ("1", "a", "A", "i" or "I"); other styles and ranges give digits."""
    if not 0 < number < _LARGEST or style not in ("a", "A", "i", "I"):
        return str(number)
    text = roman(number) if style in ("i", "I") else _letters(number)
    return text.upper() if style.isupper() else text


def roman(number: int) -> str:
    parts: list[str] = []
    for value, letters in _ROMAN:
        parts.append(letters * (number // value))
        number %= value
    return "".join(parts)


def from_roman(text: str) -> int | None:
    """Return the value of a lower-case Roman numeral, None where ``text`` is not one."""
    values = {letters: value for value, letters in _ROMAN}
    total, position = 0, 0
    while position < len(text):
        two = text[position : position + 2]
        step = two if two in values else text[position]
        if step not in values:
            return None
        total += values[step]
        position += len(step)
    return total if total and roman(total) == text else None


def _letters(number: int) -> str:
    """After z comes aa, bb and so on, as Word counts."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
