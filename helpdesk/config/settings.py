"""The whole of config.toml, typed and frozen: an unknown key is an error that names its line."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field, SecretStr, ValidationError

from helpdesk import config
from helpdesk.config import faults
from helpdesk.config.definitions import definition
from helpdesk.config.post import Flow, Intake, Login, Mailbox, OAuth, Outbox, Section, Smtp
from helpdesk.config.register import Codes, Cqc
from helpdesk.config.sections import (
    Calls,
    Count,
    Daemon,
    Desk,
    DeskHours,
    Holds,
    Ladder,
    People,
    Promise,
    Replies,
    Sla,
    Store,
    Workflows,
)
from helpdesk.errors import ConfigError
from workflows.calendar import Calendar
from workflows.definition import Workflow
from workflows.lifecycle import ODS_CODE

__all__ = [
    "Calls",
    "Codes",
    "Config",
    "Count",
    "Cqc",
    "Daemon",
    "Desk",
    "DeskHours",
    "Flow",
    "Holds",
    "Intake",
    "Ladder",
    "Login",
    "Mailbox",
    "OAuth",
    "Outbox",
    "People",
    "Promise",
    "Replies",
    "Sla",
    "Smtp",
    "Store",
    "Workflows",
    "load",
    "secret",
]


Named = TypeVar("Named", bound=Section)


class Config(Section):
    desk: Desk = Desk()
    store: Store = Store()
    intake: Intake = Intake()
    smtp: Smtp = Smtp()
    oauth: OAuth = OAuth()
    outbox: Outbox = Outbox()
    people: People = People()
    calendar: DeskHours = Field(default_factory=DeskHours)
    sla: Sla = Sla()
    holds: Holds = Holds()
    calls: Calls = Calls()
    codes: Codes = Codes()
    cqc: Cqc = Cqc()
    replies: Replies = Replies()
    ladder: Ladder = Ladder()
    workflows: Workflows = Workflows()
    daemon: Daemon = Daemon()

    @property
    def hours(self) -> Calendar:
        """When the desk is staffed, by the clocks of its zone."""
        return self.calendar.calendar(self.desk.zone)

    def workflow(self, name: str) -> Workflow:
        """The workflow of that name. ConfigError if the settings do not name it any more."""
        known = (ODS_CODE, *map(definition, self.workflows.definitions))
        found = next((each for each in known if each.name == name), None)
        if found is None:
            raise ConfigError(
                f"there are calls of the workflow {name!r}:"
                " name its definition in config.toml, [workflows] definitions"
            )
        return found


def load(path: Path) -> Config:
    """The configuration in `path`, its relative paths made absolute.

    ConfigError names the file, the line, and the near miss of a name that is unknown.
    """
    values = _with_defaults(config.read(path))
    folder = path.absolute().parent
    try:
        found = Config.model_validate(values, context={"folder": folder})
    except ValidationError as error:
        raise ConfigError(faults.told(path, Config, error)) from None
    return _absolute(found, folder)


def secret(name: str, file: Path | None) -> SecretStr | None:
    """A secret: from the environment, from systemd's credentials, or else from its file.

    The variable for `smtp_password` is HELPDESK_SMTP_PASSWORD. ConfigError for a file that
    cannot be read.
    """
    if given := os.environ.get(f"HELPDESK_{name.upper()}"):
        return SecretStr(given)
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    kept = Path(credentials, name) if credentials else None
    path = kept if kept and kept.exists() else file
    if path is None:
        return None
    try:
        found = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ConfigError(f"the file of {name}, {path}, cannot be read: {why}") from error
    if not found:
        raise ConfigError(f"the file of {name}, {path}, is empty: write the secret into it")
    return SecretStr(found)


def _with_defaults(values: Mapping[str, Any]) -> dict[str, Any]:
    """`values`, where a promise that is given in part keeps the rest of its default."""
    given = dict(values)
    if isinstance(sla := given.get("sla"), dict):
        given["sla"] = {
            name: {**_default_promise(name, part), **part}
            if name in Sla.model_fields and isinstance(part, dict)
            else part
            for name, part in sla.items()
        }
    return given


def _default_promise(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    default: dict[str, Any] = Sla.model_fields[name].default.model_dump()
    if given.get("count") == Count.WORKING.value:
        del default["within"]  # so many hours of the day and night are not so many of the desk
    return default


def _absolute(found: Config, folder: Path) -> Config:
    intake = found.intake
    return found.model_copy(
        update={
            "store": Store(database=config.located(found.store.database, folder / "config.toml")),
            "intake": intake.model_copy(
                update={
                    "paths": tuple(folder / path.expanduser() for path in intake.paths),
                    "mailboxes": tuple(_with_files(each, folder) for each in intake.mailboxes),
                }
            ),
            "outbox": Outbox(folder=folder / found.outbox.folder.expanduser()),
            "smtp": _with_files(found.smtp, folder),
            "oauth": _with_files(found.oauth, folder),
            "replies": _with_files(found.replies, folder),
            "cqc": _with_files(found.cqc, folder),
        }
    )


def _with_files(section: Named, folder: Path) -> Named:
    """`section`, the files that it names meant from `folder`."""
    files = {name: path for name, path in section if isinstance(path, Path)}
    return section.model_copy(
        update={name: folder / path.expanduser() for name, path in files.items()}
    )
