"""The command line: parse arguments, call the assistant, print text or JSON. One file a command.

Exit status: 0 for any answer, "the sources do not say" included; 2 for wrong use; 1 when a command failed, with one
line on standard error.
"""

from assistant.cli.main import main

__all__ = ["main"]
