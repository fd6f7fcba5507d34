"""Files made to hurt whoever opens them: packages and documents that unpack without end."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

W = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
WORD, BOOK, SHEET = "word/document.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"
MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
TYPES = (
    b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
    b'officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
LINKS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'relationships/%s" Target="%s"/></Relationships>'
)
WORKBOOK = (
    b"<workbook " + MAIN + b' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
)
LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
LAUGHTER = b'<!DOCTYPE a [<!ENTITY l0 "ha">' + LAUGHS + b"]><a>&l9;</a>"


def package(files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            zipped.writestr(name, content)
    return made.getvalue()


def endless(prefix: bytes, unit: bytes, times: int) -> bytes:
    """A deflated stream that unpacks to `prefix` and so many times 1 MB of `unit`."""
    first, rest = zlib.compressobj(9, wbits=-15), zlib.compressobj(9, wbits=-15)
    rest.compress(b"")
    begin = first.compress(prefix) + first.flush(zlib.Z_FULL_FLUSH)
    block = rest.compress(unit * (1024 * 1024 // len(unit))) + rest.flush(zlib.Z_FULL_FLUSH)
    return begin + block * times + b"\x03\x00"


def bomb(name: str, packed: bytes, *, others: Mapping[str, bytes], claims: int = 2**31) -> bytes:
    """A package with one member that is packed so already, and claims to be of this size."""
    plain = package({**others, name: b"x" * 100})
    with zipfile.ZipFile(io.BytesIO(plain)) as zipped:
        entry = zipped.getinfo(name)
        central = zipped.start_dir
    file_name = name.encode()
    sizes = struct.pack("<LLL", 0, len(packed), claims)
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 33) + sizes
    local += struct.pack("<HH", len(file_name), 0) + file_name + packed
    listed = plain[central : plain.rindex(b"PK\x01\x02")]
    listed += b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 33) + sizes
    listed += struct.pack("<HHHHHLL", len(file_name), 0, 0, 0, 0, 0, entry.header_offset)
    listed += file_name
    count = len(others) + 1
    at = entry.header_offset + len(local)
    end = b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, count, count, len(listed), at, 0)
    return plain[: entry.header_offset] + local + listed + end


def overlapping(number: int, *, size: int) -> bytes:
    """A package whose members all are the same bytes, so many times; `size` is in MB."""
    one = bomb(WORD, endless(W, b" ", size), others={}, claims=size * 1024 * 1024)
    begin, end = one.index(b"PK\x01\x02"), one.index(b"PK\x05\x06")
    most = min(number, 65535)  # so many the format can count to; readers count themselves
    tail = struct.pack("<HHHHLLH", 0, 0, most, most, (end - begin) * number, begin, 0)
    return one[:begin] + one[begin:end] * number + b"PK\x05\x06" + tail


def nested(levels: int) -> bytes:
    inner = package({WORD: W})
    for _ in range(levels):
        inner = package({f"word/{n}.docx": inner for n in range(3)} | {WORD: inner})
    return inner


def word(body: bytes) -> bytes:
    return package({WORD: W + body})


def book(sheet: bytes, **others: bytes) -> bytes:
    return package({**BOOK_PARTS, SHEET: b"<worksheet " + MAIN + b"><sheetData>" + sheet, **others})


BOOK_PARTS = {
    "[Content_Types].xml": TYPES,
    "_rels/.rels": LINKS % (b"officeDocument", b"xl/workbook.xml"),
    BOOK: WORKBOOK,
    "xl/_rels/workbook.xml.rels": LINKS % (b"worksheet", b"worksheets/sheet1.xml"),
}


def book_bomb(unit: bytes) -> bytes:
    prefix = b"<worksheet " + MAIN + b"><sheetData>"
    return bomb(SHEET, endless(prefix, unit, 1000), others=BOOK_PARTS)


def pdf(*things: bytes, ring: bool = False) -> bytes:
    """A document of these objects, numbered from 1; the first is its catalogue.

    In a ring its list of objects says that it goes on where it began.
    """
    whole, places = b"%PDF-1.7\n", []
    for number, thing in enumerate(things, 1):
        places.append(b"%010d 00000 n \n" % len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, thing)
    listed = b"xref\n0 %d\n0000000000 65535 f \n" % (len(things) + 1) + b"".join(places)
    more = b"/Prev %d" % len(whole) if ring else b""
    ending = b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF"
    return whole + listed + ending % (len(things) + 1, more, len(whole))


def stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<</Length %d %s>>\nstream\n%s\nendstream" % (len(content), more, content)


def one_page(*contents: bytes, more: bytes = b"") -> bytes:
    """A document of one page; `contents` are its stream (object 4) and what follows it."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R %s>>" % more
    return pdf(CATALOGUE, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, *contents)


CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
FORM_CATALOGUE = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[3 0 R]>>>>"
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
ZLIB_HEAD = b"\x78\xda"


def flate_bomb() -> bytes:
    return one_page(stream(ZLIB_HEAD + endless(b"", b"(a)Tj ", 1000), b"/Filter/FlateDecode"))


def twice_packed() -> bytes:
    once = ZLIB_HEAD + endless(b"", b" ", 1000)
    return one_page(stream(zlib.compress(once, 9), b"/Filter[/FlateDecode/FlateDecode]"))


def predicted() -> bytes:
    more = b"/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 1000000000/Colors 4>>"
    return one_page(stream(zlib.compress(b"\x02" * 5_000_000, 9), more))


def drawn_in_itself() -> bytes:
    uses = b"/Resources<</XObject<</F 5 0 R/G 5 0 R>>>>"
    form = stream(b"/F Do /G Do (a) Tj", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]" + uses)
    return one_page(stream(b"/F Do /G Do"), form, more=uses)


