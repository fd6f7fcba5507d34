"""The whole of config.toml, typed and frozen: an unknown key is an error that names its line."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError

from helpdesk import config
from helpdesk.config import faults
from helpdesk.config.definitions import definition
from helpdesk.config.sections import (
    Calls,
    Count,
    Daemon,
    Desk,
    DeskHours,
    Holds,
    Intake,
    Ladder,
    Outbox,
    People,
    Promise,
    Section,
    Sla,
    Smtp,
    Store,
    Workflows,
)
from helpdesk.errors import ConfigError
from workflows.calendar import Calendar
from workflows.definition import Workflow
from workflows.lifecycle import ODS_CODE

__all__ = [
    "Calls",
    "Config",
    "Count",
    "Daemon",
    "Desk",
    "DeskHours",
    "Holds",
    "Intake",
    "Ladder",
    "Outbox",
    "People",
    "Promise",
    "Sla",
    "Smtp",
    "Store",
    "Workflows",
    "load",
    "smtp_password",
]


class Config(Section):
    desk: Desk = Desk()
    store: Store = Store()
    intake: Intake = Intake()
    smtp: Smtp = Smtp()
    outbox: Outbox = Outbox()
    people: People = People()
    calendar: DeskHours = Field(default_factory=DeskHours)
    sla: Sla = Sla()
    holds: Holds = Holds()
    calls: Calls = Calls()
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


def smtp_password(smtp: Smtp) -> SecretStr | None:
    """The mail server's password: from the environment, systemd's credentials, or its file."""
    if given := os.environ.get("HELPDESK_SMTP_PASSWORD"):
        return SecretStr(given)
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    kept = Path(credentials, "smtp_password") if credentials else None
    path = kept if kept and kept.exists() else smtp.password_file
    if path is None:
        return None
    try:
        return SecretStr(path.read_text(encoding="utf-8").strip())
    except OSError as error:
        raise ConfigError(f"smtp.password_file {path} cannot be read: {error.strerror}") from error


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
    smtp, paths = found.smtp, found.intake.paths
    return found.model_copy(
        update={
            "store": Store(database=config.located(found.store.database, folder / "config.toml")),
            "intake": Intake(paths=tuple(folder / path.expanduser() for path in paths)),
            "outbox": Outbox(folder=folder / found.outbox.folder.expanduser()),
            "smtp": smtp.model_copy(
                update={
                    name: folder / path.expanduser()
                    for name in ("password_file", "ca_file")
                    if (path := getattr(smtp, name)) is not None
                }
            ),
        }
    )
