"""The first tables.

Revision ID: 0001
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _agent()
    _duty()
    _location()
    _operation()
    _provider()
    _call()
    _clock()
    _event()
    _received_mail()
    _letter()
    _message()
    _alert()
    _attachment()


def text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def whole(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def choice(name: str, check: str, *values: str, nullable: bool = False) -> sa.Column[str]:
    kind = sa.Enum(*values, name=check, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, kind, nullable=nullable)


def only(condition: str) -> dict[str, Any]:
    """A partial index, on either engine."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _agent() -> None:
    op.create_table(
        "agent",
        whole("id"),
        text("name"),
        text("full_name"),
        text("email"),
        text("os_user", nullable=True),
        choice("role", "role", "agent", "supervisor", nullable=False),
        flag("active"),
        sa.PrimaryKeyConstraint("id", name="pk_agent"),
        sa.UniqueConstraint("name", name="uq_agent_name"),
        sa.UniqueConstraint("os_user", name="uq_agent_os_user"),
    )


def _duty() -> None:
    op.create_table(
        "duty",
        text("name"),
        moment("good_at", nullable=True),
        moment("failed_at", nullable=True),
        text("error"),
        text("host"),
        sa.PrimaryKeyConstraint("name", name="pk_duty"),
    )


def _location() -> None:
    op.create_table(
        "location",
        whole("id"),
        text("cqc_id", nullable=True),
        text("code"),
        text("provider_cqc_id"),
        text("parent_code"),
        text("name"),
        text("also_known_as"),
        text("address"),
        text("postcode"),
        text("postcode_key"),
        text("name_key"),
        text("phone"),
        text("phone_key"),
        choice("kind", "kind", "care_home", "domiciliary", nullable=True),
        text("service_types"),
        text("local_authority"),
        flag("dormant"),
        text("status"),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("deregistered_on", sa.Date(), nullable=True),
        text("successors"),
        text("predecessors"),
        text("source"),
        moment("loaded_at"),
        sa.PrimaryKeyConstraint("id", name="pk_location"),
        sa.UniqueConstraint("cqc_id", name="uq_location_cqc_id"),
    )
    op.create_index("ix_location_code", "location", ["code"])
    op.create_index("ix_location_name_key", "location", ["name_key"])
    op.create_index("ix_location_parent_code", "location", ["parent_code"])
    op.create_index("ix_location_phone_key", "location", ["phone_key"])
    op.create_index("ix_location_postcode_key", "location", ["postcode_key"])
    op.create_index("ix_location_provider_cqc_id", "location", ["provider_cqc_id"])


def _operation() -> None:
    op.create_table(
        "operation",
        text("key"),
        text("kind"),
        moment("at"),
        text("by"),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_operation"),
    )
    op.create_index("ix_operation_at", "operation", ["at"])


def _provider() -> None:
    op.create_table(
        "provider",
        whole("id"),
        text("cqc_id", nullable=True),
        text("code"),
        text("name"),
        text("also_known_as"),
        text("address"),
        text("postcode"),
        text("postcode_key"),
        text("name_key"),
        text("phone"),
        text("status"),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("deregistered_on", sa.Date(), nullable=True),
        text("successors"),
        text("predecessors"),
        text("source"),
        moment("loaded_at"),
        sa.PrimaryKeyConstraint("id", name="pk_provider"),
        sa.UniqueConstraint("cqc_id", name="uq_provider_cqc_id"),
    )
    op.create_index("ix_provider_code", "provider", ["code"])
    op.create_index("ix_provider_name_key", "provider", ["name_key"])
    op.create_index("ix_provider_postcode_key", "provider", ["postcode_key"])


