"""The command line: arguments go in, standard output, standard error and an exit status come out."""

from __future__ import annotations

import sys


def main() -> None:
    """The program `kpiextract`; ends the process with its exit status."""
    if sys.argv[1:] == ["--version"]:  # answered before anything slow is imported
        from kpiextract import __version__

        sys.stdout.write(f"kpiextract {__version__}\n")
        return
    try:
        from kpiextract.cli.errors import supervised
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(supervised(_program))


def _program() -> None:
    from kpiextract.cli.program import build

    build(next(iter(sys.argv[1:]), None))(prog_name="kpiextract")
