"""Tables of the register: CQC's locations and providers with their ODS codes, as we hold them."""

from datetime import date, datetime

from sqlmodel import Field

from helpdesk.intake import Kind
from helpdesk.models.columns import Row, UtcMoment, choice


class Provider(Row, table=True):
    """An organisation that runs locations: the bearer of a parent code. Unknown text is ""."""

    id: int | None = Field(default=None, primary_key=True)
    cqc_id: str | None = Field(default=None, unique=True)
    code: str = Field(default="", index=True)  #: its parent code
    name: str
    also_known_as: str = ""
    address: str = ""
    postcode: str = ""
    postcode_key: str = Field(default="", index=True)
    name_key: str = Field(default="", index=True)
    phone: str = ""
    status: str = ""  #: Registered or Deregistered
    registered_on: date | None = None
    deregistered_on: date | None = None
    successors: str = ""  #: CQC ids, divided by spaces
    predecessors: str = ""
    source: str  #: the file that last changed it
    loaded_at: datetime = Field(sa_type=UtcMoment)


class Location(Row, table=True):
    """A place or branch where care is given: the bearer of a site code. Unknown text is ""."""

    id: int | None = Field(default=None, primary_key=True)
    cqc_id: str | None = Field(default=None, unique=True)
    code: str = Field(default="", index=True)  #: its site code
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
    registered_on: date | None = None
    deregistered_on: date | None = None
    successors: str = ""  #: CQC ids, divided by spaces
    predecessors: str = ""
    source: str  #: the file that last changed it
    loaded_at: datetime = Field(sa_type=UtcMoment)
