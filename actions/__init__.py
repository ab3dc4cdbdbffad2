"""What the guide does in a turn: custom actions, one module per flow."""
