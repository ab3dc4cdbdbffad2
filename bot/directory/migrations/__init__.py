"""The directory's migrations, run by `bot.directory.database`."""
