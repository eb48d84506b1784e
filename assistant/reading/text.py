"""Plain text: what the bytes say, and which lines belong together."""

from __future__ import annotations

import re
from itertools import pairwise

from assistant.errors import UnreadableFileError
from assistant.reading.composing import Block, BlockKind
from assistant.text.characters import CELL_SEPARATOR, clean, clean_line
from assistant.text.markers import MARKER, SURE_MARKER, without_marker

_WRAPPED_AT_MOST = 120
_HEADING_WORDS = 14
_WIDE_GAP = re.compile(r"(?<=\S)(?: {3,}|\t+)(?=\S)")
_LIKELY_ENCODINGS = [
    *(f"cp125{number}" for number in range(9)),
    *("koi8_r", "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr"),
]
_RULE = re.compile(r"[=\-_*~#.]{3,}")


def decode(data: bytes, source: str) -> str:
    """Return the text of ``data``, whatever encoding it is in; raises UnreadableFileError where it is not text."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _checked(data.decode(name, errors="replace"), source)
    if b"\x00" in data[:4096]:
        return _checked(_without_mark(data, source), source)
    try:
        return _checked(data.decode("utf-8"), source)
    except UnicodeDecodeError:
        return _checked(_legacy(data), source)


def _without_mark(data: bytes, source: str) -> str:
    """UTF-16 without a byte order mark has a zero in every other place of mostly Latin text."""
    sample = data[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) > 0.4 * len(sample) / 2 and min(even, odd) < 0.05 * len(sample):
        return data.decode("utf-16-be" if even > odd else "utf-16-le", errors="replace")
    raise _not_text(source)


def _legacy(data: bytes) -> str:
    """Windows-1252 is by far the most likely for Latin letters; other scripts are guessed from their statistics."""
    high = sum(byte >= 0x80 for byte in data[:65536])
    if high < 0.25 * min(len(data), 65536):
        try:
            return data.decode("cp1252")
        except UnicodeDecodeError:
            pass
    from charset_normalizer import from_bytes

    best = from_bytes(data, cp_isolation=_LIKELY_ENCODINGS).best()
    return str(best) if best is not None else data.decode("latin-1")


def _checked(text: str, source: str) -> str:
    sample = text[:20000]
    unlikely = sum(1 for char in sample if (char < " " and char not in "\t\n\r\f\v") or char == "\ufffd")
    if sample and unlikely > 0.02 * len(sample):
        raise _not_text(source)
    return text


def _not_text(source: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{source} does not hold text, whatever its name says.",
        next_step="Open it in the program that made it and save it as PDF, Word (.docx) or text.",
    )


def read_text(data: bytes, source: str) -> list[Block]:
    """Return the blocks of a plain text file."""
    lines = clean(decode(data, source).replace("\x0c", "\n\n").replace("\t", "    ")).split("\n")
    width = _wrap_width(lines)
    blocks: list[Block] = []
    groups = _groups(lines)
    for index, group in enumerate(groups):
        heading = _heading(group, follows=index + 1 < len(groups))
        if heading is not None:
            level = 1 if not any(block.kind is BlockKind.HEADING for block in blocks) else 2
            blocks.append(Block(BlockKind.HEADING, heading, level))
        else:
            blocks += _paragraphs(group, width)
    return blocks


def _groups(lines: list[str]) -> list[list[str]]:
    """Return the lines between blank ones, without drawn rules."""
    groups: list[list[str]] = [[]]
    for line in lines:
        stripped = line.strip()
        if _RULE.fullmatch(stripped.replace(" ", "")):
            if len(groups[-1]) == 1:  # A line with a rule below it is a heading.
                groups.append([])
        elif stripped:
            groups[-1].append(line.rstrip())
        else:
            groups.append([])
    return [group for group in groups if group]


def _wrap_width(lines: list[str]) -> int:
    """Return the column at which the file's lines were broken, or 0 where a line is a paragraph."""
    lengths = sorted(len(line.rstrip()) for line in lines if line.strip())
    if not lengths or lengths[-1] > 2 * _WRAPPED_AT_MOST:
        return 0
    return lengths[min(len(lengths) - 1, int(len(lengths) * 0.98))]


def _heading(group: list[str], *, follows: bool) -> str | None:
    text = clean_line(group[0])
    if len(group) > 1 or not follows or len(text.split()) > _HEADING_WORDS or _WIDE_GAP.search(group[0].strip()):
        return None
    bare = without_marker(text)
    if bare[-1:] in ".,;:!?" or not bare[:1].isalnum() or bare[:1].islower():
        return None
    return text


def _paragraphs(group: list[str], width: int) -> list[Block]:
    if sum(1 for line in group if _WIDE_GAP.search(line.strip())) > len(group) / 2 and len(group) > 1:
        return [
            Block(BlockKind.ROW, CELL_SEPARATOR.join(clean_line(cell) for cell in _WIDE_GAP.split(line.strip())))
            for line in group
        ]
    parts: list[list[str]] = [[group[0]]]
    for before, line in pairwise(group):
        if _continues(before, line, parts[-1][0], width):
            parts[-1].append(line)
        else:
            parts.append([line])
    several = len(parts) > 1
    return [_block(clean_line(" ".join(part)), several) for part in parts]


def _block(text: str, among_others: bool) -> Block:
    marked = SURE_MARKER.match(text) if not among_others else MARKER.match(text)
    return Block(BlockKind.ITEM if marked else BlockKind.PARAGRAPH, text)


def _continues(before: str, line: str, first: str, width: int) -> bool:
    """Whether ``line`` goes on with the paragraph that ``first`` began and ``before`` is the last line of."""
    text = line.strip()
    if SURE_MARKER.match(text):
        return False
    ended = before.rstrip()[-1:] in ".!?:;"
    if MARKER.match(text) and (ended or MARKER.match(first.strip())):
        return False
    first_word = text.split(maxsplit=1)[0]
    would_fit = len(before) + 1 + len(first_word) <= width - 4
    if width and not would_fit:
        return True
    # A short line was ended on purpose, unless the next one plainly goes on in the middle of a sentence.
    return bool(width) and not ended and text[:1].islower()
