"""Understanding: what a message says, and how urgent it is."""
