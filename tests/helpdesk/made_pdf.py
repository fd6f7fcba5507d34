"""PDFs made by hand, for tests: words and fields wherever they are wanted on a page."""

from typing import NamedTuple

A4 = "/MediaBox [0 0 595 842]"


class Field(NamedTuple):
    """A field of a form: /Tx is text, /Btn a box that is on unless its value is Off."""

    kind: str
    value: str
    corners: tuple[int, int, int, int]
    name: str = "Text1"
    tooltip: str = ""


def pdf_file(words: list[tuple[int, int, str]], fields: tuple[Field, ...] = ()) -> bytes:
    """One page with these words, each at its place from the bottom left, and these fields."""
    numbers = " ".join(f"{number} 0 R" for number in range(6, 6 + len(fields)))
    shown = "\n".join(f"BT /F1 11 Tf {x} {y} Td ({text}) Tj ET" for x, y, text in words)
    return _bound(
        [
            f"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{numbers}] >> >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"<< /Type /Page /Parent 2 0 R {A4} /Contents 4 0 R /Annots [{numbers}]"
            " /Resources << /Font << /F1 5 0 R >> >> >>",
            f"<< /Length {len(shown)} >>\nstream\n{shown}\nendstream",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            *map(_field, fields),
        ]
    )


def _field(field: Field) -> str:
    box = field.kind == "Btn"
    value = f"/V /{field.value} /AS /{field.value}" if box else f"/V ({field.value})"
    called = f"/T ({field.name})" + (f" /TU ({field.tooltip})" if field.tooltip else "")
    corners = " ".join(map(str, field.corners))
    return (
        f"<< /Type /Annot /Subtype /Widget /FT /{field.kind} {called} {value} /Rect [{corners}] >>"
    )


def _bound(objects: list[str]) -> bytes:
    made, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{rows}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return made + f"{end}startxref\n{len(made)}\n%%EOF\n".encode("latin-1")
