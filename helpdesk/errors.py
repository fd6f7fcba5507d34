"""What a person can do wrong at the desk: each is told in one sentence, with the mend."""


class HelpdeskError(Exception):
    """Base of the errors that a person can mend; `exit_code` is what the command ends with.

    The codes follow sysexits where that has one; docs/exit-codes.md lists them.
    """

    exit_code = 1

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.__doc__)


class BadValue(HelpdeskError):
    """that value cannot be understood"""

    exit_code = 2


class NotFound(HelpdeskError):
    """there is nothing of that name"""

    exit_code = 3


class CallChanged(HelpdeskError):
    """somebody else changed this call in the meantime; look at it again (helpdesk show REF)"""

    exit_code = 4


class NotPermitted(HelpdeskError):
    """you may not do this"""

    exit_code = 6


class FileUnreadable(HelpdeskError):
    """that file cannot be read"""

    exit_code = 66


class MailboxDown(HelpdeskError):
    """a mailbox cannot be used: no mail is taken in from it"""

    exit_code = 68


class ApiDown(HelpdeskError):
    """CQC's API gives nothing"""

    exit_code = 69


class StoreUnavailable(HelpdeskError):
    """the database cannot be reached"""

    exit_code = 69


class CalendarLost(HelpdeskError):
    """a calendar that a call's clocks go by is missing: that call waits, and no other"""

    exit_code = 69


class NotInstalled(HelpdeskError):
    """a part of helpdesk that this needs is not installed"""

    exit_code = 72


class CannotWrite(HelpdeskError):
    """that place cannot be written to"""

    exit_code = 73


class StoreBusy(HelpdeskError):
    """the database is busy and nothing was changed; try the same command again"""

    exit_code = 75


class SchemaMismatch(HelpdeskError):
    """the database belongs to another version of helpdesk"""

    exit_code = 76


class SignInFailed(HelpdeskError):
    """no token was given to the desk, so it cannot log in to its mail server"""

    exit_code = 77


class KeyRefused(HelpdeskError):
    """CQC's API does not take the desk's key"""

    exit_code = 77


class ConfigError(HelpdeskError):
    """the configuration cannot be used"""

    exit_code = 78


STORE_AWAY = (StoreBusy, StoreUnavailable, CannotWrite)
"""What the store says when it is to blame itself, and no row of it, nor what it was given."""
