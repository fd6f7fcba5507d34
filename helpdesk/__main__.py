"""`helpdesk`, and `python -m helpdesk`: starts the command line, and ends it, without delay."""

import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from types import ModuleType
from typing import Any, NoReturn


def main() -> NoReturn:
    """Run one command and end with its exit code (docs/exit-codes.md)."""
    gc.disable()  # a command is over before its garbage matters, and collecting slows the start
    os.umask(0o077)  # what the desk writes is the desk's alone
    _import_click()
    from helpdesk.cli import run  # noqa: PLC0415  # once the garbage collector is off

    try:
        _end(run(sys.argv[1:]))
    except SystemExit:  # click's own way, once a word is completed or a reader has had enough
        _end(0)


class _Inspect(ModuleType):
    """Stands for `inspect` in click's eyes. What it does not know, the real one does."""

    @staticmethod
    def cleandoc(text: str) -> str:
        return text if "\n" not in text else str(import_module("inspect").cleandoc(text))

    def __getattr__(self, name: str) -> Any:  # whatever the real one holds
        return getattr(import_module("inspect"), name)


def _import_click() -> None:
    """Import click without `inspect`: a tenth of a quick command, and nearly never needed."""
    sys.modules["inspect"] = _Inspect("inspect")
    try:
        import_module("click")
    finally:
        del sys.modules["inspect"]  # for all others, the real one


def _end(code: int) -> NoReturn:
    """End at once: taking the interpreter down piece by piece is a fifth of a quick command."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # who read our words has had enough
            stream.flush()
    os._exit(code)  # nothing is left open: a command closes its database


if __name__ == "__main__":
    main()
