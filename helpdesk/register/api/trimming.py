"""What is kept of a document of CQC's API: what a load reads, and so nobody's name."""

from collections.abc import Mapping
from typing import Any

from helpdesk.register.documents import ADDRESS, SOCIAL_CARE

PLAIN = (
    "locationId",
    "providerId",
    "name",
    "alsoKnownAs",
    "odsCode",
    "registrationStatus",
    "registrationDate",
    "deregistrationDate",
    "dormancy",
    "careHome",
    "localAuthority",
    "postalCode",
    "mainPhoneNumber",
    *ADDRESS,
    *SOCIAL_CARE,
)
LISTS = {
    "gacServiceTypes": ("name",),
    "relationships": ("type", "relatedLocationId", "relatedProviderId"),
}
"""The lists of objects that are kept, and what of each object."""


def trimmed(document: Mapping[str, Any]) -> dict[str, Any]:
    """`document` without all that no load reads: contacts, managers, reports, ratings."""
    kept: dict[str, Any] = _plain(document, PLAIN)
    for name, parts in LISTS.items():
        listed = document.get(name)
        if isinstance(listed, list):
            kept[name] = [_plain(each, parts) for each in listed if isinstance(each, Mapping)]
    return kept


def _plain(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: values[name] for name in names if isinstance(values.get(name), str | int)}
