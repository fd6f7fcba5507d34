"""Days on which the desk is closed: those of England, or those of a file like it."""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from helpdesk.errors import ConfigError

ENGLAND = "england"
SHIPPED = Path(__file__).with_name("england.txt")


class Holidays(NamedTuple):
    """Days that are no desk days, and where they stand."""

    source: str  #: ENGLAND, a file, or "" for none at all
    days: frozenset[date] = frozenset()


@lru_cache
def england() -> Holidays:
    """The bank holidays of England, as far as they are known."""
    return Holidays(ENGLAND, read(SHIPPED).days)


def read(path: Path) -> Holidays:
    """The days in the file at `path`. ConfigError, with the line, where it holds anything else."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 text; save it as UTF-8") from error
    days = (_day(path, number, line) for number, line in enumerate(text.splitlines(), start=1))
    return Holidays(str(path), frozenset(day for day in days if day is not None))


def _day(path: Path, number: int, line: str) -> date | None:
    words = line.partition("#")[0].split()
    if not words:
        return None
    try:
        return date.fromisoformat(words[0])
    except ValueError:
        raise ConfigError(
            f"{path}:{number}: {words[0]!r} is not a day; write for example 2026-04-03  Good Friday"
        ) from None
