"""Reading mail: what its bytes say, found out here or by a program that may die of it."""

from helpdesk.intake import Read
from helpdesk.reading.parent import ChildReader, NoReader
from helpdesk.reading.reads import Unreadable, read

__all__ = ["ChildReader", "NoReader", "Read", "Unreadable", "read"]
