"""Why a file that may hold a form was not read: told to the person who then opens it."""

from helpdesk.errors import HelpdeskError


class FormUnreadable(HelpdeskError):
    """that form cannot be opened"""

    exit_code = 66
