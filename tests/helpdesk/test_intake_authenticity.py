"""Who a sender is: what our own server vouches for, and what would mislead the eye."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.intake.authenticity import deceives, dmarc_passed

OURS = "mx.desk.example"
PASSED = f"{OURS}; dmarc=pass header.from=rosecottage.example"
KNOWN = {"rosecottage.example", "meadow.example", "nhs.net"}


@pytest.mark.parametrize(
    "value",
    [
        PASSED,
        "MX.Desk.Example 1; DMARC=Pass (p=none dis=none) Header.From=RoseCottage.example",
        f'{OURS}; spf=fail smtp.mailfrom=x; dmarc/1 = pass header.from="rosecottage.example"',
        f'{OURS} (a (nested; ") one); dkim=none; dmarc=pass reason="a; b (c" header.from='
        "rosecottage.example",
    ],
)
def test_our_own_server_vouches_for_a_domain(value: str):
    assert dmarc_passed([value], OURS, "rosecottage.example")


@pytest.mark.parametrize(
    "value",
    [
        f"{OURS}; dmarc=fail header.from=rosecottage.example",
        f"{OURS}; dkim=pass header.from=rosecottage.example header.d=rosecottage.example",
        f"{OURS}; dmarc=pass header.from=rosecottage.example.evil.example",
        f"{OURS}; dmarc=pass header.d=rosecottage.example",
        f"{OURS}; dmarc=none (dmarc=pass header.from=rosecottage.example)",
        f'{OURS}; spf=fail reason="; dmarc=pass header.from=rosecottage.example"',
        f"{OURS}; x-dmarc=pass header.from=rosecottage.example",
        f"{PASSED}; dmarc=fail header.from=rosecottage.example",
        f"x{PASSED}",
        f"{OURS}.evil.example; dmarc=pass header.from=rosecottage.example",
        f"evil.example ({OURS}); dmarc=pass header.from=rosecottage.example",
        "dmarc=pass header.from=rosecottage.example",
        f"{OURS}; none",
        OURS,
        "",
    ],
)
def test_nothing_else_vouches_for_it(value: str):
    assert not dmarc_passed([value], OURS, "rosecottage.example")


def test_what_others_found_counts_nothing_and_hides_nothing():
    theirs = PASSED.replace(OURS, "mx.evil.example")

    assert not dmarc_passed([theirs], OURS, "rosecottage.example")
    assert dmarc_passed([theirs, PASSED], OURS, "rosecottage.example")


def test_of_our_own_results_only_the_topmost_counts():
    failed = PASSED.replace("pass", "fail")

    assert not dmarc_passed([failed, PASSED], OURS, "rosecottage.example")


def test_without_a_server_of_ours_nobody_vouches():
    assert not dmarc_passed(
        ["; dmarc=pass header.from=rosecottage.example"], "", "rosecottage.example"
    )
    assert not dmarc_passed([f"{OURS}; dmarc=pass header.from="], OURS, "")


@pytest.mark.parametrize(
    "domain",
    [
        "r0secottage.example",
        "rosecottage.examp1e",
        "rose-cottage.example",
        "rosecotage.example",
        "rosecottages.example",
        "rosecottgae.example",
        "ros\u0435cottage.example",
        "xn--roscottage-msi.example",
        "ros\u00e9cottage.example",
        "rneadow.example",
        "rosecottage.example.evil.example",
        "rosecottage.example-login.example",
    ],
)
def test_a_domain_that_looks_like_a_known_one_is_marked(domain: str):
    why = deceives("Anne", f"anne@{domain}", KNOWN)

    assert why.startswith("the domain looks like ")
    assert why.endswith(("rosecottage.example, and is another", "meadow.example, and is another"))


@pytest.mark.parametrize(
    "domain",
    [
        "rosecottage.example",
        "mail.rosecottage.example",
        "care.nhs.net",
        "gmail.com",
        "hedgehog.example",
        "cottage.example",
        "rosecottage.test",
        "xn--nothing\u00e9.example",
        "",
    ],
)
def test_an_honest_domain_is_not_marked(domain: str):
    assert deceives("Anne", f"anne@{domain}", KNOWN) == ""


def test_well_known_domains_do_not_pass_for_each_other():
    assert deceives("", "anne@ymail.com", {"gmail.com"}) == ""


def test_a_name_that_is_another_address_is_marked():
    assert deceives("sue@desk.example", "anne@rosecottage.example", KNOWN) == (
        "the name shows another address, sue@desk.example"
    )
    assert deceives("Sue <SUE@desk.example>", "x@evil.example", KNOWN)


def test_a_name_that_is_the_senders_own_address_is_not_marked():
    assert deceives("Anne@RoseCottage.example", "anne@rosecottage.example", KNOWN) == ""
    assert deceives("Anne @ Rose Cottage", "anne@rosecottage.example", KNOWN) == ""


@given(st.text(max_size=300), st.text(max_size=300), st.sets(st.text(max_size=40), max_size=5))
def test_no_name_or_address_is_too_odd(name: str, address: str, known: set[str]):
    deceives(name, address, known)
    deceives(name, f"anne@xn--{address}", known | {address})


@given(st.lists(st.text('ab=;."()\\ \t\ndmrcpshf/1', max_size=200), max_size=4), st.text())
def test_no_header_is_too_odd(values: list[str], domain: str):
    dmarc_passed(values, "a", domain)
    dmarc_passed([f"{OURS}; {value}" for value in values], OURS, domain)
