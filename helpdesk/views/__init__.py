"""What people look at: lists of calls, one call, the morning. Quick, and read-only."""

from helpdesk.views.lines import Line, breaching_today, references, worklist
from helpdesk.views.one_call import Sheet, attachments, clock_standing, sheet

__all__ = [
    "Line",
    "Sheet",
    "attachments",
    "breaching_today",
    "clock_standing",
    "references",
    "sheet",
    "worklist",
]
