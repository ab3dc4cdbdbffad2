"""The directory's tables."""

import sqlalchemy as sa
from alembic import op

revision = "d0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "law",
    "service",
    "report_route",
    "legal_help",
    "court_order",
    "platform",
    "tool",
    "evidence_practice",
    "translation",
    "seed_import",
    "jurisdiction",
)


def _text(name: str, needed: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=not needed)


def _json(name: str) -> sa.Column:
    return sa.Column(name, sa.JSON, nullable=False)


def _flag(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean, nullable=False)


def _short(name: str, length: int, needed: bool = True) -> sa.Column:
    return sa.Column(name, sa.String(length), nullable=not needed)


def _kept(identity: int) -> list[sa.Column]:
    return [
        sa.Column("id", sa.String(identity), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        _text("source", needed=True),
        _flag("confirmed"),
        sa.Column("checked_on", sa.Date, nullable=False),
        _short("language", 16),
    ]


def _fact_table(name: str, *own: sa.Column) -> None:
    op.create_table(
        name,
        *_kept(160),
        _text("name", needed=True),
        _text("note", needed=True),
        _json("unconfirmed_fields"),
        _text("evidence"),
        _text("check_note"),
        _short("jurisdiction", 8),
        *own,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.ForeignKeyConstraint(["jurisdiction"], ["jurisdiction.code"], name=f"fk_{name}_jurisdiction"),
    )
    op.create_index(f"ix_{name}_jurisdiction", name, ["jurisdiction"])


def _sources_table(name: str, *own: sa.Column) -> None:
    op.create_table(
        name,
        *_kept(40),
        _json("sources"),
        _text("source_kind"),
        _json("unconfirmed_fields"),
        *own,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "jurisdiction",
        _short("code", 8),
        _text("name", needed=True),
        _short("parent", 8, needed=False),
        sa.Column("position", sa.Integer, nullable=False),
        _json("languages"),
        sa.Column("age_of_majority_for_images", sa.Integer, nullable=False),
        _text("notes", needed=True),
        sa.Column("emergency", sa.JSON(none_as_null=True)),
        sa.Column("checked_on", sa.Date, nullable=False),
        _short("language", 16),
        sa.PrimaryKeyConstraint("code", name="pk_jurisdiction"),
    )
    _fact_table(
        "law",
        _text("citation", needed=True),
        _short("kind", 16),
        _json("covers"),
        sa.Column("year", sa.Integer),
        _short("status", 16),
    )
    _fact_table(
        "service",
        _json("purposes"),
        *[_text(name) for name in ("phone", "text", "chat", "url", "hours")],
        *[_json(name) for name in ("languages", "only_in", "not_in")],
        _flag("minors"),
        _flag("adults"),
    )
    _fact_table(
        "report_route", _short("kind", 24), _text("phone"), _text("url"), _flag("minors"), _flag("adults")
    )
    _fact_table("legal_help", _short("kind", 24), _text("phone"), _text("url"))
    _fact_table("court_order", _text("url"))
    op.create_table(
        "platform",
        *_kept(40),
        _text("name", needed=True),
        _short("kind", 24),
        *[_json(name) for name in ("aliases", "ambiguous_aliases", "domains", "report", "two_factor")],
        _json("evidence_tips"),
        _json("partners"),
        sa.PrimaryKeyConstraint("id", name="pk_platform"),
    )
    needed = ("name", "what_it_does", "who_can_use", "needs", "cannot")
    optional = ("url", "phone", "email", "contact", "cost", "cost_note", "age", "region", "run_by")
    _sources_table(
        "tool",
        *[_text(name, needed=True) for name in needed],
        *[_text(name) for name in optional],
        _json("partners_seen"),
        _json("details"),
    )
    _sources_table(
        "evidence_practice",
        _text("topic", needed=True),
        _text("advice", needed=True),
        _short("rule", 16, needed=False),
        _json("columns"),
        _text("columns_note"),
        _text("note"),
    )
    op.create_table(
        "translation",
        _short("entry", 160),
        _short("field", 40),
        _short("language", 16),
        _text("text", needed=True),
        sa.PrimaryKeyConstraint("entry", "field", "language", name="pk_translation"),
    )
    op.create_table(
        "seed_import",
        sa.Column("id", sa.Integer, nullable=False),
        _short("version", 40),
        _short("content_hash", 64),
        sa.Column("imported_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_seed_import"),
    )


def downgrade() -> None:
    """Removes the tables."""
    for table in TABLES:
        op.drop_table(table)