def _call() -> None:
    op.create_table(
        "call",
        whole("id"),
        choice(
            "state",
            "state",
            "received",
            "acknowledged",
            "traced",
            "allocated",
            "closed",
            nullable=False,
        ),
        choice(
            "outcome",
            "outcome",
            "provided",
            "not_cqc_registered",
            "cqc_details_wrong",
            "duplicate",
            "withdrawn",
            "no_reply",
            "out_of_scope",
            "spam",
            nullable=True,
        ),
        moment("received_at"),
        moment("recorded_at"),
        moment("promise_at"),
        moment("closed_at", nullable=True),
        text("requester_name"),
        text("requester_email"),
        text("requester_phone"),
        text("organisation"),
        text("postcode"),
        choice("kind", "kind", "care_home", "domiciliary", nullable=True),
        text("cqc_location_id"),
        text("cqc_provider_id"),
        text("given_code"),
        text("purposes"),
        text("unreadable"),
        flag("urgent"),
        text("urgent_reason"),
        sa.Column("needed_by", sa.Date(), nullable=True),
        flag("suggests_urgent"),
        whole("owner_id", nullable=True),
        whole("location_id", nullable=True),
        whole("provider_id", nullable=True),
        text("matched_by"),
        text("site_code"),
        text("parent_code"),
        whole("original_id", nullable=True),
        flag("reply_waiting"),
        choice("hold", "hold", "awaiting_requester", "awaiting_cqc", "internal", nullable=True),
        text("hold_note"),
        moment("hold_since", nullable=True),
        moment("hold_until", nullable=True),
        whole("version"),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name="fk_call_location_id"),
        sa.ForeignKeyConstraint(["original_id"], ["call.id"], name="fk_call_original_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["agent.id"], name="fk_call_owner_id"),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_call_provider_id"),
        sa.PrimaryKeyConstraint("id", name="pk_call"),
    )
    op.create_index("ix_call_open", "call", ["id"], **only("state != 'closed'"))
    op.create_index("ix_call_owner_id", "call", ["owner_id"])


def _clock() -> None:
    op.create_table(
        "clock",
        whole("id"),
        whole("call_id"),
        text("target"),
        whole("cycle"),
        sa.Column("policy", sa.JSON(), nullable=False),
        flag("urgent"),
        moment("started_at"),
        moment("due_at"),
        moment("gross_due_at"),
        moment("at_risk_at"),
        sa.Column("held_seconds", sa.Float(), nullable=False),
        moment("paused_at", nullable=True),
        moment("stopped_at", nullable=True),
        flag("cancelled"),
        choice(
            "standing",
            "standing",
            "on_track",
            "at_risk",
            "breached",
            "met",
            "cancelled",
            nullable=False,
        ),
        flag("late_start"),
        flag("unwinnable"),
        moment("detected_at", nullable=True),
        moment("next_check", nullable=True),
        whole("version"),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_clock_call_id"),
        sa.PrimaryKeyConstraint("id", name="pk_clock"),
        sa.UniqueConstraint("call_id", "target", "cycle", name="uq_clock_call_id_target_cycle"),
    )
    op.create_index(
        "ix_clock_next_check",
        "clock",
        ["next_check"],
        sqlite_where=sa.text("next_check IS NOT NULL"),
        postgresql_where=sa.text("next_check IS NOT NULL"),
    )


def _event() -> None:
    op.create_table(
        "event",
        whole("id"),
        whole("call_id", nullable=True),
        text("kind"),
        choice(
            "state",
            "state",
            "received",
            "acknowledged",
            "traced",
            "allocated",
            "closed",
            nullable=True,
        ),
        text("target", nullable=True),
        whole("cycle", nullable=True),
        moment("at"),
        moment("recorded_at"),
        text("by"),
        text("actor"),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_event_call_id"),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
    )
    op.create_index("ix_event_call_id", "event", ["call_id"])


