"""Reads CQC's API documents: JSON, one object for each location or provider."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from helpdesk.errors import BadValue
from helpdesk.intake import Kind
from helpdesk.register.codes import read_cqc_id
from helpdesk.register.counted import Meter, text_of
from helpdesk.register.entries import (
    LONGEST_LIST,
    NOT_SOCIAL_CARE,
    Entry,
    LocationEntry,
    ProviderEntry,
    Reject,
    Skip,
    address,
    day,
    kind_of,
    plain,
)
from helpdesk.register.json_text import Document, JsonText

ADDRESS = (
    "postalAddressLine1",
    "postalAddressLine2",
    "postalAddressTownCity",
    "postalAddressCounty",
)

SOCIAL_CARE = {"type": "Social Care Org", "inspectionDirectorate": "Adult social care"}
"""What tells a document of adult social care. Either will do: CQC leaves one out at times."""


def read_documents(path: Path, meter: Meter) -> Iterator[Entry | Reject | Skip]:
    """The documents of one file: a single one, a list, or one after the other."""
    with text_of(path, "utf-8-sig", meter) as file:
        text = JsonText(file)
        while text.at_a_document():
            line, document, why = text.piece()
            if document is None:
                yield Reject(path.name, line, why)
                continue
            try:
                yield _entry(document)
            except BadValue as error:
                yield Reject(path.name, line, str(error))


def _entry(document: Document) -> Entry | Skip:
    if not any(document.get(name) for name in ("locationId", "providerId")):
        raise BadValue("neither a location nor a provider: it has no locationId or providerId")
    if not plain(document.get("name")):
        raise BadValue("it has no name")
    if not is_social_care(document):
        return NOT_SOCIAL_CARE
    return _location(document) if document.get("locationId") else _provider(document)


def is_social_care(document: Document) -> bool:
    said = [document[name] for name in SOCIAL_CARE if document.get(name)]
    return not said or any(document.get(name) == value for name, value in SOCIAL_CARE.items())


def _location(document: Document) -> LocationEntry:
    services = [plain(each.get("name")) for each in _objects(document, "gacServiceTypes")]
    dormant = plain(document.get("dormancy")).upper()
    return LocationEntry(
        cqc_id=_cqc_id(document, "locationId"),
        provider_cqc_id=_cqc_id(document, "providerId") if document.get("providerId") else "",
        kind=Kind.CARE_HOME if document.get("careHome") == "Y" else kind_of(services),
        service_types="|".join(services)[:LONGEST_LIST],
        local_authority=plain(document.get("localAuthority")),
        dormant=dormant == "Y" if dormant else None,
        successors=_related(document, "Successor", "relatedLocationId"),
        predecessors=_related(document, "Predecessor", "relatedLocationId"),
        **_common(document),
    )


def _provider(document: Document) -> ProviderEntry:
    return ProviderEntry(
        cqc_id=_cqc_id(document, "providerId"),
        successors=_related(document, "Successor", "relatedProviderId"),
        predecessors=_related(document, "Predecessor", "relatedProviderId"),
        **_common(document),
    )


def _cqc_id(document: Document, name: str) -> str:
    """The id; what stands there instead is not quoted, it might be a person's name."""
    try:
        return read_cqc_id(plain(document[name]))
    except BadValue:
        raise BadValue(
            f"its {name} is not a CQC id: 1- and the 9 to 11 digits that follow it"
        ) from None


def _common(document: Document) -> dict[str, Any]:
    return {
        "code": plain(document.get("odsCode")).upper(),
        "name": plain(document.get("name")),
        "also_known_as": plain(document.get("alsoKnownAs")),
        "address": address(*(document.get(line) for line in ADDRESS)),
        "postcode": plain(document.get("postalCode")).upper(),
        "phone": plain(document.get("mainPhoneNumber")),
        "status": plain(document.get("registrationStatus")).capitalize(),
        "registered_on": day(document.get("registrationDate")),
        "deregistered_on": day(document.get("deregistrationDate")),
    }


def _related(document: Document, relation: str, name: str) -> str:
    found = (
        plain(each.get(name))
        for each in _objects(document, "relationships")
        if plain(each.get("type")).endswith(relation)
    )
    return " ".join(dict.fromkeys(filter(None, found)))[:LONGEST_LIST]


def _objects(document: Document, name: str) -> list[Document]:
    listed = document.get(name)
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
