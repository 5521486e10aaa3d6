"""Texts of the tab that says what the program runs on."""

from assistant.records import Language

TEXTS: dict[str, dict[Language, str]] = {
    "switch": {
        "en": "Another base model, in a terminal: assistant models lists them, assistant models use NAME checks and fetches one and sets it in {file}; "
        "then start again.",
        "zh": "更换基础模型，请在终端运行：assistant models 列出可用模型，assistant models use 名称 会检查、下载并写入 {file}，然后重新启动。",
    },
    "starter": {
        "en": "The starter is an embedded model that quotes the sentence which answers: good for trying out and tests. "
        "For answers in its own words, choose a real model.",
        "zh": "starter 是内置的小模型，只引用能回答问题的原句，适合试用和测试。如需流畅作答，请换用真正的大模型。",
    },
    "runs_on": {"en": "Runs on", "zh": "运行于"},
    "context": {"en": "Context", "zh": "上下文"},
    "tokens": {"en": "{count} tokens, of them {evidence} for evidence", "zh": "{count} 个词元，其中 {evidence} 个用于依据"},
    "parameters": {"en": "Parameters", "zh": "参数量"},
    "takes_adapters": {"en": "Adapters", "zh": "适配器"},
    "embedder": {"en": "Embedder", "zh": "向量模型"},
    "embedder_english": {
        "en": "embedded MiniLM, English; Chinese questions are searched by words. A multilingual one: set embedder in {file}",
        "zh": "内置 MiniLM，仅限英文；中文问题按词检索。如需多语言模型，请在 {file} 中设置 embedder",
    },
    "workspace": {"en": "Workspace", "zh": "工作区"},
    "versions": {"en": "Versions", "zh": "版本"},
    "safe_mode": {"en": "Safe mode", "zh": "安全模式"},
    "safe_mode_on": {"en": "on: no plugin code is loaded", "zh": "已开启，不加载插件代码"},
    "more": {"en": "More, in a terminal: assistant doctor", "zh": "更多信息，请在终端运行：assistant doctor"},
    "privacy": {
        "en": "Nothing you type leaves this computer unless the base model is a server elsewhere. No telemetry.",
        "zh": "除非基础模型在其他服务器上，您输入的内容不会离开本机。不收集任何使用数据。",
    },
}
