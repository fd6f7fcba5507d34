"""Each load brings up to date what places are found by: words, and how many bear each."""

from tests.helpdesk.loaded import LILAC, ROSE, ROSE_CARE, ods


def borne(register, word):
    """Who bears a word, and how many that is said to be."""
    bearers = (
        "SELECT COALESCE(l.cqc_id, l.code) AS number FROM location_word w"
        f" JOIN location l ON l.id = w.location_id WHERE word = '{word}' ORDER BY number"
    )
    counted = register.rows(f"SELECT places FROM register_word WHERE word = '{word}'")
    return [row["number"] for row in register.rows(bearers)], [row["places"] for row in counted]


def test_a_first_load_writes_the_words_of_all(register):
    register.load(register.documents(ROSE, LILAC, ROSE_CARE))

    assert borne(register, "rose") == (["1-100000001"], [1])
    assert borne(register, "care") == (["1-100000001"], [1])


def test_a_place_that_is_renamed_is_found_by_its_new_name_alone(register):
    register.load(register.documents(ROSE, LILAC))

    register.load(register.documents(ROSE | {"name": "Lilac Cottage"}, name="next.json"))

    assert borne(register, "rose") == ([], [])
    assert borne(register, "lilac") == (["1-100000001", "1-100000002"], [2])


def test_places_are_found_by_the_new_name_of_who_runs_them(register):
    register.load(register.documents(ROSE, LILAC, ROSE_CARE))

    register.load(register.documents(ROSE_CARE | {"name": "Fern Group"}, name="next.json"))

    assert borne(register, "fern") == (["1-100000001"], [1])
    assert borne(register, "care") == ([], [])


def test_places_are_found_by_the_name_of_a_provider_that_is_loaded_after_them(register):
    register.load(register.documents(ROSE))

    register.load(register.documents(ROSE_CARE | {"name": "Fern Group"}, name="next.json"))

    assert borne(register, "fern") == (["1-100000001"], [1])


def test_a_row_that_was_merged_is_found_no_more(register):
    elsewhere = register.documents(ROSE | {"postalCode": "ZZ9 9ZZ"}, name="before.json")
    register.load(register.sites(ods("VQ00A")), elsewhere)
    assert borne(register, "cottage") == (["1-100000001", "VQ00A"], [2])

    register.load(register.documents(ROSE))

    assert borne(register, "cottage") == (["1-100000001"], [1])
    assert len(register.rows("SELECT DISTINCT location_id FROM location_word")) == 1


def test_a_register_that_has_no_words_yet_is_given_them_by_whatever_is_loaded(register):
    register.load(register.documents(ROSE, LILAC))
    with register.store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM location_word")
        connection.exec_driver_sql("DELETE FROM register_word")

    register.load(register.documents(LILAC | {"name": "Lilac Home"}, name="next.json"))

    assert borne(register, "rose") == (["1-100000001"], [1])
    assert borne(register, "home") == (["1-100000002"], [1])
