"""Where conversations are kept while they last: sealed, short and with an end."""