def _received_mail() -> None:
    op.create_table(
        "received_mail",
        whole("id"),
        text("mailbox"),
        text("validity"),
        text("uid"),
        text("sha256"),
        whole("size"),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        moment("arrived_at"),
        moment("stored_at"),
        choice(
            "state",
            "mailstate",
            "waiting",
            "taken",
            "filed",
            "duplicate",
            "quarantined",
            nullable=False,
        ),
        text("reason"),
        whole("tries"),
        text("claimed_by"),
        moment("claimed_until", nullable=True),
        whole("call_id", nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_received_mail_call_id"),
        sa.PrimaryKeyConstraint("id", name="pk_received_mail"),
        sa.UniqueConstraint(
            "mailbox", "validity", "uid", name="uq_received_mail_mailbox_validity_uid"
        ),
    )
    op.create_index("ix_received_mail_call_id", "received_mail", ["call_id"])
    op.create_index("ix_received_mail_sha256", "received_mail", ["sha256"])
    op.create_index(
        "ix_received_mail_waiting", "received_mail", ["id"], **only("state = 'waiting'")
    )


def _letter() -> None:
    op.create_table(
        "letter",
        whole("id"),
        text("key"),
        whole("call_id", nullable=True),
        whole("event_id", nullable=True),
        text("kind"),
        text("to_address"),
        text("envelope_sender"),
        text("subject"),
        text("message_id"),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        whole("priority"),
        choice("state", "letterstate", "waiting", "sent", "failed", "cancelled", nullable=False),
        moment("posted_at"),
        moment("send_at", nullable=True),
        text("claimed_by"),
        whole("tries"),
        whole("refusals"),
        moment("sent_at", nullable=True),
        flag("maybe_twice"),
        text("error"),
        whole("version"),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_letter_call_id"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_letter_event_id"),
        sa.PrimaryKeyConstraint("id", name="pk_letter"),
        sa.UniqueConstraint("key", name="uq_letter_key"),
        sa.UniqueConstraint("message_id", name="uq_letter_message_id"),
    )
    op.create_index("ix_letter_call_id", "letter", ["call_id"])
    op.create_index("ix_letter_to_address", "letter", ["to_address"])
    op.create_index(
        "ix_letter_waiting", "letter", ["priority", "send_at"], **only("state = 'waiting'")
    )


def _message() -> None:
    op.create_table(
        "message",
        whole("id"),
        whole("received_mail_id"),
        whole("call_id", nullable=True),
        text("message_id", nullable=True),
        text("sender_name"),
        text("sender_address"),
        text("recipients"),
        text("subject"),
        moment("sent_at", nullable=True),
        moment("arrived_at"),
        text("text"),
        text("automatic", nullable=True),
        flag("truncated"),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_message_call_id"),
        sa.ForeignKeyConstraint(
            ["received_mail_id"], ["received_mail.id"], name="fk_message_received_mail_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.UniqueConstraint("received_mail_id", name="uq_message_received_mail_id"),
    )
    op.create_index("ix_message_call_id", "message", ["call_id"])
    op.create_index("ix_message_message_id", "message", ["message_id"])


def _alert() -> None:
    op.create_table(
        "alert",
        whole("id"),
        whole("call_id"),
        text("target"),
        whole("cycle"),
        text("stage"),
        text("audience"),
        moment("at"),
        whole("letter_id", nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_alert_call_id"),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name="fk_alert_letter_id"),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
        sa.UniqueConstraint(
            "call_id",
            "target",
            "cycle",
            "stage",
            "audience",
            name="uq_alert_call_id_target_cycle_stage_audience",
        ),
    )
    op.create_index("ix_alert_letter_id", "alert", ["letter_id"])
    op.create_index("ix_alert_untold", "alert", ["stage"], **only("letter_id IS NULL"))


def _attachment() -> None:
    op.create_table(
        "attachment",
        whole("id"),
        whole("message_id"),
        text("name"),
        text("content_type"),
        whole("size"),
        text("sha256"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_attachment_message_id"),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
    )
    op.create_index("ix_attachment_message_id", "attachment", ["message_id"])
