"""Opens the base model that the settings name."""

from assistant.models.engine import Engine
from assistant.models.source import is_server
from assistant.plugins import Plugins
from assistant.settings import Settings


def open_engine(settings: Settings, plugins: Plugins) -> Engine:
    """A plugin's engine, a server's, or a model in this process; ModelError says what to do when it cannot be opened."""
    for prefix, opener in plugins.models.items():
        if settings.base_model.startswith(prefix):
            engine: Engine = opener(settings)
            return engine
    if is_server(settings.base_model):
        from assistant.models.server import ServerEngine

        return ServerEngine(settings)
    from assistant.models.local import LocalEngine

    return LocalEngine(settings)
