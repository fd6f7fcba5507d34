"""Addresses: told at once if no mail can be sent there, and whether they are the desk's own."""

from helpdesk.config.settings import Config
from helpdesk.errors import BadValue
from helpdesk.store import Tx
from notifications.headers import BadAddress, mailbox


def check_address(text: str, option: str = "--email") -> None:
    """BadValue, which names the `option`, if no mail can be sent to `text`."""
    try:
        mailbox(text)
    except BadAddress as error:
        raise BadValue(f"{option}: {error}") from error


def is_of_the_desk(tx: Tx, config: Config, address: str) -> bool:
    """Whether an agent has this address, or the desk itself."""
    own = {config.desk.address, *config.intake.also}
    return address in {each.lower() for each in (*own, *tx.addresses_of_agents())}
