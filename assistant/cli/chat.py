"""``assistant chat``: serve the pages."""

from __future__ import annotations

import argparse

from assistant.cli.common import Parsers, opened_assistant
from assistant.settings import Settings


def add_chat(parsers: Parsers) -> None:
    """Add the command."""
    chat = parsers.commands.add_parser("chat", parents=[parsers.places], help="serve the chat page")
    chat.add_argument("--host", metavar="ADDRESS", help="address to listen on (default: 127.0.0.1)")
    chat.add_argument("--port", type=int, metavar="NUMBER", help="port to listen on (default: 7860)")
    chat.add_argument("--open", action="store_true", help="open the page in the browser")
    chat.set_defaults(run=_chat)


def _chat(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.web.host import serve

    with opened_assistant(settings) as assistant:
        serve(assistant, open_browser=options.open)
    return 0
