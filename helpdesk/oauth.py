"""The one door to the authority that gives tokens: how the desk logs in without a password."""

import importlib
import logging
import os
import re
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from helpdesk.clock import Clock
from helpdesk.config.post import Flow, OAuth
from helpdesk.config.settings import secret
from helpdesk.errors import ConfigError, NotInstalled, SignInFailed

LOG = logging.getLogger(__name__)

EARLY = timedelta(minutes=5)
"""A token is renewed so long before its end."""

PATIENCE = 30.0
"""Seconds that the authority has for each answer."""

TROUBLE = (OSError, ValueError, LookupError, RuntimeError)
"""What the libraries raise of an authority that is away, or that answers something odd."""

SIGN_IN_AGAIN = (
    "let the person who signed in for the desk do so again, and put the new token into "
    "refresh_token_file"
)

MENDS = {
    "AADSTS7000222": "the client secret has expired: make a new one, and put it into "
    "client_secret_file",
    "AADSTS7000215": "put the secret's value, not its id, into client_secret_file",
    "AADSTS700016": "correct client_id and tenant: there is no such application in the tenant",
    "AADSTS90002": "correct tenant: there is none of that name",
    "AADSTS65001": "consent is missing: an administrator has to grant it to the application",
    "AADSTS700082": "the refresh token has expired: " + SIGN_IN_AGAIN,
    "AADSTS70008": "the refresh token has expired: " + SIGN_IN_AGAIN,
    "AADSTS50173": "the password was changed: " + SIGN_IN_AGAIN,
    "AADSTS50076": "a second factor is asked for: " + SIGN_IN_AGAIN,
    "invalid_client": "correct client_id and the secret in client_secret_file; it may have expired",
    "invalid_grant": SIGN_IN_AGAIN,
    "unauthorized_client": "allow this flow for the application, or correct client_id",
    "invalid_scope": "correct scopes",
    "consent_required": "an administrator has to grant consent to the application",
}
"""What to do about an error of the authority: by Microsoft's own number, else by its name."""

SECRETS = {Flow.CLIENT_CREDENTIALS: "client_secret", Flow.REFRESH_TOKEN: "refresh_token"}
"""What each flow proves with who the desk is."""

LIBRARIES = ("msal", "requests")

ASK = "ask who runs the authority, and name the error"


def check(oauth: OAuth) -> None:
    """ConfigError for what is not set, NotInstalled without the extra: then there is no token."""
    for name in ("tenant", "client_id"):
        if not getattr(oauth, name):
            raise ConfigError(f"there is no {name} to ask for tokens (set oauth.{name})")
    _secret(oauth, SECRETS[oauth.flow])
    for library in LIBRARIES:
        _library(library)


