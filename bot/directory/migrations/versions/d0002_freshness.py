"""Who checked what, how many sources say it, opening hours as times, staff's findings, imports to take back."""

import sqlalchemy as sa
from alembic import op

revision = "d0002"
down_revision = "d0001"
branch_labels = None
depends_on = None

FACTS = ("law", "service", "report_route", "legal_help", "court_order")
CHECKED = ("platform", "tool", "evidence_practice")


def _checked_by() -> sa.Column:
    return sa.Column("checked_by", sa.String(80), nullable=False, server_default="seed")


def upgrade() -> None:
    """Adds the columns and the two tables; rows that are there count as checked by the data files."""
    for table in FACTS:
        op.add_column(table, sa.Column("independent_sources", sa.Integer))
        op.add_column(table, sa.Column("also_seen_in", sa.JSON, nullable=False, server_default=sa.text("'[]'")))
        op.add_column(table, _checked_by())
    for table in CHECKED:
        op.add_column(table, _checked_by())
    op.add_column("service", sa.Column("opening", sa.JSON(none_as_null=True)))
    op.add_column("jurisdiction", sa.Column("inherits", sa.JSON(none_as_null=True)))
    op.add_column("jurisdiction", sa.Column("timezone", sa.String(40)))
    op.add_column("seed_import", sa.Column("held_hash", sa.String(64)))
    op.create_table(
        "seed_snapshot",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("imported_at", sa.DateTime, nullable=False),
        sa.Column("replaced_at", sa.DateTime, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_seed_snapshot"),
    )
    op.create_table(
        "staff_override",
        sa.Column("entry", sa.String(200), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("changes", sa.JSON, nullable=False),
        sa.Column("kept", sa.JSON, nullable=False),
        sa.Column("checked_on", sa.Date, nullable=False),
        sa.Column("checked_by", sa.String(80), nullable=False),
        sa.Column("noted_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("entry", name="pk_staff_override"),
    )


def downgrade() -> None:
    """Removes the columns and the two tables, and with them what staff found."""
    op.drop_table("staff_override")
    op.drop_table("seed_snapshot")
    for table, columns in (
        *((table, ("independent_sources", "also_seen_in", "checked_by")) for table in FACTS),
        *((table, ("checked_by",)) for table in CHECKED),
        ("service", ("opening",)),
        ("jurisdiction", ("inherits", "timezone")),
        ("seed_import", ("held_hash",)),
    ):
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_column(column)
