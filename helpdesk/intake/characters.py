"""Text from outside made fit to keep: decoded whatever it claims to be, and cleaned."""

import re
from collections.abc import Iterator

#: What may be asked for by name. A name that is not here is passed over: some codecs of the
#: language are slow on purpose-made input (punycode, idna), and some are no charsets at all.
CHARSETS = {
    "utf-8": "utf utf8 utf-8 utf-8-sig unicode-1-1-utf-8 cp65001",
    "utf-16": "utf16 utf-16 ucs-2 unicode",
    "utf-16-le": "utf-16le utf-16-le",
    "utf-16-be": "utf-16be utf-16-be",
    "utf-7": "utf-7 unicode-1-1-utf-7",
    "cp1252": "ascii us-ascii ansi_x3.4-1968 7bit 8bit iso646-us latin1 latin-1 l1 iso-8859-1 "
    "iso8859-1 iso8859_1 iso_8859-1 cp1252 windows-1252 ansi default unknown unknown-8bit "
    "x-unknown iso-8859-8859-1",
    "cp1250": "cp1250 windows-1250",
    "cp1251": "cp1251 windows-1251 win-1251",
    "cp1253": "cp1253 windows-1253",
    "cp1254": "cp1254 windows-1254 iso-8859-9 iso8859-9 latin5",
    "cp1255": "cp1255 windows-1255",
    "cp1256": "cp1256 windows-1256",
    "cp1257": "cp1257 windows-1257",
    "cp1258": "cp1258 windows-1258",
    "iso8859-2": "iso-8859-2 iso8859-2 latin2",
    "iso8859-3": "iso-8859-3",
    "iso8859-4": "iso-8859-4",
    "iso8859-5": "iso-8859-5",
    "iso8859-6": "iso-8859-6 iso-8859-6-e iso-8859-6-i",
    "iso8859-7": "iso-8859-7",
    "iso8859-8": "iso-8859-8 iso-8859-8-e iso-8859-8-i",
    "iso8859-10": "iso-8859-10",
    "iso8859-13": "iso-8859-13",
    "iso8859-14": "iso-8859-14",
    "iso8859-15": "iso-8859-15 latin9 latin-9",
    "iso8859-16": "iso-8859-16",
    "koi8-r": "koi8-r koi8r",
    "koi8-u": "koi8-u koi8u",
    "gb18030": "gb2312 gb2312-80 gb_2312-80 gbk cp936 x-gbk gb18030 chinese euc-cn euccn",
    "hz": "hz hz-gb-2312",
    "big5hkscs": "big5 big-5 big5-hkscs cn-big5 x-x-big5 cp950",
    "cp932": "shift_jis shift-jis sjis x-sjis cp932 windows-31j ms_kanji",
    "euc_jp": "euc-jp eucjp x-euc-jp",
    "iso2022_jp_2": "iso-2022-jp iso2022jp csiso2022jp iso-2022-jp-1 iso-2022-jp-2",
    "cp949": "ks_c_5601 ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 korean euc-kr euckr cp949 "
    "windows-949 uhc",
    "iso2022_kr": "iso-2022-kr",
    "cp874": "tis-620 tis620 windows-874 cp874 iso-8859-11",
    "cp437": "cp437 ibm437",
    "cp850": "cp850 ibm850",
    "cp852": "cp852 ibm852",
    "cp866": "cp866 ibm866",
    "mac-roman": "macintosh mac x-mac-roman mac-roman",
}
CODECS = {alias: codec for codec, aliases in CHARSETS.items() for alias in aliases.split()}

#: Marks at the head of a text that say how it is written, whatever else was said.
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    chr(plane * 0x10000 + 0xFFFE) + chr(plane * 0x10000 + 0xFFFF) for plane in range(17)
)
_UNFIT = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{_BIDI}{_NONCHARACTERS}]")
_UNSEEN = re.compile("[\u00ad\u034f\u115f\u1160\u180e\u200b-\u200d\u2060-\u2065\u3164\ufeff]")
_SPACE = re.compile(r"\s+")
_ADDRESS = re.compile(r"[^\s<>\"'(),;:\\]+@[^\s<>\"'(),;:\\]+")


def text(raw: str) -> str:
    """`raw` as lines that every database keeps and no terminal obeys; tabs and line ends stay."""
    return _UNFIT.sub("", _LINE_ENDS.sub("\n", raw))


def line(raw: str, longest: int = 1000) -> str:
    """`raw` as one line of at most `longest` characters, with single spaces."""
    return _SPACE.sub(" ", text(raw)).strip()[:longest].rstrip()


def visible(raw: str) -> str:
    """`raw` without the characters that take no room: two names that look the same are the same."""
    return _UNSEEN.sub("", raw)


def unaddressed(raw: str) -> str:
    """`raw` without the addresses in it, for logs and for what anybody may be shown."""
    return _ADDRESS.sub("(address)", raw)


def decoded(raw: bytes, charset: str = "") -> str:
    """`raw` as its charset says if that fits, else as UTF-8, else the likeliest guess."""
    for codec in _candidates(raw, charset):
        try:
            return raw.decode(codec).removeprefix("\ufeff")
        except UnicodeError:
            continue
    return raw.decode("cp1252", "replace")


def _candidates(raw: bytes, charset: str) -> Iterator[str]:
    yield from (codec for mark, codec in MARKS if raw.startswith(mark))
    named = CODECS.get(charset.strip().strip("'\"").lower(), "")
    if b"\x1b$" in raw or b"\x1b(" in raw:
        yield "iso2022_jp_2"  # It is pure ASCII to all others, so it has to be asked first.
    if named == "cp1252":
        yield "utf-8"  # Plain names are claimed by default; what reads as UTF-8 is UTF-8.
    if named:
        yield named
    yield "utf-8"