def many_pages() -> bytes:
    kids = b" ".join(b"3 0 R" for _ in range(100_000))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>"
    tree = b"<</Type/Pages/Count 100000/Kids[%s]>>" % kids
    return pdf(CATALOGUE, tree, page, stream(b"BT (Organisation: Rose Cottage) Tj ET " * 99))


def deep_pages() -> bytes:
    tree = [b"<</Type/Pages/Count 1/Kids[%d 0 R]/Parent %d 0 R>>" % (n + 1, n - 1) for n in
            range(2, 20_000)]  # fmt: skip
    return pdf(CATALOGUE, *tree, b"<</Type/Page/MediaBox[0 0 9 9]>>")


def fields(number: int) -> bytes:
    named = b"<</T(Organisation)/FT/Tx/V(Rose Cottage)/Kids[3 0 R 3 0 R]/Parent 3 0 R>>"
    kids = b" ".join(b"4 0 R" for _ in range(number))
    catalogue = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[3 0 R %s]>>>>" % kids
    return pdf(catalogue, PAGES, named, b"<</T(Name)/FT/Tx/V(%s)>>" % (b"x" * 9999))


def listed_in_a_stream(more: bytes, content: bytes = b"\x00" * 99_999) -> bytes:
    begun = b"%PDF-1.7\n"
    listed = stream(zlib.compress(content, 9), b"/Type/XRef/Filter/FlateDecode/Root 1 0 R" + more)
    return begun + b"1 0 obj\n" + listed + b"\nendobj\nstartxref\n%d\n%%%%EOF" % len(begun)


FILES: dict[str, Callable[[], tuple[bytes, str]]] = {
    "a form of 1 GB": lambda: (bomb(WORD, endless(W, b" ", 1000), others={}), "form.docx"),
    "a form of 1 GB that claims to be small": lambda: (
        bomb(WORD, endless(W, b"<w:p/>", 1000), others={}, claims=100),
        "form.docx",
    ),
    "a form of 20 MB": lambda: (word(b"<w:p/>" * 3_000_000), "form.docx"),
    "a form of 100,000 files": lambda: (overlapping(100_000, size=1), "form.docx"),
    "a form of one file, 1,500 times": lambda: (overlapping(1500, size=10), "form.docx"),
    "forms in forms": lambda: (nested(6), "form.docx"),
    "a form 100,000 deep": lambda: (word(b"<w:p>" * 100_000), "form.docx"),
    "a form of one word": lambda: (
        word(b"<w:p><w:r><w:t>" + bytes(range(65, 91)) * 99_999),
        "form.docx",
    ),
    "a form of attributes": lambda: (
        word(b"<w:p %s/>" % b" ".join(b'a%d="b"' % n for n in range(200_000))),
        "form.docx",
    ),
    "a form that laughs": lambda: (package({WORD: LAUGHTER}), "form.docx"),
    "a form that is cut off": lambda: (word(b"<w:p/>" * 99_999)[:999], "form.docx"),
    "a workbook of 1 GB": lambda: (book_bomb(b"<row/>"), "form.xlsx"),
    "a workbook of 1 GB in one cell": lambda: (book_bomb(b"a"), "form.xlsx"),
    "a workbook of a billion rows": lambda: (
        book(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'),
        "form.xlsx",
    ),
    "a workbook that laughs": lambda: (book(b"", **{BOOK: LAUGHTER}), "form.xlsx"),
    "a workbook of rubbish": lambda: (package({**BOOK_PARTS, SHEET: b"\x00" * 9999}), "form.xlsx"),
    "a workbook 50,000 deep": lambda: (book(b"<row>" * 50_000), "form.xlsx"),
    "a page of 1 GB": lambda: (flate_bomb(), "form.pdf"),
    "a page packed twice": lambda: (twice_packed(), "form.pdf"),
    "a page of one line": lambda: (predicted(), "form.pdf"),
    "a page drawn in itself": lambda: (drawn_in_itself(), "form.pdf"),
    "a page of brackets": lambda: (one_page(stream(b"[" * 500_000)), "form.pdf"),
    "a page of names": lambda: (one_page(stream(b"<<" * 200_000)), "form.pdf"),
    "pages in a ring": lambda: (
        pdf(CATALOGUE, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 100000>>"),
        "form.pdf",
    ),
    "100,000 pages": lambda: (many_pages(), "form.pdf"),
    "pages 20,000 deep": lambda: (deep_pages(), "form.pdf"),
    "fields in a ring": lambda: (fields(0), "form.pdf"),
    "100,000 fields": lambda: (fields(100_000), "form.pdf"),
    "a list that goes on where it began": lambda: (pdf(CATALOGUE, PAGES, ring=True), "form.pdf"),
    "a list of a billion": lambda: (
        listed_in_a_stream(b"/Size 1000000000/W[1 2 1]/Index[0 1000000000]"),
        "form.pdf",
    ),
    "a list of wide columns": lambda: (listed_in_a_stream(b"/Size 9/W[1 9 99999999]"), "form.pdf"),
    "a document of brackets": lambda: (b"%PDF-1.7\n1 0 obj\n" + b"[" * 500_000, "form.pdf"),
    "a document that is cut off": lambda: (one_page(stream(b"(a) Tj" * 9999))[:99], "form.pdf"),
    "a document of beginnings": lambda: (b"%PDF-1.7\n" + b"1 0 obj\n" * 200_000, "form.pdf"),
}
"""What it tries, and how its content and its name are made."""
