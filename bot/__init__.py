"""Everything of Steady that is not an action."""
