"""How people reach the guide: one file per platform, and what channels share."""
