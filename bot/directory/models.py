"""The directory's tables. Every fact carries its source, whether it was confirmed, and when it was checked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
)
from sqlalchemy.orm import declarative_base, declarative_mixin, declared_attr

# Constraints have names of their own, so that a migration can change them on every database.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Base: Any = declarative_base(metadata=metadata)


class Jurisdiction(Base):
    """A country, a part of one, the European Union or the world, with its emergency number."""

    __tablename__ = "jurisdiction"

    code = Column(String(8), primary_key=True)
    name = Column(Text, nullable=False)
    parent = Column(String(8))
    position = Column(Integer, nullable=False)
    languages = Column(JSON, nullable=False)
    age_of_majority_for_images = Column(Integer, nullable=False)
    notes = Column(Text, nullable=False)
    emergency = Column(JSON(none_as_null=True))
    checked_on = Column(Date, nullable=False)
    language = Column(String(16), nullable=False)
    inherits = Column(JSON(none_as_null=True))
    timezone = Column(String(40))


@declarative_mixin
class FactColumns:
    """What every fact of a jurisdiction has."""

    id = Column(String(160), primary_key=True)
    position = Column(Integer, nullable=False)
    name = Column(Text, nullable=False)
    note = Column(Text, nullable=False)
    source = Column(Text, nullable=False)
    confirmed = Column(Boolean, nullable=False)
    checked_on = Column(Date, nullable=False)
    unconfirmed_fields = Column(JSON, nullable=False)
    evidence = Column(Text)
    check_note = Column(Text)
    language = Column(String(16), nullable=False)
    independent_sources = Column(Integer)
    also_seen_in = Column(JSON, nullable=False)
    checked_by = Column(String(80), nullable=False)

    @declared_attr
    def jurisdiction(cls) -> Any:
        """The jurisdiction whose fact it is."""
        return Column(String(8), ForeignKey("jurisdiction.code"), nullable=False, index=True)


class Law(FactColumns, Base):
    """A law and the acts it covers."""

    __tablename__ = "law"

    citation = Column(Text, nullable=False)
    kind = Column(String(16), nullable=False)
    covers = Column(JSON, nullable=False)
    year = Column(Integer)
    status = Column(String(16), nullable=False)


class Service(FactColumns, Base):
    """A helpline or another service for people."""

    __tablename__ = "service"

    purposes = Column(JSON, nullable=False)
    phone = Column(Text)
    text = Column(Text)
    chat = Column(Text)
    url = Column(Text)
    hours = Column(Text)
    languages = Column(JSON, nullable=False)
    minors = Column(Boolean, nullable=False)
    adults = Column(Boolean, nullable=False)
    only_in = Column(JSON, nullable=False)
    not_in = Column(JSON, nullable=False)
    opening = Column(JSON(none_as_null=True))


class ReportRoute(FactColumns, Base):
    """Police, hotline, cybercrime unit or regulator that takes reports."""

    __tablename__ = "report_route"

    kind = Column(String(24), nullable=False)
    phone = Column(Text)
    url = Column(Text)
    minors = Column(Boolean, nullable=False)
    adults = Column(Boolean, nullable=False)


class LegalHelp(FactColumns, Base):
    """Legal aid and other help with the law."""

    __tablename__ = "legal_help"

    kind = Column(String(24), nullable=False)
    phone = Column(Text)
    url = Column(Text)


class CourtOrder(FactColumns, Base):
    """An order that a court can make."""

    __tablename__ = "court_order"

    url = Column(Text)


class Platform(Base):
    """A platform: how to report, how to lock an account, what to save."""

    __tablename__ = "platform"

    id = Column(String(40), primary_key=True)
    position = Column(Integer, nullable=False)
    name = Column(Text, nullable=False)
    kind = Column(String(24), nullable=False)
    aliases = Column(JSON, nullable=False)
    ambiguous_aliases = Column(JSON, nullable=False)
    domains = Column(JSON, nullable=False)
    report = Column(JSON, nullable=False)
    two_factor = Column(JSON, nullable=False)
    evidence_tips = Column(JSON, nullable=False)
    partners = Column(JSON, nullable=False)
    source = Column(Text, nullable=False)
    confirmed = Column(Boolean, nullable=False)
    checked_on = Column(Date, nullable=False)
    checked_by = Column(String(80), nullable=False)
    language = Column(String(16), nullable=False)


@declarative_mixin
class SourcesColumns:
    """What every entry has that was read in several places."""

    id = Column(String(40), primary_key=True)
    position = Column(Integer, nullable=False)
    source = Column(Text, nullable=False)
    sources = Column(JSON, nullable=False)
    source_kind = Column(Text)
    confirmed = Column(Boolean, nullable=False)
    unconfirmed_fields = Column(JSON, nullable=False)
    checked_on = Column(Date, nullable=False)
    checked_by = Column(String(80), nullable=False)
    language = Column(String(16), nullable=False)


class Tool(SourcesColumns, Base):
    """A way to have images removed or an account secured."""

    __tablename__ = "tool"

    name = Column(Text, nullable=False)
    what_it_does = Column(Text, nullable=False)
    who_can_use = Column(Text, nullable=False)
    needs = Column(Text, nullable=False)
    cannot = Column(Text, nullable=False)
    url = Column(Text)
    phone = Column(Text)
    email = Column(Text)
    contact = Column(Text)
    cost = Column(Text)
    cost_note = Column(Text)
    age = Column(Text)
    region = Column(Text)
    run_by = Column(Text)
    partners_seen = Column(JSON, nullable=False)
    details = Column(JSON, nullable=False)


class EvidencePractice(SourcesColumns, Base):
    """A rule for keeping evidence."""

    __tablename__ = "evidence_practice"

    topic = Column(Text, nullable=False)
    advice = Column(Text, nullable=False)
    rule = Column(String(16))
    columns = Column(JSON, nullable=False)
    columns_note = Column(Text)
    note = Column(Text)


class Translation(Base):
    """The text of one field of an entry in another language."""

    __tablename__ = "translation"

    entry = Column(String(160), primary_key=True)
    field = Column(String(40), primary_key=True)
    language = Column(String(16), primary_key=True)
    text = Column(Text, nullable=False)


class SeedImport(Base):
    """Which data files the database holds. `held_hash` are those that somebody took back: a start does not
    bring them in again."""

    __tablename__ = "seed_import"

    id = Column(Integer, primary_key=True)
    version = Column(String(40), nullable=False)
    content_hash = Column(String(64), nullable=False)
    imported_at = Column(DateTime, nullable=False)
    held_hash = Column(String(64))


class SeedSnapshot(Base):
    """What the tables held before an import, so that the import can be taken back."""

    __tablename__ = "seed_snapshot"

    id = Column(Integer, primary_key=True)
    version = Column(String(40), nullable=False)
    content_hash = Column(String(64), nullable=False)
    imported_at = Column(DateTime, nullable=False)
    replaced_at = Column(DateTime, nullable=False)
    content = Column(LargeBinary, nullable=False)


class StaffOverride(Base):
    """What a person found when they verified an entry. It holds over every import."""

    __tablename__ = "staff_override"

    entry = Column(String(200), primary_key=True)
    outcome = Column(String(16), nullable=False)
    changes = Column(JSON, nullable=False)
    kept = Column(JSON, nullable=False)
    checked_on = Column(Date, nullable=False)
    checked_by = Column(String(80), nullable=False)
    noted_at = Column(DateTime, nullable=False)
