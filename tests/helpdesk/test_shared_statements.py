"""What one test has compiled, no other compiles again."""

import sqlalchemy as sa

from helpdesk.models import Call
from helpdesk.store import Store
from tests.shared_statements import STATEMENTS


def test_a_statement_is_compiled_for_the_first_of_two_databases_alone(tmp_path, clock):
    asked = sa.select(Call).where(sa.literal(20260302) == Call.id)
    compiled = []
    for name in ("one", "other"):
        store = Store(f"sqlite:///{tmp_path / name}.sqlite", clock)
        store.create()
        known = len(STATEMENTS)
        assert store.run(lambda tx: list(tx.session.exec(asked))) == []
        compiled.append(len(STATEMENTS) - known)
        store.engine.dispose()

    assert compiled[0] > 0
    assert compiled[1] == 0
