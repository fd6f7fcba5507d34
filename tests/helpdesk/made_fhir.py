"""Made-up organisations of ODS, as FHIR resources."""

ENGLAND = "https://fhir.nhs.uk/England/StructureDefinition/Extension-England"
CODES = "https://fhir.nhs.uk/Id/ods-organization-code"


def role(code, *, active=True):
    concept = {"coding": [{"system": "https://example.org/ODSOrganisationRole", "code": code}]}
    parts = [{"url": "instanceID", "valueInteger": 1}]
    parts += [{"url": "roleCode", "valueCodeableConcept": concept}]
    parts += [{"url": "active", "valueBoolean": active}]
    return {"url": f"{ENGLAND}-OrganisationRole", "extension": parts}


def period(kind, start, end=None):
    span = {"start": start} | ({"end": end} if end else {})
    parts = [
        {"url": "dateType", "valueCoding": {"system": "https://example.org/Type", "code": kind}},
        {"url": "period", "valuePeriod": span},
    ]
    return {"url": f"{ENGLAND}-TypedPeriod", "extension": parts}


def organisation(code, *extensions, **more):
    return {
        "resourceType": "Organization",
        "id": code,
        "extension": list(extensions),
        "identifier": [{"use": "official", "system": CODES, "value": code}],
        "active": True,
        "name": "ROSE COTTAGE",
        "telecom": [
            {"system": "url", "value": "rosecottage.example"},
            {"system": "phone", "value": "01632 960123"},
        ],
        "address": [
            {
                "line": ["1 ROSE LANE"],
                "city": "OLDTOWN",
                "postalCode": "ZZ1 1AA",
                "country": "ENGLAND",
            }
        ],
        "contact": [{"name": {"family": "Secretperson"}}],
    } | more


def operated(site, parent):
    return {
        "resourceType": "OrganizationAffiliation",
        "active": True,
        "organization": {"identifier": {"system": CODES, "value": site}},
        "participatingOrganization": {"reference": f"Organization/{parent}"},
        "code": [{"coding": [{"code": "RE6", "display": "IS OPERATED BY"}]}],
    }


def bundle(*resources, **more):
    entries = [{"fullUrl": "urn:1", "resource": each} for each in resources]
    return {"resourceType": "Bundle", "type": "searchset", **more, "entry": entries}


SITE = organisation(
    "VQ00A",
    role("RO101"),
    role("RO269"),
    period("Legal", "2010-10-01"),
    period("Operational", "2011-01-20"),
)
PARENT = organisation("A0A1", role("RO104"), name="ROSE CARE LTD")
SURGERY = organisation("A0A1", role("RO177"))
