"""Fixtures of the channel's tests."""

from channel_server import discreet_logging_ends, server, serving, settings

__all__ = ["discreet_logging_ends", "server", "serving", "settings"]
