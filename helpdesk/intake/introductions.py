"""How mail programs introduce a mail that is quoted or carried on, in the usual languages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from helpdesk.intake import characters

MOST_LINES = 4000
MOST_TRIED = 200  # likely lines that turn out to be none; so no text takes long
LONGEST_LINE = 1000
LONGEST_INTRODUCTION = 400  # of a sentence like "On Monday, Anne wrote:", over all its lines

# fmt: off
FIELDS = {
    "from": "from von de da от від fra från od van feladó lähettäjä kimden šalje nadawca gönderen"
    " expéditeur mittente remitente afsender avsändare odesílatel 送信元 差出人 发件人",
    "to": "to an à a para til till do komu pre prima címzett vastaanottaja kime către кому aan"
    " destinataire destinatario adresat 送信先 宛先 收件人",
    "cc": "cc bcc kopi kopia kopie kopio copie copia másolat dw kopija копия копія bilgi 抄送",
    "date": "date datum dato data dátum päivämäärä tarih дата dată fecha sent gesendet envoyé"
    " enviado enviada inviato verzonden skickat sendt odesláno wysłano lähetetty gönderilen"
    " elküldve отправлено відправлено trimis odoslané poslano 日付 送信日時 发送时间 日期",
    "subject": "subject betreff objet asunto assunto oggetto onderwerp ämne emne předmět predmet"
    " temat tárgy aihe konu тема subiect naslov 件名 主题",
    "else": "reply-to risposta importance priority attachments organization organisation",
}
"""What the fields of a head are called."""

LONG_LABELS = {"de la": "from", "másolatot kap": "cc", "enviado el": "date"}

FORWARDED = (
    "forwarded", "weitergeleitete", "transféré", "transmis", "reenviado", "reenviada",
    "reencaminhada", "encaminhada", "inoltrato", "doorgestuurd", "vidarebefordrat", "videresend",
    "przekazan", "przesłana", "přeposlan", "preposlan", "proslijeđen", "továbbított", "välitetty",
    "iletilmiş", "iletilen", "redirecționat", "пересыл", "пересл", "перенаправ", "転送", "转发",
    "ileti ba\u015flang\u0131c\u0131",
)
ORIGINAL = (
    "original", "ursprüngliche", "oorspronkelijk", "ursprunglig", "ursprungs", "oprindelig",
    "opprinnelig", "alkuperäinen", "oryginalna", "původní", "eredeti", "исходное", "оригинал",
    "özgün", "orijinal", "原始邮件", "元のメッセージ",
)
"""What a line of dashes that divides two mails says."""

WROTE = (
    "wrote", "writes", "a écrit", "schrieb", "escribió", "escreveu", "ha scritto", "schreef",
    "napisał(a)", "napisał", "napisała", "napsal(a)", "napsal", "skrev", "kirjoitti", "yazd\u0131",
    "írta", "a scris", "je napisao/la", "napísal", "написал", "написала", "пишет", "пише", "写道",
)
"""The verb of the sentence that introduces a quote."""

BEGINS = (
    "on", "at", "le", "am", "el", "em", "il", "den", "d.", "dne", "dnia", "w dniu", "op", "på",
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "в", "在", "dňa",
)
"""How that sentence begins, when it runs over more than one line."""
# fmt: on


class Manner(Enum):
    """How a mail that is carried on is introduced."""

    FORWARDED = "forwarded"  #: a line says that it is forwarded
    HEAD = "head"  #: its head, or a line "Original message": of a reply as of a forwarded mail
    WROTE = "wrote"  #: a sentence: "On Monday, Anne wrote:"


@dataclass(frozen=True)
class Introduction:
    """The lines that introduce a mail carried on in the text of another."""

    manner: Manner
    begin: int  #: the line that it begins at
    end: int  #: the first line of the mail itself
    fields: dict[str, str] = field(default_factory=dict)  #: of FIELDS, as far as it has them
    words: str = ""  #: the sentence, if it is one


_LABELS = {name: key for key, names in FIELDS.items() for name in names.split()} | LONG_LABELS
_FIELD = re.compile(
    r"([^\W\d_][^\W\d_:\uff1a' -]*(?:[ -][^\W\d_]+)?)\s?[:\uff1a]\s*(.*)", re.DOTALL
)
_DASHES = re.compile(r"[-_]{2,}\s*([^-_][^-_]{2,60}?)\s*[-_]{2,}(.*)")
_RULE = re.compile(r"[_-]{5,}")
_MARKS = re.compile(r"^(?:\s{0,3}[>|])+")
_VERB = re.compile(
    r"(?<!\w)(?:" + "|".join(re.escape(verb) for verb in WROTE) + r")(?!\w)", re.IGNORECASE
)
_BEGINS = re.compile(
    r"(?:(?:" + "|".join(re.escape(word) for word in BEGINS) + r")\b\W|\d|[\"«„*<]|\S+@)",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\s(?:\d{1,2}:\d\d\s)?"
    r"(?:GMT[+-]\d\d:\d\d\s.{1,200}|[^<>]{0,200}<[^<>@\s]{1,100}@[^<>\s]{1,100}>:?)$"
)
_DATED_SENDER = re.compile(r"\d[^<>]{4,200}\d:\d\d\s[^<>]{0,100}<[^<>@\s]{1,99}@[^<>\s]{1,200}>:$")
_SMASHED = re.compile(
    r"(" + "|".join(re.escape(name) for name in FIELDS["subject"].split()) + r")\s?:?\s(.*)$",
    re.IGNORECASE,
)


def bare(line: str) -> str:
    """A line without the marks of a quote, the stars of bold print, and what takes no room."""
    unmarked = _MARKS.sub("", characters.visible(line[:LONGEST_LINE]))
    return unmarked.replace("*", "").replace("\xa0", " ").strip()


def folded(word: str) -> str:
    """A word as it is compared; the Turkish capital with a dot counts as a plain one."""
    return word.replace("\u0130", "I").casefold()


def first(text: str) -> Introduction | None:
    """The topmost introduction in a text, None if there is none; its lines count from 0."""
    lines = [bare(line) for line in text.split("\n", MOST_LINES)[:MOST_LINES]]
    likely = (at for at, line in enumerate(lines) if line)
    tried = 0
    for at in likely:
        found = _divided(lines, at) or _headed(lines, at, at) or _written(lines, at)
        if found:
            return found
        tried += _VERB.search(lines[at]) is not None
        if tried > MOST_TRIED:
            return None
    return None


def _divided(lines: list[str], at: int) -> Introduction | None:
    """A line that says so, and the head below it if it has one."""
    line = lines[at]
    dashes = _DASHES.match(line)
    said = folded(dashes[1] if dashes else line if line.endswith((":", "\uff1a")) else "")
    if not said or len(said) > 60:  # noqa: PLR2004 - it is a phrase, not a sentence
        return None
    manner = Manner.FORWARDED if any(word in said for word in FORWARDED) else None
    if manner is None and dashes and any(word in said for word in ORIGINAL):
        manner = Manner.HEAD
    if manner is None:
        return None
    if dashes and dashes[2].strip():
        return Introduction(manner, at, at + 1, _smashed(dashes[2]))
    below = _after_blank(lines, at + 1)
    headed = _headed(lines, below, at)
    if headed:
        return Introduction(manner, at, headed.end, headed.fields)
    return Introduction(manner, at, at + 1) if dashes else None


def _headed(lines: list[str], at: int, begin: int) -> Introduction | None:
    """A head: a block of fields that say who wrote to whom, when, and of what."""
    if at < len(lines) and _RULE.fullmatch(lines[at]):
        at = _after_blank(lines, at + 1)
    if at >= len(lines) or _labelled(lines[at]) is None:
        return None
    found: dict[str, str] = {}
    end = at
    for where, key, value in _fields(lines, at):
        found.setdefault(key, value)
        end = where + 1
    said = found.keys() & {"from", "to", "date", "subject"}
    if "from" in said and found["from"] and len(said) > 1 and not found["from"][:1].isdigit():
        return Introduction(Manner.HEAD, begin, end, found)
    return None


def _fields(lines: list[str], at: int) -> Iterator[tuple[int, str, str]]:
    """The fields of a head; a value may run over, and one line between two may be blank."""
    held: tuple[int, str, str] | None = None
    for where in range(at, min(at + 40, len(lines))):
        label = _labelled(lines[where])
        ahead = [_labelled(line) for line in lines[where + 1 : where + 3]]
        if label:
            if held:
                yield held
            held = (where, *label)
        elif held and any(ahead) and (lines[where] or held[1] != "subject"):
            held = (where, held[1], f"{held[2]} {lines[where]}".strip())
        else:
            break
    if held:
        yield held


def _labelled(line: str) -> tuple[str, str] | None:
    match = _FIELD.match(line)
    key = _LABELS.get(folded(match[1])) if match else None
    return (key, match[2].strip()) if match and key else None


def _smashed(line: str) -> dict[str, str]:
    """The fields of a head that lost its line ends: first the sender, the subject last."""
    value = line.partition(":")[2].strip()
    subject = list(_SMASHED.finditer(line[-400:]))
    return {
        "from": value[: value.find(">") + 1] or value,
        "subject": subject[-1][2] if subject else "",
    }


def _written(lines: list[str], at: int) -> Introduction | None:
    """A sentence with a date and the word "wrote", over at most four lines."""
    if _DATED.match(lines[at]):
        return Introduction(Manner.WROTE, at, at + 1, words=lines[at])
    sentence = ""
    for count, line in enumerate(lines[at : at + 4], start=1):
        sentence = f"{sentence} {line}".strip()
        if not line or len(sentence) > LONGEST_INTRODUCTION:
            return None
        if _introduces(sentence):
            return Introduction(Manner.WROTE, at, at + count, words=sentence)
        if not _BEGINS.match(sentence) and "@" not in sentence:
            return None
    return None


def _introduces(sentence: str) -> bool:
    if not sentence.endswith((":", "\uff1a")):
        return False
    if not _VERB.search(sentence):
        return bool(_DATED_SENDER.match(sentence))
    return any(letter.isdigit() for letter in sentence) or "@" in sentence


def _after_blank(lines: list[str], at: int) -> int:
    return next((where for where in range(at, len(lines)) if lines[where]), len(lines))