class Tokens:
    """Tokens for the desk's mail server, for any number of threads. A token is never written down.

    Raises SignInFailed with the authority's error and the mend, ConfigError for settings that are
    missing, NotInstalled without the extra `oauth`.
    """

    def __init__(self, oauth: OAuth, clock: Clock) -> None:
        self._oauth = oauth
        self._clock = clock
        self._lock = threading.Lock()
        self._token: SecretStr | None = None
        self._until: datetime | None = None

    def token(self, *, anew: bool = False) -> str:
        """One that is good for five minutes yet; with `anew`, the last one was refused."""
        with self._lock:
            token, now = self._token, self._clock()
            if anew or not token or not self._until or now >= self._until - EARLY:
                answer = self._asked()
                token = SecretStr(answer["access_token"])
                self._token = token
                self._until = now + timedelta(seconds=int(answer.get("expires_in", 0)))
            return token.get_secret_value()

    def _asked(self) -> Mapping[str, Any]:
        flows = {Flow.CLIENT_CREDENTIALS: self._by_secret, Flow.REFRESH_TOKEN: self._by_refresh}
        check(self._oauth)
        try:
            with _library("requests").Session() as session:
                answer = flows[self._oauth.flow](_Caller(session, self._oauth.ca_file))
        except TROUBLE as error:
            raise SignInFailed(
                f"{self._oauth.authority} gives no tokens: it cannot be reached, or does not know "
                f"the tenant {self._oauth.tenant!r} ({type(error).__name__}; see that this machine "
                "may call it, and correct authority and tenant)"
            ) from None  # what the library says may quote what was sent
        if "access_token" not in answer:
            raise _refused(self._oauth, answer)
        return answer

    def _by_secret(self, caller: "_Caller") -> Mapping[str, Any]:
        password = _secret(self._oauth, "client_secret")
        application = _library("msal").ConfidentialClientApplication(
            client_credential=password, **self._place(caller)
        )
        return _checked(application.acquire_token_for_client(list(self._oauth.scopes)))

    def _by_refresh(self, caller: "_Caller") -> Mapping[str, Any]:
        file, scopes = self._oauth.refresh_token_file, list(self._oauth.scopes)
        refresh = _secret(self._oauth, "refresh_token")
        password = secret("oauth_client_secret", self._oauth.client_secret_file)
        application = _library("msal").ClientApplication(
            client_credential=password.get_secret_value() if password else None,
            **self._place(caller),
        )
        answer = _checked(application.acquire_token_by_refresh_token(refresh, scopes))
        newer = answer.get("refresh_token")
        if file and newer and newer != refresh:
            _keep(file, newer)
        return answer

    def _place(self, caller: "_Caller") -> dict[str, Any]:
        return {
            "client_id": self._oauth.client_id,
            "authority": f"{self._oauth.authority.rstrip('/')}/{self._oauth.tenant}",
            "instance_discovery": False,  # it would ask Microsoft about everybody's authority
            "http_client": caller,
        }


class _Caller:
    """How the library calls the authority: with patience, and with our own trust if there is one.

    Left to itself, a certificate that the environment names would come before ca_file.
    """

    def __init__(self, session: Any, ca_file: Path | None) -> None:
        self._session = session
        self._ways = {"timeout": PATIENCE, "verify": str(ca_file) if ca_file else True}

    def get(self, url: str, **asked: Any) -> Any:
        return self._session.get(url, **self._ways, **asked)

    def post(self, url: str, **asked: Any) -> Any:
        return self._session.post(url, **self._ways, **asked)

    def close(self) -> None:
        """Nothing: whoever opened the session closes it."""


def _secret(oauth: OAuth, name: str) -> str:
    found = secret(f"oauth_{name}", getattr(oauth, f"{name}_file"))
    if found is None:
        raise ConfigError(
            f"there is no {name.replace('_', ' ')} (set oauth.{name}_file, or "
            f"HELPDESK_OAUTH_{name.upper()} in the environment)"
        )
    return found.get_secret_value()


def _library(name: str) -> Any:
    """A part of what the extra brings; most desks do without it."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise NotInstalled(
            f"to log in with tokens, helpdesk needs {name}: install helpdesk[oauth]"
        ) from error


def _checked(answer: Any) -> Mapping[str, Any]:
    return answer if isinstance(answer, Mapping) else {}


def _refused(oauth: OAuth, answer: Mapping[str, Any]) -> SignInFailed:
    """The authority's error, by its names: its own words are long, and name accounts."""
    name = re.sub(r"[^a-z_]", "", str(answer.get("error", "")))[:60] or "no token, and no error"
    number = re.search(r"AADSTS\d+", str(answer.get("error_description", "")))
    told = f"{name} {number[0]}" if number else name
    mend = MENDS.get(number[0] if number else "") or MENDS.get(name, ASK)
    return SignInFailed(f"{oauth.authority} gives no token: {told} ({mend})")


def _keep(file: Path, token: str) -> None:
    """Put the newer refresh token in place of the older, as a whole and for our eyes only.

    Where that fails, the desk works on until the older one ends: it is logged, and not raised.
    """
    place = file.resolve()
    try:
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")  # mode 0600
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as new:
                new.write(token + "\n")
                new.flush()
                os.fsync(new.fileno())
            Path(name).replace(place)
        except OSError:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        LOG.error(  # noqa: TRY400  # its sentence says all
            "the newer refresh token cannot be written to %s: %s (let the desk's user write there)",
            file,
            error.strerror,
        )
