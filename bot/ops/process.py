"""The entry of a child process: `python -m bot.ops.process actions|bot`."""

from __future__ import annotations

import sys

from bot.settings import settings


def main() -> None:
    """Run the server that the first argument names."""
    from bot.ops import server

    {"actions": server.run_actions, "bot": server.run_bot}[sys.argv[1]](settings)


if __name__ == "__main__":
    main()
