"""``assistant doctor``: what is installed and indexed, what is wrong, and how to mend it."""

from __future__ import annotations

import argparse

from assistant.cli.common import Parsers, print_json
from assistant.records import to_json
from assistant.settings import Settings

FAILED = 1


def add_doctor(parsers: Parsers) -> None:
    """Add the command."""
    doctor = parsers.commands.add_parser(
        "doctor",
        parents=[parsers.places, parsers.printed],
        help="show what is installed and indexed, and how to mend what is wrong",
    )
    doctor.set_defaults(run=_doctor)


def _doctor(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.doctor import examine

    findings = examine(settings)
    well = all(finding.state != "problem" for finding in findings)
    if options.json:
        print_json({"well": well, "findings": to_json(findings)})
    else:
        marks = {"well": "ok     ", "warning": "warning", "problem": "PROBLEM"}
        for finding in findings:
            print(f"{marks[finding.state]}  {finding.name}: {finding.found}")
            if finding.next_step:
                print(f"         -> {finding.next_step}")
    return 0 if well else FAILED
