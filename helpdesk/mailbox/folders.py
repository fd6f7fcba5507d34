"""The folders of a mailbox, by the names that people give them."""

from contextlib import suppress
from typing import NamedTuple

from imapclient.exceptions import IMAPClientError

from helpdesk.config.post import Mailbox
from helpdesk.errors import MailboxDown
from helpdesk.intake import characters
from helpdesk.mailbox.opening import Client

MOST_NAMES = 12
"""How many folders a message names."""


class Folders:
    """Finds and makes folders. A name may leave out what the server puts before all of them.

    Many servers call a folder INBOX.Processed that people call Processed; a "/" in a name stands
    for whatever the server parts its levels by.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._prefix, self._level = _ways(client)
        self._made: dict[str, str] = {}

    def found(self, name: str) -> str | None:
        """The folder's name on the server; None if it is not there."""
        return next((each for each in self._names(name) if self._is_there(each)), None)

    def made(self, name: str) -> str:
        """The folder's name on the server, where it is made if it is not there."""
        if name not in self._made:
            self._made[name] = self.found(name) or self._create(self._names(name)[-1])
        return self._made[name]

    def all(self) -> list[str]:
        return sorted(name for _, _, name in self._client.list_folders())

    def _names(self, name: str) -> list[str]:
        """What it may be called, as it stands first, and where it would be made last."""
        level = name.replace("/", self._level) if self._level else name
        if name.upper() == "INBOX" or level.startswith(self._prefix):
            return list(dict.fromkeys((name, level)))
        return list(dict.fromkeys((name, level, self._prefix + level)))

    def _is_there(self, name: str) -> bool:
        if name.upper() == "INBOX":
            return True
        found = self._client.list_folders("", name)  # as a pattern, it may find others too
        return any(
            each == name and b"\\noselect" not in {flag.lower() for flag in flags}
            for flags, _, each in found
        )

    def _create(self, name: str) -> str:
        try:
            self._client.create_folder(name)
        except IMAPClientError:
            if not self._is_there(name):  # if it is, another daemon was faster
                raise
        with suppress(IMAPClientError):  # people see it without, in most mail programs
            self._client.subscribe_folder(name)
        return name


class Opened(NamedTuple):
    """A folder that is open."""

    validity: str  #: its UIDVALIDITY
    number: int  #: of mails, deleted ones too


def selected(client: Client, folders: Folders, mailbox: Mailbox) -> Opened:
    """Open the mailbox's folder. Raises MailboxDown if there is no such folder."""
    name = folders.found(mailbox.folder)
    if name is None:
        there = ", ".join(characters.line(each, 60) for each in folders.all()[:MOST_NAMES])
        raise MailboxDown(
            f"there is no folder {mailbox.folder!r} in {mailbox.name} (set folder to one that is "
            f"there: {there})"
        )
    try:
        answer = client.select_folder(name)
    except client.ReadOnlyError as error:
        raise MailboxDown(
            f"in {mailbox.name} mail may only be read (let the desk's user move mail there)"
        ) from error
    validity = answer.get(b"UIDVALIDITY")
    if validity is None:
        raise MailboxDown(
            f"{mailbox.host}:{mailbox.port} does not number its mails for good, so none could be "
            "told from another (the desk needs a server that gives UIDVALIDITY)"
        )
    return Opened(str(validity), answer.get(b"EXISTS", 0))


def _ways(client: Client) -> tuple[str, str]:
    """What stands before a person's own folders, and what parts their levels."""
    if client.has_capability("NAMESPACE"):
        personal = client.namespace().personal
        if personal:
            prefix, level = personal[0]
            return prefix, level or ""
    listed = client.list_folders("", "")
    return "", (listed[0][1] or b"").decode() if listed else ""
