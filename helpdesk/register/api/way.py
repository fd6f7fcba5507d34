"""The way to CQC's API: through which proxy, and whose certificates are trusted on it."""

import re
import ssl
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies_environment, proxy_bypass

import urllib3

from helpdesk.errors import ApiDown, ConfigError

WANTS_LOGIN, SERVER_ERROR = 407, 500

_REFUSED = re.compile(r"Tunnel connection failed: (\d{3})")


class Way(NamedTuple):
    """How the API is reached."""

    proxy: str = ""  #: "" for the one that the environment names, if it does
    ca_file: Path | None = None  #: trust these certificates instead of the machine's own


def opened(way: Way, url: str, **how: Any) -> urllib3.PoolManager:
    """The connections to the API at `url`. ConfigError if the way cannot be gone.

    What is asked in clear goes through no proxy: it would read the key.
    """
    how["ssl_context"] = _trust(way.ca_file)
    proxy = _proxy(way, url)
    if proxy is None:
        return urllib3.PoolManager(**how)
    login = ":".join(unquote(part or "") for part in (proxy.username, proxy.password))
    heads = urllib3.make_headers(proxy_basic_auth=login) if proxy.username else None
    address = f"{proxy.scheme}://{proxy.netloc.rpartition('@')[2]}"
    return urllib3.ProxyManager(
        address, proxy_headers=heads, proxy_ssl_context=how["ssl_context"], **how
    )


def proxy_name(way: Way, url: str) -> str:
    """The proxy on the way, without what it is told; "" if there is none."""
    proxy = _proxy(way, url)
    return proxy.netloc.rpartition("@")[2] if proxy else ""


def trouble_with(proxy: str, host: str, error: Exception) -> str:
    """What is wrong between us and the proxy. ApiDown if that is not over by the next try."""
    found = _REFUSED.search(str(error))
    status = int(found[1]) if found else 0
    if status == WANTS_LOGIN:
        raise ApiDown(
            f"the proxy {proxy} wants a user and a password ({status}): put them into the"
            " environment, HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT, and leave cqc.proxy out"
        ) from None
    if 0 < status < SERVER_ERROR:
        raise ApiDown(
            f"the proxy {proxy} does not let us through to {host} ({status}): ask whoever runs it"
            " to, or name another one in cqc.proxy"
        ) from None
    why = f"it answers {status}" if status else "nothing answers there"
    return (
        f"the proxy {proxy} brings us nowhere, {why} (see that cqc.proxy or HTTPS_PROXY is right;"
        " for hosts that NO_PROXY names no proxy is asked)"
    )


def _proxy(way: Way, url: str) -> SplitResult | None:
    asked = urlsplit(url)
    if asked.scheme != "https":
        return None
    if way.proxy:
        return urlsplit(way.proxy)
    named = getproxies_environment().get("https", "")
    return _read(named) if named and not proxy_bypass(asked.netloc) else None


def _read(text: str) -> SplitResult:
    """The proxy that the environment names, with or without http:// before it."""
    try:
        found = urlsplit(text if "://" in text else f"http://{text}")
        is_one = found.scheme in ("http", "https") and found.hostname and found.port != 0
    except ValueError:
        is_one = False
    if not is_one:
        raise ConfigError(
            "HTTPS_PROXY in the environment is no address of a proxy: write http://HOST:PORT there,"
            " or set cqc.proxy"
        )
    return found


def _trust(ca_file: Path | None) -> ssl.SSLContext:
    try:
        trust = ssl.create_default_context(cafile=ca_file)
    except OSError:
        raise ConfigError(
            f"no certificates can be read from {ca_file} (correct cqc.ca_file)"
        ) from None
    if ca_file:  # what proxies make for themselves lacks things that nobody needs
        trust.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return trust
