"""References: what people call a call by, and the number behind it."""

import re

from helpdesk.errors import BadValue

_REFERENCE = re.compile(r"(?:ods-?)?0*(\d{1,9})", re.IGNORECASE)


def reference(number: int) -> str:
    return f"ODS-{number:06}"


def number_of(text: str) -> int:
    """The call's number in "ODS-000017", "ods-17" or "17". BadValue if it is none of these."""
    found = _REFERENCE.fullmatch(text.strip())
    if found is None:
        raise BadValue(f"{text!r} is not a reference; write for example ODS-000017, or 17")
    return int(found[1])
