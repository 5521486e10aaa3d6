"""Texts of the tab that says what the program runs on."""

from assistant.records import Language

TEXTS: dict[str, dict[Language, str]] = {
    "switch": {
        "en": "To use another base model, in a terminal: assistant models lists them; assistant models use NAME checks one, downloads it "
        "and writes it to {file}; then restart the app.",
        "zh": "更换基础模型，请在终端运行：assistant models 列出可用模型，assistant models use NAME 会检查、下载并写入 {file}，然后重新启动应用。",
    },
    "starter": {
        "en": "The starter is a small built-in model that quotes the sentence that answers the question: good for trying out and for "
        "tests. For answers in its own words, choose a real model.",
        "zh": "starter 是内置的小模型，只引用能回答问题的原句，适合试用和测试。如需流畅作答，请换用真正的大模型。",
    },
    "runs_on": {"en": "Runs on", "zh": "运行于"},
    "context": {"en": "Context", "zh": "上下文"},
    "tokens": {"en": "{count} tokens, {evidence} of them for evidence", "zh": "{count} 个词元，其中 {evidence} 个用于依据"},
    "parameters": {"en": "Parameters", "zh": "参数量"},
    "takes_adapters": {"en": "Adapters", "zh": "适配器"},
    "embedder": {"en": "Embedder", "zh": "向量模型"},
    "embedder_english": {
        "en": "built-in MiniLM, English only; Chinese questions are searched by words. For a multilingual one, set embedder in {file}",
        "zh": "内置 MiniLM，仅限英文；中文问题按词检索。如需多语言模型，请在 {file} 中设置 embedder",
    },
    "workspace": {"en": "Workspace", "zh": "工作区"},
    "versions": {"en": "Versions", "zh": "版本"},
    "safe_mode": {"en": "Safe mode", "zh": "安全模式"},
    "safe_mode_on": {"en": "on: no plugin code is loaded", "zh": "已开启，不加载插件代码"},
    "more": {"en": "More, in a terminal: assistant doctor", "zh": "更多信息，请在终端运行：assistant doctor"},
    "privacy": {
        "en": "Nothing you type leaves this computer unless the base model runs on a server elsewhere. No telemetry.",
        "zh": "除非基础模型在其他服务器上，您输入的内容不会离开本机。不收集任何使用数据。",
    },
    "about_runs": {"en": "What it runs on", "zh": "运行环境"},
    "about_places": {"en": "Folders", "zh": "文件夹"},
    "about_environment": {"en": "Environment", "zh": "环境变量"},
    "about_overridden": {
        "en": "{name} is set in the environment; it takes precedence over assistant.toml at the next start",
        "zh": "环境变量 {name} 已设置，下次启动时优先于 assistant.toml",
    },
    "about_server_reads": {
        "en": "The base model's server reads each question with the conversation before it, its passages and, where it cannot load adapters, a few of the domain's examples; "
        "nothing else leaves this computer. No telemetry.",
        "zh": "基础模型所在的服务器会读到问题、此前的对话、相关段落，若它无法加载适配器，还有该领域的几条示例；除此之外没有内容离开本机。不收集任何使用数据。",
    },
    "about_servers": {"en": "Model servers on this computer", "zh": "本机上的模型服务"},
    "about_servers_note": {
        "en": "Ollama, vLLM, llama.cpp and LM Studio on their usual ports. The next question is answered by the model you choose; answers "
        "on their way are finished by the one they began with. Adapters work only with the base model they were trained for.",
        "zh": "在常用端口上查找 Ollama、vLLM、llama.cpp 和 LM Studio。切换后，下一个问题由所选模型回答，正在回答的问题不受影响。适配器只适用于其训练时的基础模型。",
    },
    "about_found": {"en": "Found", "zh": "已找到"},
    "about_none_found": {"en": "None found at the moment. Start one, then look again.", "zh": "目前没有找到。请先启动一个，再重新查找。"},
    "about_use": {"en": "Use this", "zh": "使用所选模型"},
    "about_back": {"en": "Back to {base}", "zh": "换回 {base}"},
    "about_again": {"en": "Look again", "zh": "重新查找"},
    "about_trying": {"en": "Opening {base} and asking it a short question…", "zh": "正在打开 {base} 并试问一句……"},
    "about_switched": {"en": "{base} answers from the next question on; {file} is updated too.", "zh": "从下一个问题起由 {base} 回答，{file} 也已更新。"},
    "about_said": {"en": "It said: {answer}", "zh": "试问的回答：{answer}"},
    "about_adapters_there": {"en": "It supports adapters: those trained for it are used.", "zh": "它支持适配器：为它训练的适配器会被使用。"},
    "about_adapters_not": {
        "en": "It does not support adapters: each question is sent with a few of the domain's examples, so that answers keep its voice.",
        "zh": "它不支持适配器：提问时会附上该领域的几条示例，让回答保持该领域的语气。",
    },
    "about_code": {"en": "Code that has not run", "zh": "尚未运行的代码"},
    "about_code_note": {
        "en": "A plugin.py can do whatever this program can. Read it, compare size and hash, then let it run; or restart the app, which "
        "runs all of them.",
        "zh": "plugin.py 能做本程序能做的一切。请先阅读并核对大小与哈希值，再让它运行；重新启动应用则会运行全部代码。",
    },
    "about_file": {"en": "File", "zh": "文件"},
    "about_size": {"en": "Bytes", "zh": "字节"},
    "about_hash": {"en": "SHA-256", "zh": "SHA-256"},
    "about_meanwhile": {"en": "Meanwhile", "zh": "在此期间"},
    "about_former_goes_on": {"en": "the previous code stays in use", "zh": "沿用原有代码"},
    "about_left_out": {"en": "the domain is left out", "zh": "该领域暂不启用"},
    "about_script": {"en": "Which file", "zh": "选择文件"},
    "about_run": {"en": "Run its code", "zh": "运行该代码"},
    "about_changes": {"en": "Changes on disk", "zh": "磁盘上的变化"},
    "about_not_watched": {
        "en": "Not watched (setting watch): changes take effect when the app is restarted.",
        "zh": "未监视磁盘（设置 watch）：变化将在应用重新启动后生效。",
    },
    "about_nothing_changed": {"en": "Nothing has changed since the app started.", "zh": "应用启动以来没有变化。"},
    "about_doing_router": {"en": "Learning which questions belong where…", "zh": "正在学习问题与领域的对应关系……"},
    "about_doing_index": {"en": "Indexing {domain}: {done} of {total} documents", "zh": "正在索引 {domain}：{done}/{total} 个文档"},
    "about_when": {"en": "Time", "zh": "时间"},
    "about_what": {"en": "What", "zh": "事件"},
    "about_subject": {"en": "Where", "zh": "位置"},
    "about_detail": {"en": "Details", "zh": "说明"},
    "about_event_added": {"en": "new domain", "zh": "新领域"},
    "about_event_changed": {"en": "changed", "zh": "已更新"},
    "about_event_removed": {"en": "removed", "zh": "已移除"},
    "about_event_indexed": {"en": "indexed", "zh": "已索引"},
    "about_event_broken": {"en": "broken", "zh": "有错误"},
    "about_event_waiting": {"en": "code waits", "zh": "代码待运行"},
    "about_event_ran": {"en": "code ran", "zh": "代码已运行"},
    "about_event_version": {"en": "adapter live", "zh": "适配器已上线"},
    "about_event_unserved": {"en": "adapter unusable", "zh": "适配器不可用"},
    "about_event_settings": {"en": "at the next start", "zh": "下次启动生效"},
    "about_event_settings_broken": {"en": "settings broken", "zh": "设置有错误"},
    "about_event_failed": {"en": "failed", "zh": "失败"},
}
