"""Where config.toml is, and the two settings of it that every command needs, quickly read."""

# Every command reads this, and pathlib is slower to import than all the rest of it.
# ruff: noqa: PTH100, PTH111, PTH116, PTH118, PTH120, PTH123

import os
import stat
from collections.abc import Mapping
from typing import Any, NamedTuple

from helpdesk.errors import ConfigError

PLACES = ("config.toml", "~/.config/helpdesk/config.toml", "/etc/helpdesk/config.toml")
"""Where it is looked for, in this order, when neither --config nor HELPDESK_CONFIG names one."""

DATABASE = "sqlite:///helpdesk.sqlite"
ZONE = "Europe/London"

GLANCED = ("database", "zone")
"""The settings that a glance takes in: [store] database, and [desk] zone."""


class Glance(NamedTuple):
    """What reading a worklist needs to know."""

    database: str
    zone: str


def find(given: str | None) -> str:
    """The configuration file to use. ConfigError if there is none."""
    named = given or os.environ.get("HELPDESK_CONFIG")
    for place in (named,) if named else PLACES:
        path = os.path.expanduser(place)
        try:
            if stat.S_ISREG(os.stat(path).st_mode):
                return path
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    if named:
        raise ConfigError(f"there is no configuration at {named}; make one with: helpdesk init")
    raise ConfigError("there is no config.toml here; make a desk with: helpdesk init")


def glance(path: str) -> Glance:
    """The database and the zone; every other setting is checked when it is first needed."""
    text = _text(path)
    values = plainly(text)
    if values is None:
        values = _parsed(path, text)
    store, desk = values.get("store"), values.get("desk")
    database = store.get("database", DATABASE) if isinstance(store, dict) else DATABASE
    zone = desk.get("zone", ZONE) if isinstance(desk, dict) else ZONE
    return Glance(located(str(database), path), str(zone))


def plainly(text: str) -> Mapping[str, Any] | None:
    """The settings of GLANCED that `text` has, by section; None if it writes them in a rare way.

    A TOML reader takes longer to import than a worklist takes to be read.
    """
    if '"""' in text or "'''" in text:
        return None
    found: dict[str, dict[str, str]] = {}
    section = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            section, end, rest = line[1:].partition("]")
            if not (section.replace(".", "").isidentifier() and end and _is_over(rest)):
                return None
        elif not (_is_over(line) or section):
            return None  # a setting above all sections, which may be any section's
        elif not _is_over(line) and any(name in line for name in GLANCED):
            value = _plain_value(line)
            if value is None:
                return None
            found.setdefault(section, {})[line.partition("=")[0].strip()] = value
    return found


def _plain_value(line: str) -> str | None:
    """The text that `line` sets one of GLANCED to; None if it does anything else."""
    key, _, right = line.partition("=")
    parts = right.split('"', 2)
    plain = len(parts) == 3 and not parts[0].strip() and "\\" not in parts[1]  # noqa: PLR2004
    return parts[1] if plain and key.strip() in GLANCED and _is_over(parts[2]) else None


def read(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The file's values. ConfigError, with the line, if it is not TOML."""
    return _parsed(path, _text(path))


def _text(path: str | os.PathLike[str]) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 text; save it as UTF-8") from error


def _parsed(path: str | os.PathLike[str], text: str) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415  # nearly no quick look needs it

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is not valid TOML: {error}") from error


def located(database: str, path: str | os.PathLike[str]) -> str:
    """The database's URL; a SQLite file is meant to lie beside the configuration."""
    scheme, slashes, file = database.partition("sqlite:///")
    if not slashes or scheme:
        return database
    folder = os.path.dirname(os.path.abspath(path))
    return f"sqlite:///{os.path.join(folder, os.path.expanduser(file))}"


def _is_over(rest: str) -> bool:
    """Whether nothing but a comment follows on the line."""
    return not rest.strip() or rest.strip().startswith("#")
