"""`helpdesk`, and `python -m helpdesk`: starts the command line."""

import gc
import os
import sys


def main() -> int:
    """Run one command; its exit code (docs/exit-codes.md)."""
    gc.disable()  # a command is over before its garbage matters, and collecting slows the start
    os.umask(0o077)  # what the desk writes is the desk's alone
    from helpdesk.cli import run  # noqa: PLC0415  # once the garbage collector is off

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
