"""Commands, processes and checks."""
