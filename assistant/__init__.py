"""A chatbot builder: one folder per domain gives retrieval for facts, a LoRA adapter for form, and figures for both.

Importing this package sets the switches that keep the libraries below it from calling home; nothing heavy is loaded.
"""

import os

__version__ = "0.1.0"

_QUIET = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_SSR_MODE": "False",
    "DO_NOT_TRACK": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "LANGSMITH_TRACING": "false",
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_VERBOSITY": "error",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
}
for _name, _value in _QUIET.items():
    os.environ.setdefault(_name, _value)
_BY_DEFAULT = "on"  # people write 1; a child process tells by it that nobody asked
OFFLINE_ASKED = os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"} and os.environ["HF_HUB_OFFLINE"] != _BY_DEFAULT
if os.environ.get("ASSISTANT_DOWNLOAD", "").lower() not in {"1", "true", "yes"}:
    os.environ.setdefault("HF_HUB_OFFLINE", _BY_DEFAULT)
