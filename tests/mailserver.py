"""The mail servers of the tests, as fixtures: a conftest names those that its tests ask for."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import trustme

from tests import dovecot as imap
from tests import postfix as smtp
from tests.dovecot import Dovecot
from tests.postfix import Postfix

__all__ = ["authority_file", "certificate", "dovecot_with", "imap_server", "mail_ca", "smtp_server"]


@pytest.fixture(scope="session")
def mail_ca() -> trustme.CA:
    """Who vouches for the test servers, and is known to nobody but the tests."""
    return trustme.CA()


@pytest.fixture(scope="session")
def authority_file(mail_ca: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate to trust, as ca_file."""
    path = tmp_path_factory.mktemp("trust") / "ca.pem"
    mail_ca.cert_pem.write_to_path(path)
    return path


@pytest.fixture(scope="session")
def certificate(mail_ca: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of a server at 127.0.0.1; `localhost` is another name, on purpose."""
    path = tmp_path_factory.mktemp("certificate") / "server.pem"
    mail_ca.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(path)
    return path


@pytest.fixture(scope="session")
def dovecot_with() -> Iterator[Callable[..., Dovecot]]:
    """Starts an IMAP server with the settings that are given; the same ones are started once."""
    if reason := imap.why_not():
        pytest.skip(reason)
    with ExitStack() as ending:
        running: dict[str, Dovecot] = {}

        def started(certificate: Path | None = None, **settings: str) -> Dovecot:
            key = f"{certificate} {sorted(settings.items())}"
            if key not in running:
                folder = ending.enter_context(tempfile.TemporaryDirectory(prefix="helpdesk-imap-"))
                running[key] = Dovecot(Path(folder), certificate, **settings)
                ending.callback(running[key].stop)
                running[key].start()
            return running[key]

        yield started
        for each in running.values():
            each.end()


@pytest.fixture(scope="session")
def imap_server(dovecot_with: Callable[..., Dovecot], certificate: Path) -> Dovecot:
    """An IMAP server that can do all, with TLS and STARTTLS."""
    return dovecot_with(certificate)


@pytest.fixture(scope="session")
def smtp_server(imap_server: Dovecot, certificate: Path) -> Iterator[Postfix]:
    """An SMTP server that delivers into `imap_server`, with STARTTLS; see Postfix."""
    if reason := smtp.why_not():
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="helpdesk-smtp-") as folder:
        server = Postfix(Path(folder), imap_server, certificate)
        server.start()
        try:
            yield server
        finally:
            server.stop()
