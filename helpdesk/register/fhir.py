"""Reads ODS's organisations as FHIR resources: bundles, lists, or one after the other."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from helpdesk.errors import BadValue
from helpdesk.intake import Kind
from helpdesk.register.counted import Meter, text_of
from helpdesk.register.entries import (
    Entry,
    LocationEntry,
    ProviderEntry,
    Reject,
    Skip,
    address,
    day,
    plain,
)
from helpdesk.register.json_text import Document, JsonText, Piece
from helpdesk.register.places import DEREGISTERED

PARENT_ROLE, SITE_ROLE = "RO104", "RO101"
KINDS = {"RO269": Kind.CARE_HOME, "RO270": Kind.DOMICILIARY}
"""The roles of those who are this desk's business."""

RELATIONSHIP = "OrganizationAffiliation"
OPERATED_BY = "RE6"
"""How a site stands to its parent, in a resource of its own or in an extension of the site."""

TARGETS = ("valueReference", "valueIdentifier")
"""Where the parent stands in such an extension."""

CODE_SYSTEM = "ods-organization-code"
"""How the name ends of the system that ODS codes belong to."""

PERIODS = ("Operational", "Legal", "")
"""Which of the periods of an organisation counts: the first of these that it has."""

OTHER_ROLE = Skip("not a social care provider or site")
RELATION = Skip("a relationship, read with its organisation")
OTHER_RESOURCE = Skip("not an organisation")

IS_FHIR = re.compile(r'"resourceType"\s*:\s*"(Bundle|Organization\w*)"')
_ENTRIES = re.compile(r'"entry"\s*:\s*\[')
_MADE = re.compile(r'"(?:timestamp|lastUpdated)"\s*:\s*"(\d{4}-\d\d-\d\d)')
_CODE = re.compile(r"[0-9A-Z]{3,8}")
_ROLE = re.compile(r"(?:RO)?(\d{2,3})")


class _Period(NamedTuple):
    start: date | None = None
    end: date | None = None


def made_on(head: str) -> date | None:
    """The day that the head of a bundle bears."""
    found = _MADE.search(_ENTRIES.split(head, maxsplit=1)[0]) if _is_bundle(head) else None
    return day(found[1]) if found else None


def read_organisations(paths: Sequence[Path], meter: Meter) -> Iterator[Entry | Reject | Skip]:
    """The organisations in all files; those of this desk with the parents that any file names."""
    parents = {site: parent for path in paths for site, parent in _relations(path)}
    for path in paths:
        for line, resource, why in _resources(path, meter):
            if resource is None:
                yield Reject(path.name, line, why)
                continue
            try:
                yield _entry(resource, parents)
            except BadValue as error:
                yield Reject(path.name, line, str(error))


def _relations(path: Path) -> Iterator[tuple[str, str]]:
    """The code of each site that a relationship of its own names, and that of its parent."""
    for _, resource, _ in _resources(path, Meter()):
        if not resource or resource.get("resourceType") != RELATIONSHIP:
            continue
        kinds = {plain(coding.get("code")) for coding in _codings(resource.get("code"))}
        if OPERATED_BY in kinds and resource.get("active") is not False:
            yield (
                _code_at(resource.get("organization")),
                _code_at(resource.get("participatingOrganization")),
            )


def _resources(path: Path, meter: Meter) -> Iterator[Piece]:
    with text_of(path, "utf-8-sig", meter) as file:
        text = JsonText(file)
        if not _is_bundle(text.head()):
            while text.at_a_document():
                yield from _unpacked(text.piece())
            return
        while text.within(_ENTRIES):
            while text.at_an_object():
                yield from _unpacked(text.piece())


def _is_bundle(head: str) -> bool:
    found = IS_FHIR.search(head)
    return bool(found and found[1] == "Bundle")


def _unpacked(piece: Piece) -> Iterator[Piece]:
    """The resources in a piece: an entry holds one, a small bundle many."""
    document = piece.document or {}
    if document.get("resourceType") == "Bundle":
        for entry in _objects(document.get("entry")):
            yield from _unpacked(Piece(piece.line, entry))
    elif isinstance(inner := document.get("resource"), dict):
        yield Piece(piece.line, inner)
    else:
        yield piece


def _entry(resource: Document, parents: Mapping[str, str]) -> Entry | Skip:
    if resource.get("resourceType") != "Organization":
        is_relation = resource.get("resourceType") == RELATIONSHIP
        return RELATION if is_relation else OTHER_RESOURCE
    roles = _roles(resource)
    if not roles & {PARENT_ROLE, SITE_ROLE, *KINDS}:
        return OTHER_ROLE
    common = _common(resource)
    if PARENT_ROLE in roles and SITE_ROLE not in roles:
        return ProviderEntry(**common)
    kind = next((kind for role, kind in KINDS.items() if role in roles), None)
    parent = parents.get(common["code"]) or _parent(resource)
    return LocationEntry(**common, kind=kind, parent_code=parent)


