"""The chat in the browser: the demo page and what it is made of."""
