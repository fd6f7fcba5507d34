"""What a call that waits for CQC waits for: how the register has its place, and what was given."""

from typing import Any

from helpdesk.desk import organisations
from helpdesk.models import Call
from helpdesk.register.places import Place
from helpdesk.store import Tx

WATCHED = ("name", "also_known_as", "address", "postcode", "phone", "status", "site_code")
"""What CQC, or ODS after it, may change of a place, and a call may wait for."""

CODES = ("site_code", "parent_code")


def awaited(tx: Tx, call: Call) -> dict[str, Any]:
    """What a call that waits for CQC waits for, as the event of its hold keeps it.

    `as_it_was`: how the register has the place. `wanted`: what the requester gave otherwise; if
    they gave nothing otherwise, any change will do. Empty if the call is not traced: then the
    place is not there yet, and what is waited for is that it comes.
    """
    place = organisations.place_of(tx, call)
    if place is None:
        return {}
    wanted = {
        each["what"]: each["given"]
        for each in organisations.differences(tx, call)
        if each["what"] in WATCHED
    }
    return {"as_it_was": as_it_is(place), "wanted": wanted}


def as_it_is(place: Place) -> dict[str, str]:
    """How the register has `place` now."""
    return {name: str(getattr(place, name)) for name in (*WATCHED, "parent_code")}
