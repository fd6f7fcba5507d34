"""The tables, all of them: calls and what happened to them, mail in and out, the register."""

from helpdesk.models.calls import Agent, Call, Duty, Event, Operation, Role
from helpdesk.models.clocks import Alert, Calendar, Clock
from helpdesk.models.columns import METADATA
from helpdesk.models.post import (
    Attachment,
    BadAddress,
    File,
    Letter,
    LetterState,
    Mailbox,
    MailState,
    Message,
    ReceivedMail,
    Secret,
    Trust,
)
from helpdesk.models.register import Location, Provider

__all__ = [
    "METADATA",
    "Agent",
    "Alert",
    "Attachment",
    "BadAddress",
    "Calendar",
    "Call",
    "Clock",
    "Duty",
    "Event",
    "File",
    "Letter",
    "LetterState",
    "Location",
    "MailState",
    "Mailbox",
    "Message",
    "Operation",
    "Provider",
    "ReceivedMail",
    "Role",
    "Secret",
    "Trust",
]
