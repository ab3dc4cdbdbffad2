"""Letters that ask for removal or help: reviewed templates, filled with what the person types.

Nothing here is stored, logged or sent: a letter is a text that goes back to the person.
"""

from bot.directory.notices.drafting import Draft, draft, missing
from bot.directory.notices.errors import (
    NotForThisPlace,
    NoticeRefused,
    UnknownField,
    UnknownKind,
    UnknownPlace,
    UnknownPlatform,
)
from bot.directory.notices.model import Element, NoticeKind, Source
from bot.directory.notices.offers import Offer, offers
from bot.directory.notices.templates import TemplateError, kind, kinds
from bot.directory.notices.views import to_json

__all__ = [
    "Draft",
    "Element",
    "NotForThisPlace",
    "NoticeKind",
    "NoticeRefused",
    "Offer",
    "Source",
    "TemplateError",
    "UnknownField",
    "UnknownKind",
    "UnknownPlace",
    "UnknownPlatform",
    "draft",
    "kind",
    "kinds",
    "missing",
    "offers",
    "to_json",
]
