"""Tables of the register: CQC's locations and providers with their ODS codes, as we hold them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from helpdesk.intake import Kind
from helpdesk.models.columns import Row, UtcMoment, choice, only

ONE_BEARER = only("code <> ''")
"""No two organisations bear one code."""


class Provider(Row, table=True):
    """An organisation that runs locations: the bearer of a parent code. Unknown text is ""."""

    id: int | None = Field(default=None, primary_key=True)
    cqc_id: str | None = Field(default=None, unique=True)
    code: str = ""  #: its parent code
    code_closed_on: date | None = None  #: when ODS closed that code
    name: str
    also_known_as: str = ""
    address: str = ""
    postcode: str = ""
    postcode_key: str = Field(default="", index=True)
    name_key: str = Field(default="", index=True)
    phone: str = ""
    status: str = ""  #: Registered or Deregistered
    status_on: date | None = None  #: of when the file is that says so, if it bears a day
    registered_on: date | None = None
    deregistered_on: date | None = None
    successors: str = ""  #: CQC ids, divided by spaces
    predecessors: str = ""
    source: str  #: the file that last changed it
    loaded_at: datetime = Field(sa_type=UtcMoment)

    __table_args__ = (sa.Index("ix_provider_code", "code", unique=True, **ONE_BEARER),)


class Location(Row, table=True):
    """A place or branch where care is given: the bearer of a site code. Unknown text is ""."""

    id: int | None = Field(default=None, primary_key=True)
    cqc_id: str | None = Field(default=None, unique=True)
    code: str = ""  #: its site code
    code_closed_on: date | None = None  #: when ODS closed that code
    provider_cqc_id: str = Field(default="", index=True)
    #: as an ODS file gives it; a provider's own row outranks it
    parent_code: str = Field(default="", index=True)
    name: str
    also_known_as: str = ""
    address: str = ""
    postcode: str = ""
    postcode_key: str = Field(default="", index=True)
    name_key: str = Field(default="", index=True)
    phone: str = ""
    phone_key: str = Field(default="", index=True)
    kind: Kind | None = Field(default=None, sa_type=choice(Kind))
    service_types: str = ""
    local_authority: str = ""
    dormant: bool = False
    status: str = ""  #: Registered or Deregistered
    status_on: date | None = None  #: of when the file is that says so, if it bears a day
    registered_on: date | None = None
    deregistered_on: date | None = None
    successors: str = ""  #: CQC ids, divided by spaces
    predecessors: str = ""
    source: str  #: the file that last changed it
    loaded_at: datetime = Field(sa_type=UtcMoment)
    listed: bool = False  #: whether the last list of all places had it

    __table_args__ = (sa.Index("ix_location_code", "code", unique=True, **ONE_BEARER),)


class Load(Row, table=True):
    """A file that was loaded, and what came of it: rows of the register, and pieces of the file."""

    __tablename__ = "register_load"

    id: int | None = Field(default=None, primary_key=True)
    loaded_at: datetime = Field(sa_type=UtcMoment)  #: files of one load share it
    by: str
    file: str
    sha256: str = Field(index=True)
    shape: str  #: what the file is: "CQC directory"
    published_on: date | None = None  #: what the file says of itself
    complete: bool  #: whether it lists all places that are registered
    read: int
    new: int
    changed: int
    unchanged: int
    skipped: int
    rejected: int
    unlisted: int  #: rows that an earlier list had, and this one has not


class Change(Row, table=True):
    """What a load changed in one row of the register."""

    __tablename__ = "register_change"

    id: int | None = Field(default=None, primary_key=True)
    load_id: int = Field(foreign_key="register_load.id", index=True)
    kind: str  #: new, changed, coded, deregistered, registered
    location_id: int | None = Field(default=None, index=True)
    provider_id: int | None = None
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)  #: column -> was, is now


class Origin(StrEnum):
    """How the desk came to know of a code."""

    REGISTER = "register"
    POOL = "pool"  #: the desk allocated it
    AGENT = "agent"  #: an agent was told it by ODS
    MOVED = "moved"  #: a supervisor said whose it is, whatever files say


class Code(Row, table=True):
    """A code that was ever given, and to whom. The database lets none be deleted or given twice."""

    value: str = Field(primary_key=True)
    level: str  #: site or parent
    location_id: int | None = Field(default=None, index=True)
    #: None with no location either: an organisation of which the register has no row
    provider_id: int | None = Field(default=None, index=True)
    name: str
    origin: str  #: one of Origin
    since: datetime = Field(sa_type=UtcMoment)
    by: str
    call_id: int | None = None
    closed_on: date | None = None  #: when ODS closed it, whoever bears it now
    agreed: bool = False  #: whether CQC and ODS once had it for a place of one name or postcode


class CodeClaim(Row, table=True):
    """An organisation to which a file gives a code that is another's: a person has to ask ODS.

    Where the register has no row for that organisation, the claim is against the one named here.
    """

    __tablename__ = "code_claim"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(index=True)
    location_id: int | None = Field(default=None, index=True)
    provider_id: int | None = Field(default=None, index=True)
    since: datetime = Field(sa_type=UtcMoment)
    source: str
    told: str = ""  #: how the file calls the organisation, if the register has no row for it


class CodePool(Row, table=True):
    """How much of a range of new codes is used."""

    __tablename__ = "code_pool"

    span: str = Field(primary_key=True)
    used: int


class RegisterTurn(Row, table=True):
    """One row: how often anybody wrote into the register."""

    __tablename__ = "register_turn"

    id: int | None = Field(default=None, primary_key=True)
    number: int


class LocationWord(Row, table=True):
    """A word that a place is known by: of its name, other names, or its provider's."""

    __tablename__ = "location_word"

    word: str = Field(primary_key=True)
    location_id: int = Field(primary_key=True, index=True)


class RegisterWord(Row, table=True):
    """How many places bear a word: the fewer, the more it says."""

    __tablename__ = "register_word"

    word: str = Field(primary_key=True)
    places: int


class CallKey(Row, table=True):
    """Something that calls about one organisation share: an id, a code, a domain, a postcode."""

    __tablename__ = "call_key"

    key: str = Field(primary_key=True)
    call_id: int = Field(primary_key=True, foreign_key="call.id", index=True)
