"""What the desk remembers of an organisation: its other calls of the last months."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlmodel import col

from helpdesk.models import Call, CallKey
from helpdesk.models.columns import METADATA
from helpdesk.register import memory
from helpdesk.register.codes import site_in
from helpdesk.register.memory import About, Remembered
from helpdesk.store import Tx

_TABLE = METADATA.tables["call_key"]
_FORGET = sa.delete(_TABLE).where(_TABLE.c.call_id == sa.bindparam("call"))
_KNOWN = sa.select(col(CallKey.key)).where(col(CallKey.call_id) == sa.bindparam("call"))


def remember(tx: Tx, call: Call, traced_to: str = "", *, anew: bool = False) -> None:
    """Keep what other calls about the same organisation will be known by.

    `traced_to` is the CQC id of a location. What a call was known by once, it stays known by,
    unless it is done `anew`: the call turned out to be about another organisation.
    """
    if anew:
        tx.session.connection().execute(_FORGET, {"call": call.id})
    about = About(
        organisation=call.organisation,
        postcode=call.postcode,
        sender=call.requester_email,
        ids=(call.cqc_location_id, traced_to),
        codes=(call.given_code, call.site_code),
    )
    about = about._replace(ids=(*about.ids, *_ids_of(tx, about.codes)))
    connection = tx.session.connection()
    known = set(connection.execute(_KNOWN, {"call": call.id}).scalars())
    fresh = dict.fromkeys(key for key in memory.keys_of(about) if key not in known)
    if fresh:
        connection.execute(sa.insert(_TABLE), [{"key": key, "call_id": call.id} for key in fresh])


def _ids_of(tx: Tx, codes: Sequence[str]) -> Iterator[str]:
    """The CQC ids of those who bear these codes, so that who names either is found by both."""
    for code in filter(None, map(site_in, codes)):
        for row in tx.rows(
            "SELECT cqc_id FROM location WHERE code = :code AND code <> ''", code=code
        ):
            yield row["cqc_id"] or ""


def others(tx: Tx, call: Call) -> Sequence[Remembered]:
    """The calls about the same organisation as `call`, or of the same sender."""
    return memory.remembered(tx, call.id or 0, call.organisation, tx.now)
