"""The parser of all commands, and what becomes of their errors."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from assistant import __version__
from assistant.cli.ask import add_ask
from assistant.cli.chat import add_chat
from assistant.cli.common import Parsers, Run
from assistant.cli.doctor import add_doctor
from assistant.cli.draft import add_draft
from assistant.cli.evaluate import add_evaluate
from assistant.cli.index import add_index
from assistant.errors import AssistantError, SettingsError, UsageError
from assistant.settings import load_settings

FAILED, WRONG_USE = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        settings = load_settings({name: getattr(options, name, None) for name in ("corpus", "data", "host", "port")})
        run: Run = options.run
        return run(settings, options)
    except (UsageError, SettingsError) as error:
        return _told(error, WRONG_USE)
    except AssistantError as error:
        return _told(error, FAILED)
    except KeyboardInterrupt:
        print("Stopped. What was finished is kept.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output has seen enough (``| head``); Python would complain once more while closing it.
        sys.stderr.close()
        return 0


def _told(error: AssistantError, status: int) -> int:
    print("assistant: " + " ".join(str(error).split()), file=sys.stderr)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="assistant", description="Cited answers from a school district's own documents."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    places = argparse.ArgumentParser(add_help=False)
    places.add_argument("--corpus", type=Path, metavar="FOLDER", help="folder of the documents (default: corpus)")
    places.add_argument("--data", type=Path, metavar="FOLDER", help="folder of index and settings (default: .data)")
    printed = argparse.ArgumentParser(add_help=False)
    printed.add_argument("--json", action="store_true", help="print one JSON object (for ask --file, one a line)")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    parsers = Parsers(commands, places, printed)
    for add in (add_index, add_ask, add_draft, add_evaluate, add_chat, add_doctor):
        add(parsers)
    return parser
