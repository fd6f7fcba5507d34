"""Statements are compiled once for all databases of the tests, and not anew for each test's own."""

from typing import Any

import sqlalchemy as sa

OPTION = "compiled_cache"


class Statements(dict[Any, Any]):
    """Compiled statements by what they say, for any engine of one kind.

    SQLAlchemy asks for them by the engine's own dialect first, and each test has an engine.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_of_any_engine(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(_of_any_engine(key), compiled)


STATEMENTS = Statements()


@sa.event.listens_for(sa.Engine, "engine_connect")
def share(connection: sa.Connection) -> None:
    if OPTION not in connection.engine.get_execution_options():
        connection.engine.update_execution_options(compiled_cache=STATEMENTS)
        connection.execution_options(compiled_cache=STATEMENTS)


def _of_any_engine(key: Any) -> Any:
    dialect, *rest = key
    return (type(dialect), *rest)
