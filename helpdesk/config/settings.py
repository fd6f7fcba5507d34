"""The whole of config.toml, typed and frozen: an unknown key is an error that names its line."""

import os
from collections.abc import Mapping
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)

from helpdesk import config
from helpdesk.errors import ConfigError
from notifications.headers import mailbox
from notifications.mailer import Security
from workflows import spans
from workflows.targets import ACKNOWLEDGE, PROVIDE, Policies, Policy, Target


def _span(value: object) -> object:
    return spans.read(value) if isinstance(value, str) else value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError(
            f"there is no time zone {value!r}; write for example Europe/London"
        ) from None
    return value


def _address(value: str) -> str:
    mailbox(value)
    return value


def _database(value: str) -> str:
    if not value.startswith(("sqlite:///", "postgresql://")):
        raise ValueError("write sqlite:///FILE, or postgresql://USER@HOST/NAME")
    return value


def _different(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))  # whoever stands there twice hears once


def _name(value: str) -> str:
    if set(value) & set('<>@"\\'):
        raise ValueError("a name goes without < > @ and quotation marks")
    return value


MENDS = {
    "tuple_type": 'write a list: ["sue@example.org"]',
    "greater_than": "it must be longer than no time at all",
    "enum": 'write "starttls", "tls" or "insecure_loopback"',
    "string_type": 'write it between quotation marks: "..."',
    "bool_type": "write true or false",
}
"""What to write instead, by pydantic's name for the mistake."""

Span = Annotated[timedelta, BeforeValidator(_span), Field(gt=timedelta())]
Zone = Annotated[str, AfterValidator(_zone)]
Address = Annotated[str, AfterValidator(_address)]
Addresses = Annotated[tuple[Address, ...], AfterValidator(_different)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Desk(_Section):
    name: Annotated[str, AfterValidator(_name)] = "The ODS desk"
    address: Address = "ods.desk@example.org"  #: where mail to the desk goes, and letters come from
    phone: str = ""
    zone: Zone = config.ZONE


class Store(_Section):
    database: Annotated[str, AfterValidator(_database)] = config.DATABASE


class Intake(_Section):
    paths: tuple[Path, ...] = ()  #: Maildirs, or folders of .eml files


class Smtp(_Section):
    host: str = ""  #: "" writes letters into outbox.folder instead of sending them
    port: int = Field(default=587, ge=1, le=65535)
    security: Security = Security.STARTTLS
    user: str = ""
    password_file: Path | None = None
    ca_file: Path | None = None
    null_sender: bool = False  #: send automatic mail from <>, where the server allows it


class Outbox(_Section):
    folder: Path = Path("outbox")


class People(_Section):
    supervisors: Addresses = ()
    desk: Addresses = ()  #: who hears of calls at risk that nobody has; else supervisors


class Promise(_Section):
    within: Span
    lead: Span

    @model_validator(mode="after")
    def _warns_in_time(self) -> Self:
        if self.lead >= self.within:
            raise ValueError("lead must be shorter than within: else every call is born at risk")
        return self

    def policy(self) -> Policy:
        return Policy(self.within, self.lead)


def _promise(target: Target) -> Promise:
    return Promise(within=target.policy.within, lead=target.policy.lead)


class Sla(_Section):
    acknowledge: Promise = _promise(ACKNOWLEDGE)
    provide: Promise = _promise(PROVIDE)

    @property
    def policies(self) -> Policies:
        return {
            ACKNOWLEDGE.name: self.acknowledge.policy(),
            PROVIDE.name: self.provide.policy(),
        }


class Daemon(_Section):
    take_in: Span = timedelta(seconds=30)
    sweep: Span = timedelta(seconds=60)
    deliver: Span = timedelta(seconds=10)
    stale_after: Span = timedelta(minutes=5)  #: how old the last good sweep may be


class Config(_Section):
    desk: Desk = Desk()
    store: Store = Store()
    intake: Intake = Intake()
    smtp: Smtp = Smtp()
    outbox: Outbox = Outbox()
    people: People = People()
    sla: Sla = Sla()
    daemon: Daemon = Daemon()


def load(path: Path) -> Config:
    """The configuration in `path`, its relative paths made absolute.

    ConfigError names the file, the line, and the near miss of a name that is unknown.
    """
    values = config.read(path)
    try:
        found = Config.model_validate(_with_defaults(values))
    except ValidationError as error:
        text = path.read_text(encoding="utf-8")
        raise ConfigError("\n".join(_told(path, text, each) for each in error.errors())) from None
    return _absolute(found, path.absolute().parent)


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
            name: {**Sla.model_fields[name].default.model_dump(), **part}
            if name in Sla.model_fields and isinstance(part, dict)
            else part
            for name, part in sla.items()
        }
    return given


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


def _told(path: Path, text: str, error: Any) -> str:  # pydantic's own mapping
    names = [str(part) for part in error["loc"]]
    where = f"{path}:{_line(text, names)}: {'.'.join(names)}"
    if error["type"] != "extra_forbidden":
        words = MENDS.get(error["type"]) or error["msg"].removeprefix("Value error, ")
        return f"{where}: {words}"
    near = get_close_matches(names[-1], _settings_beside(names), n=1)
    return f"{where}: unknown setting" + (f", did you mean {near[0]!r}?" if near else "")


def _settings_beside(names: list[str]) -> list[str]:
    section: Any = Config
    for name in names[:-1]:
        section = section.model_fields[name].annotation
    return list(section.model_fields)


def _line(text: str, names: list[str]) -> int:
    """The line that sets `names`, or the nearest above it that can be found."""
    section: list[str] = []
    best, depth = 1, 0
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.strip()
        if words.startswith("["):
            section = [part.strip() for part in words.strip("[]").split(".")]
            found = section
        elif "=" in words and not words.startswith("#"):
            key = [part.strip().strip("\"'") for part in words.partition("=")[0].split(".")]
            found = [*section, *key]
        else:
            continue
        if found == names[: len(found)] and len(found) > depth:
            best, depth = number, len(found)
    return best
