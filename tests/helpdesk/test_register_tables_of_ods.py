"""ODS's files of sites, parents and successions are read; bad rows are told, not lost."""

from datetime import date

from helpdesk.register.entries import LocationEntry, ProviderEntry, Reject, Succession
from tests.helpdesk.made_sheets import read


def ods(code, name="ROSE COTTAGE", closed="", parent=""):
    row = [code, name, "", "", "1 ROSE LANE", "", "", "OLDTOWN", "", "ZZ1 1AA", "20110120", closed]
    row += ["", "", parent, "", "", "01632960123", *[""] * 9]
    return ",".join(f'"{cell}"' for cell in row) + "\r\n"


def test_sites_of_ods_are_read(write):
    (entry,) = read(write("ecarehomesite.csv", ods("VQ00A", closed="20200501", parent="A0A1")))

    assert entry == LocationEntry(
        code="VQ00A",
        parent_code="A0A1",
        name="ROSE COTTAGE",
        address="1 ROSE LANE, OLDTOWN",
        postcode="ZZ1 1AA",
        phone="01632960123",
        status="Deregistered",
        registered_on=date(2011, 1, 20),
        deregistered_on=date(2020, 5, 1),
    )


def test_parents_of_ods_are_read(write):
    (entry,) = read(write("ecarehomehq.csv", ods("A0A1", name="CAF\u00c9 CARE LTD"), "latin-1"))

    assert isinstance(entry, ProviderEntry)
    assert (entry.code, entry.name) == ("A0A1", "CAF\u00c9 CARE LTD")


def test_a_short_row_of_ods_is_rejected_with_its_line(write):
    text = ods("VQ00A") + '"VQ00C","IVY HOUSE"\r\n' + ods("")

    good, short, nameless = read(write("ecarehomesite.csv", text))

    assert good.code == "VQ00A"
    assert short == Reject("ecarehomesite.csv", 2, "it breaks off after 2 columns")
    assert nameless == Reject("ecarehomesite.csv", 3, "it has no code or no name")


def test_a_renamed_file_of_ods_is_known_by_the_shape_of_its_codes(write):
    (site,) = read(write("one.csv", ods("VQ00A")))
    (parent,) = read(write("other.csv", ods("A0A1")))

    assert isinstance(site, LocationEntry)
    assert isinstance(parent, ProviderEntry)


def test_a_file_of_successions_tells_which_code_follows_which(write):
    short = '"VQ00A","VQ00C","R","20200501","1"\r\n"A0A1","C0A2","R","20200501","1"\r\n'
    wide = '"VQ00A","VQ00C","R","20200501"' + ',""' * 23 + "\r\n"

    for name, text in (("ecarehomesucc.csv", short), ("a.csv", short), ("b.csv", wide)):
        found = list(read(write(name, text)))

        assert found[0] == Succession("VQ00A", "VQ00C", date(2020, 5, 1))
        assert found[1:] in ([], [Succession("A0A1", "C0A2", date(2020, 5, 1))])


def test_successions_laid_out_like_sites_are_known_by_the_name_of_the_file(write):
    text = ods("VQ00A", closed="20200501", parent="VQ00C") + ods("VQ00D", closed="20200501")

    found, without = read(write("ecarehomesucc.csv", text))

    assert found == Succession("VQ00A", "VQ00C", date(2020, 5, 1))
    assert without.why == "it does not name a code and the one that follows it"


def test_sites_whose_names_look_like_codes_are_no_successions(write):
    text = ods("VQ00A", name="AVON", parent="A0A1") + ods("VQ00C", name="ROSE COTTAGE")

    first, second = read(write("ecarehomesite.csv", text))

    assert (first.name, second.name) == ("AVON", "ROSE COTTAGE")
