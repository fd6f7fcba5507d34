"""The sections of config.toml about mail: where it comes from, how letters go, who vouches."""

from enum import Enum
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from helpdesk.config.fields import Addresses
from notifications.mailer import Security


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Login(Enum):
    """How the desk proves to a mail server who it is."""

    PASSWORD = "password"  # noqa: S105  # the way, not the word
    OAUTH = "oauth"  #: with a token, as [oauth] says


class Mailbox(Section):
    """A mailbox on an IMAP server that mail to the desk arrives at."""

    host: str
    port: int = Field(default=993, ge=1, le=65535)
    security: Security = Security.TLS
    user: str
    login: Login = Login.PASSWORD
    password_file: Path | None = None
    ca_file: Path | None = None
    folder: str = "INBOX"
    processed: str = "Processed"  #: where mail goes that was taken in
    quarantine: str = "Quarantine"  #: where mail goes that could not be read

    @property
    def name(self) -> str:
        """What the store and `doctor` call it."""
        return f"imap:{self.user}@{self.host}:{self.port}/{self.folder}"


class Intake(Section):
    paths: tuple[Path, ...] = ()  #: Maildirs, or folders of .eml files
    mailboxes: tuple[Mailbox, ...] = ()
    #: the desk's other addresses: mail from them is its own, mail to them is meant for it
    also: Addresses = ()
    #: the name by which the desk's own mail server signs Authentication-Results; "" for none
    trusts: str = ""
    #: after so many receipts only senders that are vouched for get one: lest the desk shouts
    receipts_per_hour: int = Field(default=20, ge=0)

    @field_validator("mailboxes")
    @classmethod
    def _is_each_another(cls, value: tuple[Mailbox, ...]) -> tuple[Mailbox, ...]:
        names = [each.name for each in value]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"{min(twice)} is there twice: leave one out")
        return value


class Flow(Enum):
    """Where tokens come from."""

    CLIENT_CREDENTIALS = "client_credentials"  #: the desk is an application of its own
    REFRESH_TOKEN = "refresh_token"  # noqa: S105  #: a person signed in once, and left the desk a token


class OAuth(Section):
    """The application that stands for the desk at Microsoft Entra, or at another authority."""

    flow: Flow = Flow.CLIENT_CREDENTIALS
    authority: str = "https://login.microsoftonline.com"
    tenant: str = ""
    client_id: str = ""
    client_secret_file: Path | None = None
    refresh_token_file: Path | None = None  #: written anew whenever the authority gives a newer
    scopes: tuple[str, ...] = ("https://outlook.office365.com/.default",)
    ca_file: Path | None = None

    @field_validator("authority")
    @classmethod
    def _keeps_secrets(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
        except ValueError:  # half an address of the sixth version
            parts = urlsplit("")
        if parts.scheme != "https" or not parts.hostname:
            raise ValueError("write where tokens come from as https://...: else secrets are seen")
        return value


class Smtp(Section):
    host: str = ""  #: "" writes letters into outbox.folder instead of sending them
    port: int = Field(default=587, ge=1, le=65535)
    security: Security = Security.STARTTLS
    user: str = ""
    login: Login = Login.PASSWORD
    password_file: Path | None = None
    ca_file: Path | None = None
    null_sender: bool = False  #: send automatic mail from <>, where the server allows it
    #: ask for answers and bounces at desk+TOKEN@..., where the server delivers such addresses
    plus_addresses: bool = False
    per_minute: int = Field(default=30, ge=0)  #: letters, as Exchange Online allows; 0: no limit
    per_day: int = Field(default=10_000, ge=0)


class Outbox(Section):
    folder: Path = Path("outbox")
