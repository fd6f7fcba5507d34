"""Which process holds something, and whether it still lives: so that the dead hold nothing up."""

import os
import secrets
import socket
from functools import cache


def mine() -> str:
    """This process, as a claim names it: no other, then or there, ever bears that name."""
    return f"{socket.gethostname()}:{_life()}:{os.getpid()}"


def is_dead(holder: str) -> bool:
    """Whether `holder`, as `mine` named it, is a process of this machine that has ended.

    Of other machines nothing is known; their claims end with their lease.
    """
    host, life, number = holder.rsplit(":", 2)
    if host != socket.gethostname():
        return False
    if int(number) == os.getpid():
        return life != _life()
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


@cache
def _life() -> str:
    # In a container each life of a daemon has the same process number.
    return secrets.token_hex(4)