def _common(resource: Document) -> dict[str, Any]:
    code, name = _code(resource), plain(resource.get("name"))
    if not _CODE.fullmatch(code) or not name:
        raise BadValue("it has no code or no name")
    where = next(iter(_objects(resource.get("address"))), {})
    lines = where.get("line")
    period = _period(resource)
    is_gone = bool(period.end) or resource.get("active") is False
    phones = (each for each in _objects(resource.get("telecom")) if each.get("system") == "phone")
    aliases = resource.get("alias")
    return {
        "code": code,
        "name": name,
        "also_known_as": plain(", ".join(map(str, aliases)) if isinstance(aliases, list) else ""),
        "address": address(
            *(lines if isinstance(lines, list) else []), where.get("city"), where.get("district")
        ),
        "postcode": plain(where.get("postalCode")).upper(),
        "phone": plain(next(phones, {}).get("value")),
        "status": DEREGISTERED if is_gone else "",
        "registered_on": period.start,
        "deregistered_on": period.end or (_last_updated(resource) if is_gone else None),
    }


def _last_updated(resource: Document) -> date | None:
    meta = resource.get("meta")
    return day(meta.get("lastUpdated")) if isinstance(meta, dict) else None


def _code(resource: Document) -> str:
    identifiers = _objects(resource.get("identifier"))
    ours = (each for each in identifiers if plain(each.get("system")).endswith(CODE_SYSTEM))
    named = next(ours, {}).get("value") or resource.get("id")
    return plain(named).upper()


def _roles(resource: Document) -> set[str]:
    """The roles that it has; of one that is closed, those that it had."""
    open_roles, all_roles = set(), set()
    for extension in _objects(resource.get("extension")):
        if not plain(extension.get("url")).rpartition("/")[2].count("Role"):
            continue
        parts = _objects(extension.get("extension"))
        codes = {role for part in parts for role in _role_codes(part)}
        all_roles |= codes
        if not any(
            part.get("url") == "active" and part.get("valueBoolean") is False for part in parts
        ):
            open_roles |= codes
    for kind in _objects(resource.get("type")):
        codes = {plain(coding.get("code")) for coding in _codings(kind)}
        open_roles |= {code for code in codes if code.startswith("RO")}
    return open_roles or all_roles


def _role_codes(part: Document) -> Iterator[str]:
    for coding in _codings(part.get("valueCodeableConcept")) + _objects(part.get("valueCoding")):
        if found := _ROLE.fullmatch(plain(coding.get("code"))):
            yield f"RO{found[1]}"


def _period(resource: Document) -> _Period:
    """From when to when it has been open: in practice, else by law."""
    found: dict[str, _Period] = {}
    for extension in _objects(resource.get("extension")):
        parts = {plain(part.get("url")): part for part in _objects(extension.get("extension"))}
        period = extension.get("valuePeriod") or parts.get("period", {}).get("valuePeriod")
        if isinstance(period, dict):
            marks = [*_objects(period.get("extension")), parts.get("dateType", {})]
            kind = next(filter(None, map(_date_kind, marks)), "")
            found[kind] = _Period(day(period.get("start")), day(period.get("end")))
    return next((found[kind] for kind in PERIODS if kind in found), _Period())


def _date_kind(mark: Document) -> str:
    coding = next(iter(_objects(mark.get("valueCoding"))), {})
    return plain(coding.get("code") or mark.get("valueString"))


def _parent(resource: Document) -> str:
    """The parent that an organisation names itself."""
    for extension in _objects(resource.get("extension")):
        parts = _objects(extension.get("extension"))
        codings = (
            coding
            for part in parts
            for coding in _codings(part.get("valueCodeableConcept"))
            + _objects(part.get("valueCoding"))
        )
        if any(coding.get("code") == OPERATED_BY for coding in codings):
            targets = (_code_at(part.get(name)) for part in parts for name in TARGETS)
            if target := next(filter(None, targets), ""):
                return target
    return _code_at(resource.get("partOf"))


def _code_at(reference: object) -> str:
    """The code that a reference points to, by its identifier or at the end of its address."""
    if not isinstance(reference, dict):
        return ""
    identifier = reference.get("identifier")
    named = identifier.get("value") if isinstance(identifier, dict) else reference.get("value")
    found = plain(named or plain(reference.get("reference")).rpartition("/")[2]).upper()
    return found if _CODE.fullmatch(found) else ""


def _codings(concept: object) -> list[Document]:
    return [coding for each in _objects(concept) for coding in _objects(each.get("coding"))]


def _objects(value: object) -> list[Document]:
    """The objects in a list, or the one that stands in its place."""
    listed = value if isinstance(value, list) else [value]
    return [each for each in listed if isinstance(each, dict)]
