"""What keeps people unknown: keys, pseudonyms, silent logs, no telemetry, erasing."""
