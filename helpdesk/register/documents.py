"""Reads CQC's API documents: JSON, one object for each location or provider."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from helpdesk.errors import BadValue
from helpdesk.intake import Kind
from helpdesk.register.codes import read_cqc_id
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

CHUNK = 1 << 18
LONGEST_DOCUMENT = 4 << 20

ADDRESS = (
    "postalAddressLine1",
    "postalAddressLine2",
    "postalAddressTownCity",
    "postalAddressCounty",
)

SOCIAL_CARE = {"type": "Social Care Org", "inspectionDirectorate": "Adult social care"}
"""What tells a document of adult social care. Either will do: CQC leaves one out at times."""

Document = dict[str, Any]

_DECODER = json.JSONDecoder()
_BETWEEN = re.compile(r"[\s,\[\]]*")


class _Piece(NamedTuple):
    line: int
    document: Document | None
    why: str


def read_documents(path: Path) -> Iterator[Entry | Reject | Skip]:
    """The documents of one file: a single one, a list, or one after the other."""
    for line, document, why in _pieces(path):
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
    if not _is_social_care(document):
        return NOT_SOCIAL_CARE
    return _location(document) if document.get("locationId") else _provider(document)


def _is_social_care(document: Document) -> bool:
    said = [document[name] for name in SOCIAL_CARE if document.get(name)]
    return not said or any(document.get(name) == value for name, value in SOCIAL_CARE.items())


def _location(document: Document) -> LocationEntry:
    services = [plain(each.get("name")) for each in _objects(document, "gacServiceTypes")]
    provider = document.get("providerId")
    dormant = plain(document.get("dormancy")).upper()
    return LocationEntry(
        cqc_id=read_cqc_id(plain(document["locationId"])),
        provider_cqc_id=read_cqc_id(plain(provider)) if provider else "",
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
        cqc_id=read_cqc_id(plain(document["providerId"])),
        successors=_related(document, "Successor", "relatedProviderId"),
        predecessors=_related(document, "Predecessor", "relatedProviderId"),
        **_common(document),
    )


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


def _pieces(path: Path) -> Iterator[_Piece]:
    """Each document of the file with its line, read a piece at a time: the file may be large."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        text = _Text(file)
        while text.at_a_document():
            line = text.line
            try:
                document = text.document()
            except (ValueError, RecursionError) as error:
                yield _Piece(line, None, f"broken JSON ({_what(error)})")
                text.skip()
            else:
                known = document if isinstance(document, dict) else None
                yield _Piece(line, known, "not a JSON object")


class _Text:
    """The text of a file from the next document on; what was read is let go."""

    def __init__(self, file: TextIO) -> None:
        self.line = 1
        self._file = file
        self._text = ""
        self._at = 0
        self._margin = ""

    def at_a_document(self) -> bool:
        """Move on to where the next document begins; False at the end of the file."""
        while True:
            found = _BETWEEN.match(self._text, self._at)
            self._go(found.end() if found else self._at)
            if self._at < len(self._text):
                start = self._text.rfind("\n", 0, self._at) + 1
                self._margin = self._text[start : self._at].partition("{")[0]
                return True
            if not self._more():
                return False

    def document(self) -> object:
        """The document that begins here, read to its end; ValueError if it is broken."""
        while True:
            try:
                document, end = _DECODER.raw_decode(self._text, self._at)
            except ValueError:
                if len(self._text) - self._at > LONGEST_DOCUMENT or not self._more():
                    raise
            else:
                self._go(end)
                return document

    def skip(self) -> None:
        """Leave a broken document for the next that begins at the same margin."""
        found = self._text.find(f"\n{self._margin}{{", self._at)
        self._go(found if found >= 0 else len(self._text))

    def _go(self, to: int) -> None:
        self.line += self._text.count("\n", self._at, to)
        self._at = to

    def _more(self) -> bool:
        more = self._file.read(CHUNK)
        keep = self._text.rfind("\n", 0, self._at) + 1
        self._text = self._text[keep:] + more
        self._at -= keep
        return bool(more)


def _what(error: Exception) -> str:
    return error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
