"""What the desk logs in with at its mail servers: whether it is there before it is needed."""

from collections.abc import Iterator

from helpdesk import oauth
from helpdesk.app import mailer_for
from helpdesk.config.settings import Config, Login, Mailbox, secret
from helpdesk.doctor.ground import Finding, Health
from helpdesk.doctor.patient import Patient
from helpdesk.errors import ConfigError, HelpdeskError
from helpdesk.mailbox import password_of
from helpdesk.mailbox.opening import check


def tokens(patient: Patient) -> Iterator[Finding]:
    """How it is with tokens, if the desk logs in with any. Nobody is asked for one."""
    config = patient.config
    letters = config.smtp.host and config.smtp.user and config.smtp.login is Login.OAUTH
    if not letters and Login.OAUTH not in {each.login for each in config.intake.mailboxes}:
        return
    try:
        oauth.check(config.oauth)
    except HelpdeskError as error:
        yield Finding("oauth", Health.ILL, str(error))
    else:
        words = f"tokens come from {config.oauth.authority}, for {config.oauth.tenant}"
        yield Finding("oauth", Health.WELL, words)


def api_key(patient: Patient) -> Iterator[Finding]:
    """Whether the key of CQC's API can be read, if one is set. Nobody is asked for anything."""
    cqc = patient.config.cqc
    try:
        key = secret("cqc_api_key", cqc.api_key_file)
    except HelpdeskError as error:
        yield Finding("CQC's API", Health.ILL, str(error))
    else:
        if key:
            yield Finding("CQC's API", Health.WELL, f"there is a key for {cqc.api_url}")


def check_letters(config: Config) -> None:
    """ConfigError if no letter can leave by the mail server that is set."""
    smtp = config.smtp
    by_password = smtp.user and smtp.login is Login.PASSWORD
    if by_password and secret("smtp_password", smtp.password_file) is None:
        raise ConfigError(
            "smtp.user has no password (set smtp.password_file, or HELPDESK_SMTP_PASSWORD in the"
            " environment)"
        )
    mailer_for(config, lambda _: "")


def check_mailbox(mailbox: Mailbox) -> None:
    """ConfigError if no mail can be had from that mailbox, as it is set."""
    check(mailbox)
    if mailbox.login is Login.PASSWORD:
        password_of(mailbox)()
