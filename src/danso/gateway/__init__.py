"""The lean ASGI process for machine-to-machine calls."""
