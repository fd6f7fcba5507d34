"""The workflows that calls can run through: the desk's own, and those that the settings name."""

import re
from functools import lru_cache
from importlib import import_module

from workflows.definition import Workflow
from workflows.lifecycle import ODS_CODE


@lru_cache
def definition(place: str) -> Workflow:
    """The workflow that stands at `place`, a "package.module:NAME". ValueError if none does."""
    if not re.fullmatch(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*", place):
        raise ValueError(f"{place!r} names no workflow; write 'package.module:NAME'")
    module, _, name = place.partition(":")
    try:
        found = getattr(import_module(module), name)
    except (ImportError, SyntaxError) as error:
        raise ValueError(f"{module} cannot be imported: {error}") from error
    except AttributeError:
        raise ValueError(f"there is no {name} in {module}") from None
    if not isinstance(found, Workflow):
        raise ValueError(f"{place} is not a workflow")  # noqa: TRY004
    if found.name == ODS_CODE.name:
        raise ValueError(f"{place} is called {found.name!r}, as the desk's own workflow is")
    return found
