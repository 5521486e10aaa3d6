"""Base models and adapters behind one interface, ``Engine``: in this process, or on an OpenAI-compatible server."""
