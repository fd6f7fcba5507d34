"""The tour's people and places: no such ones exist, and yet they look like what arrives."""

import re

from helpdesk.register.codes import read_cqc_id, read_parent, read_site
from helpdesk.tour import mails, register_files


def test_all_of_it_is_made_up():
    places = [*register_files.PLACES, register_files.OLD_WILLOW_BANK]
    phones = [place.phone for place in places] + [
        form.requester_phone
        for form in [mails.CALLER, *filter(None, (m.form for m in mails.MAILS))]
    ]

    assert all(place.postcode.startswith("ZZ9") for place in places)
    assert all(re.fullmatch(r"01632 960\d{3}|0161 496 0\d{3}", phone) for phone in phones)
    assert all(mails.address(mail).endswith(".example") for mail in mails.MAILS)


def test_its_codes_and_ids_have_their_true_shapes():
    for place in [*register_files.PLACES, register_files.OLD_WILLOW_BANK]:
        assert read_cqc_id(place.cqc_id) == place.cqc_id
        assert not place.code or read_site(place.code).repaired == ""
    for provider in register_files.PROVIDERS:
        assert read_cqc_id(provider.cqc_id) == provider.cqc_id
        assert read_parent(provider.code).repaired == ""
