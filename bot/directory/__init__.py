"""Jurisdictions, laws, services, platforms and tools: data in `seed/`, models, import and look-up."""

from bot.directory.database import DirectoryNotReady
from bot.directory.emergency import Emergency
from bot.directory.facts import (
    CourtOrder,
    Jurisdiction,
    Law,
    LegalHelp,
    ReportRoute,
    Service,
)
from bot.directory.lookup import PURPOSES, Directory
from bot.directory.opening import Opening, open_now
from bot.directory.platform_facts import EvidencePractice, Platform, Tool
from bot.directory.schema_check import SeedError

__all__ = [
    "PURPOSES",
    "CourtOrder",
    "Directory",
    "DirectoryNotReady",
    "Emergency",
    "EvidencePractice",
    "Jurisdiction",
    "Law",
    "LegalHelp",
    "Opening",
    "Platform",
    "ReportRoute",
    "SeedError",
    "Service",
    "Tool",
    "open_now",
]
