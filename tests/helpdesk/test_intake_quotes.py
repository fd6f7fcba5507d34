"""What the sender of a mail wrote, apart from what it quotes."""

import pytest

from helpdesk.intake import mail, quotes
from notifications import letters

ANSWER = "The postcode is OL4 2QU.\n\nAnne"


def own(text: str) -> str:
    head = "From: anne@rosecottage.example\nSubject: Re: [ODS-000017] Code\n"
    return mail.read(f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}".encode()).own


def test_the_line_that_is_looked_for_is_the_line_that_our_letters_bear():
    assert quotes.SEPARATOR == letters.SEPARATOR


@pytest.mark.parametrize(
    "marks", ["", "> ", ">> ", "| ", "  ", "*", "-- ", "##- ", "\u200b", "> > --- "]
)
def test_all_below_our_own_line_is_ours_whatever_marks_stand_before_it(marks: str):
    text = f"{ANSWER}\n\n{marks}{quotes.SEPARATOR} --\nDear Anne, we have your request."

    assert own(text) == ANSWER


@pytest.mark.parametrize(
    "introduction",
    [
        "On Mon, 2 Mar 2026 at 09:00, The desk <desk@ods.example> wrote:",
        "On Mon, 2 Mar 2026 at 09:00, The desk of the codes, by name\n<desk@ods.example> wrote:",
        "On Mon, 2 Mar 2026 at 09:00, The desk <\ndesk@ods.example>\nwrote:",
        "> On 2 Mar 2026, at 09:00, The desk <desk@ods.example> wrote:",
        "At 3/2/2026 09:00 AM, you wrote:",
        "Le 2 mars 2026 \u00e0 09:00, Le bureau <desk@ods.example> a \u00e9crit :",
        "Am 02.03.2026 um 09:00 schrieb Das Amt <desk@ods.example>:",
        "Das Amt <desk@ods.example> schrieb am Mo., 2.\nM\u00e4rz 2026 um 09:00 Uhr:",
        "El 2 mar 2026, a las 9:00, La mesa escribi\u00f3:",
        "Op 2 mrt 2026 om 09:00 schreef De balie <desk@ods.example>:",
        "W dniu 2.03.2026 o 09:00, Biurko pisze, a potem napisa\u0142(a):",
        "2026-03-02 9:00 GMT+01:00 The desk",
        "2026/3/2 The desk <desk@ods.example>",
        "2026\u5e743\u67082\u65e5(\u6708) 9:00 \u53d7\u4ed8 <desk@ods.example>:",
        "-----Original Message-----",
        "*-------- Original Message --------*",
        "-----Urspr\u00fcngliche Nachricht-----",
        "________________________________\nFrom: Desk\nSent: Monday\nSubject: Re: Code",
        "*From:* Desk <desk@ods.example>\n*Sent:* Monday\n*To:* Anne\n*Subject:* Re: Code",
        "From: Desk <desk@ods.example>\n\nSent: Monday\n\nTo: Anne",
        "Von: Das Amt\nGesendet: Montag\nAn: Anne\nBetreff: Code",
        "De : Le bureau\nEnvoy\u00e9 : lundi\n\u00c0 : Anne\nObjet : Code",
        "\u041e\u0442: Desk\n\u0414\u0430\u0442\u0430: 2.03.2026\n\u0422\u0435\u043c\u0430: Code",
    ],
)
def test_a_quote_is_left_out_however_it_is_introduced(introduction: str):
    assert own(f"{ANSWER}\n\n{introduction}\n\nDear Anne,\nwhat is the postcode?\n") == ANSWER


@pytest.mark.parametrize(
    "text",
    [
        "On Monday we move in.\nMy manager wrote to you.",
        "From: Rose Cottage\nWe need a code.",
        "From: 1 March\nTo: 5 March\nDate: 2026",
        "Name: Anne\nSubject: a code\nDate: 2 March",
        "Data: 1\n\nTo do: call the desk",
        "a - b\n---\nc",
        "- one\n- two",
    ],
)
def test_what_only_looks_like_a_quote_stays(text: str):
    assert own(text) == text


def test_answers_between_the_lines_of_a_quote_are_kept():
    text = (
        "Hello,\n\nOn Mon, 2 Mar 2026, Desk <desk@ods.example> wrote:\n> Which postcode?\n"
        "OL4 2QU\n> Which telephone?\n01632 960001\n"
    )

    assert own(text).split() == ["Hello,", "OL4", "2QU", "01632", "960001"]


def test_an_answer_below_the_quote_is_kept():
    text = "On Mon, 2 Mar 2026, Desk <desk@ods.example> wrote:\n> Which postcode?\n\nOL4 2QU\n"

    assert own(text) == "OL4 2QU"


@pytest.mark.parametrize("greeting", ["", "Hello,\n\n", "Good morning Bart,\n\n"])
def test_an_answer_below_the_quote_of_our_own_letter_is_kept(greeting: str):
    quoted = f"> -- {quotes.SEPARATOR} --\n> Dear Anne,\n> Which postcode?\n"
    said = f"{greeting}On Mon, 2 Mar 2026, Desk <desk@ods.example> wrote:\n\n{quoted}"

    found = own(f"{said}\n{ANSWER}\n")

    assert found.split() == [*greeting.split(), *ANSWER.split()]


def test_a_signature_below_the_quote_is_left_out():
    text = f"{ANSWER}\nOn Mon, 2 Mar 2026, Desk <desk@ods.example> wrote:\n> Which?\n\nRose Cottage"

    assert own(text) == ANSWER


def test_if_nothing_else_is_left_all_of_it_is_the_senders():
    text = "> We need a code for Rose Cottage.\n> Anne\n"

    assert own(text) == text
