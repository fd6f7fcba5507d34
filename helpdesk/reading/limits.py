"""What one mail may cost the program that reads it; where the system knows no limits, nothing."""

import signal
import sys
from pathlib import Path

if sys.platform != "win32":
    import resource

_SIZES = Path("/proc/self/statm")  #: its first number is the pages of address space in use


def bind(megabytes: int) -> None:
    """From now on take so much memory more than is in use already, and leave no core dumps.

    What asks for more gets a MemoryError, or dies of it. Only Linux says what is in use.
    """
    if sys.platform == "win32":
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if _SIZES.exists():
        pages = int(_SIZES.read_text("ascii").split()[0])
        most = pages * resource.getpagesize() + megabytes * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def allow(seconds: float) -> None:
    """Die (SIGPROF) once so much more of the processor's time is used; 0 ends the counting."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)
