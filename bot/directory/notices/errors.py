"""What can be wrong with a request for a letter. No message repeats what somebody typed."""

from __future__ import annotations


class UnknownKind(LookupError):
    """There is no letter of this kind."""


class UnknownPlace(LookupError):
    """There is no such jurisdiction."""


class UnknownPlatform(LookupError):
    """This is neither a platform of the directory nor the host name of a website."""


class UnknownField(LookupError):
    """The letter has no such field."""


class NotForThisPlace(ValueError):
    """The letter rests on a law that does not apply in this place."""


class NoticeRefused(ValueError):
    """The letter would say something untrue, or is not for an image of somebody under 18 (rules R41, R02).

    The message is a sentence for the person; `instead` names the kinds that may fit.
    """

    def __init__(self, message: str, instead: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.instead = instead
