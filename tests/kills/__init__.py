"""Exactly once: everything is killed while messages are written and sent."""
