"""The subjects that programs give their mail, in the languages that arrive."""

import re

_BOUNCES = (
    r"undeliver(?:able|ed)|(?:un|not |in)able to (?:be )?deliver",
    r"(?:could|can) ?not (?:be )?deliver",
    r"non[- ]?deliver",
    r"(?:e-?mail |mail |message )?delivery (?:status|fail|problem|report|error|has|delayed"
    r"|notification|incomplete|unsuccessful)",
    r"(?:e-?mail|mail|message|your message|your e-?mail)\b.{0,80}? (?:not (?:be )?delivered"
    r"|undeliverable|undelivered|could not|delivery fail|delivery prob|returned|rejected|delayed)",
    r"(?:mail|message) (?:delivery|system error|status|undeliverable|returned|bounced)",
    r"(?:re)?returned (?:mail|e-?mail|to sender|message)",
    r"failure (?:notice|delivery|mail)|failed (?:mail|delivery|to deliver)|(?:e-?)?mail failure",
    r"(?:permanent |temporary )?delivery failure|(?:automatic )?(?:e-?mail )?bounce notif",
    r"ndn:|ndr:|rejected (?:mail|posting)|user unknown|there was an error sending your",
    r"warning\W{1,3}(?:could not send|message|mail|e-?mail|your)",
    r"complaint about message|(?:e-?mail )?(?:abuse|feedback) (?:report|loop)|abuse report",
    r"unzustellbar|zustellung (?:fehl|nicht)|nicht zugestellt|fehler bei der zustellung",
    r"non remis|.chec de (?:la )?(?:remise|livraison)|message non (?:remis|distribu)|non distribu",
    r"no se (?:pudo|puede|ha podido)|no entregado|mensaje no|devuelto|error de entrega",
    r"non recapit|impossibile recapitare|mancato recapito|mancata consegna",
    r"onbestelbaar|niet bezorgd|bezorging mislukt|n.o entregue|n.o .{0,20}entrega|falha na entrega",
    r"kan inte levereras|kunne ikke leveres|ikke leveret|ikke levert|olevererbart|toimittamaton",
    r"niedostarczon|nie mo.na dostarczy|nedoru.iteln|nedorucen|k.zbes.thetetlen|teslim edilemedi",
    # Russian, Japanese and Chinese, spelt in numbers since their letters pass for others.
    "(?:.{0,40} )?\u043d\u0435 ?\u0434\u043e\u0441\u0442\u0430\u0432",
    "\u914d\u4fe1\u4e0d\u80fd|\u914d\u4fe1\u3067\u304d|\u30e1\u30fc\u30eb\u30a8\u30e9\u30fc|"
    "\u9001\u4fe1\u3067\u304d|\u65e0\u6cd5\u4f20\u9012|\u672a\u9001\u8fbe|\u9000\u4fe1",
)
_ANSWERS = (
    r"auto(?:matic|mated|matische|matic)? ?-?(?:reply|response|antwort|answer|acknowledg)",
    r"auto: |autoreply|auto-?repl|auto-?respon|out[- ]of[- ](?:the[- ])?office|ooo: ",
    r"(?:i am |i'm |currently )?(?:on (?:annual )?leave\b|on vacation|on holiday"
    r"|away from (?:my|the) (?:office|desk|mail))|vacation\b|away until",
    r"(?:return(?:ed)? receipt|read|not read|gelesen|lu|le\u00eddo|letto|gelezen|l\u00e4st)(?::|$)",
    r"abwesenheit|automatische (?:antwort|beantwort)|abwesend",
    r"r.ponse automatique|absence du bureau|message d.absence|absen(?:ce|t) jusqu",
    r"respuesta autom|fuera de (?:la )?oficina|ausente",
    r"risposta automatica|fuori (?:sede|ufficio)|assente dall",
    r"automatisch(?:e)? (?:antwoord|beantwoord)|afwezig",
    r"resposta autom|fora do escrit|aus.ncia tempor",
    r"automatiskt svar|autosvar|automatisk svar|fr.nvaro|frav.r",
    r"automaattinen vastaus|poissa",
    r"odpowied. automatyczna|autoodpowied|poza biurem|automatick. odpov|automatikus v.lasz",
    r"otomatik (?:yan.t|cevap)|r.spuns automat",
    "\u0430\u0432\u0442\u043e(?:\u043c\u0430\\w+ )?\u043e\u0442\u0432\u0435\u0442",
    "\u81ea\u52d5\u8fd4\u4fe1|\u81ea\u52a8(?:\u56de\u590d|\u7b54\u590d)|\uc790\ub3d9 \ud68c\uc2e0",
)

AWAY = (
    r"(?:out of (?:the |my )?office|not in the office|away\b|on (?:\w{1,12} )?leave\b|on holiday"
    r"|on vacation)"
)
"""What people say of themselves who are not there."""


def is_bounce(subject: str) -> bool:
    """Whether a program says in it that a letter did not arrive; not if it was passed on."""
    return bool(_BOUNCE.match(subject))


def is_answer(subject: str) -> bool:
    """Whether it is that of an automatic answer, or of a receipt; not if it was passed on."""
    return bool(_ANSWER.match(subject))


def tells_absence(subject: str) -> bool:
    """Whether it says that somebody else is away: so programs call what its owner wrote."""
    return bool(_ABSENCE.match(subject))


def _at_the_start(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(
        rf"\s*[\[*<({{\"' !]*(?:postmaster\]\s*)?(?:{'|'.join(phrases)})", re.IGNORECASE
    )


_BOUNCE = _at_the_start(_BOUNCES)
_ANSWER = _at_the_start(_ANSWERS)
_ABSENCE = re.compile(
    r"\s*(?!(?:re|aw|sv|fwd?|wg|tr)\s*:|I |we )"
    rf"[^:]{{1,60}}? (?:is|will be) (?:\w{{1,12}} )?{AWAY}",
    re.IGNORECASE,
)
