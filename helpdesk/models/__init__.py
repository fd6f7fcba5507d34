"""The tables, all of them: calls and what happened to them, mail in and out, the register."""

from helpdesk.models.calls import Agent, Call, Duty, Event, Operation, Role
from helpdesk.models.clocks import Alert, Calendar, Clock
from helpdesk.models.columns import METADATA
from helpdesk.models.post import (
    Attachment,
    Letter,
    LetterState,
    MailState,
    Message,
    ReceivedMail,
)
from helpdesk.models.register import Location, Provider

__all__ = [
    "METADATA",
    "Agent",
    "Alert",
    "Attachment",
    "Calendar",
    "Call",
    "Clock",
    "Duty",
    "Event",
    "Letter",
    "LetterState",
    "Location",
    "MailState",
    "Message",
    "Operation",
    "Provider",
    "ReceivedMail",
    "Role",
]
