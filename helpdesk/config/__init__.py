"""Where config.toml is, and the two settings of it that every command needs, quickly read."""

import os
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from helpdesk.errors import ConfigError

PLACES = ("config.toml", "~/.config/helpdesk/config.toml", "/etc/helpdesk/config.toml")
"""Where it is looked for, in this order, when neither --config nor HELPDESK_CONFIG names one."""

DATABASE = "sqlite:///helpdesk.sqlite"
ZONE = "Europe/London"


class Glance(NamedTuple):
    """What reading a worklist needs to know."""

    database: str
    zone: str


def find(given: str | None) -> Path:
    """The configuration file to use. ConfigError if there is none."""
    named = given or os.environ.get("HELPDESK_CONFIG")
    for place in (named,) if named else PLACES:
        path = Path(place).expanduser()
        try:
            if path.is_file():
                return path
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    if named:
        raise ConfigError(f"there is no configuration at {named}; make one with: helpdesk init")
    raise ConfigError("there is no config.toml here; make a desk with: helpdesk init")


def glance(path: Path) -> Glance:
    """The database and the zone; every other setting is checked when it is first needed."""
    values = read(path)
    store, desk = values.get("store"), values.get("desk")
    database = store.get("database", DATABASE) if isinstance(store, dict) else DATABASE
    zone = desk.get("zone", ZONE) if isinstance(desk, dict) else ZONE
    return Glance(located(str(database), path), str(zone))


def read(path: Path) -> dict[str, Any]:
    """The file's values. ConfigError, with the line, if it is not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 text; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is not valid TOML: {error}") from error


def located(database: str, path: Path) -> str:
    """The database's URL; a SQLite file is meant to lie beside the configuration."""
    scheme, slashes, file = database.partition("sqlite:///")
    if not slashes or scheme:
        return database
    return f"sqlite:///{path.absolute().parent / Path(file).expanduser()}"
