"""``python -m assistant.cli``, for where the command itself is not installed."""

import sys

from assistant.cli.main import main

sys.exit(main())
