"""What the doctor looks over."""

from datetime import datetime
from typing import NamedTuple

from helpdesk.config.settings import Config
from helpdesk.database import Reader


class Patient(NamedTuple):
    """A desk: its settings, its database, and the moment of the visit."""

    config: Config
    reader: Reader
    now: datetime
