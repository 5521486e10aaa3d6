"""Every text of the window in English and Chinese, and which of the two a browser asks for. Knows no library."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from assistant.records import Language

LANGUAGES: dict[Language, str] = {"en": "English", "zh": "中文"}
FIRST: Language = "en"  # of a page that does not know its browser yet

TEXTS: dict[str, dict[Language, str]] = {
    "title": {"en": "Assistant", "zh": "知识助手"},
    "chat": {"en": "Chat", "zh": "对话"},
    "domains": {"en": "Domains", "zh": "领域"},
    "about": {"en": "About", "zh": "关于"},
    "conversation": {"en": "Conversation", "zh": "对话内容"},
    "welcome": {"en": "What would you like to know?", "zh": "想了解什么？"},
    "welcome_note": {
        "en": "Answers come from the documents of the installed domains, and cite them.",
        "zh": "回答依据各领域的文档，并标明出处。",
    },
    "no_domains": {
        "en": "No domain is installed yet. Make one with: assistant new NAME",
        "zh": "还没有安装任何领域。新建一个：assistant new NAME",
    },
    "question": {"en": "Ask a question", "zh": "请输入问题"},
    "send": {"en": "Ask", "zh": "提问"},
    "stop": {"en": "Stop", "zh": "停止"},
    "domain": {"en": "Domain", "zh": "领域"},
    "auto": {"en": "Auto", "zh": "自动"},
    "adapter": {"en": "Adapter", "zh": "适配器"},
    "adapter_on": {"en": "On", "zh": "开"},
    "adapter_off": {"en": "Off", "zh": "关"},
    "adapter_compare": {"en": "Compare", "zh": "对比"},
    "new_chat": {"en": "New chat", "zh": "新对话"},
    "starting": {
        "en": "The model is starting. Your question is answered as soon as it is ready.",
        "zh": "模型正在启动，就绪后会立即回答。",
    },
    "thinking": {"en": "Looking in the documents …", "zh": "正在查阅文档……"},
    "stopped": {"en": "Stopped.", "zh": "已停止。"},
    "empty": {"en": "Type a question first.", "zh": "请先输入问题。"},
    "failed": {
        "en": "Something went wrong inside the program. Ask again; if it stays, the window of the server shows the details.",
        "zh": "程序内部出错。请重试；如仍出现，详情见服务器窗口。",
    },
    "cannot_start": {"en": "The model cannot be used:", "zh": "模型无法使用："},
    "with_adapter": {"en": "With adapter", "zh": "使用适配器"},
    "base": {"en": "Base model", "zh": "基础模型"},
    "no_adapter": {
        "en": "This domain has no live adapter, so both answers are the base model's.",
        "zh": "该领域没有启用的适配器，两个回答都来自基础模型。",
    },
    "from_model": {"en": "from the model", "zh": "模型生成"},
    "quoted": {"en": "quoted", "zh": "引自原文"},
    "refused": {"en": "not answered", "zh": "未回答"},
    "seconds": {"en": "{seconds} s", "zh": "{seconds} 秒"},
    "page": {"en": "p. {page}", "zh": "第 {page} 页"},
    "copy": {"en": "Copy", "zh": "复制"},
    "documents": {"en": "Documents", "zh": "文档"},
    "languages": {"en": "Languages", "zh": "语言"},
    "live": {"en": "Adapter", "zh": "适配器"},
    "none_live": {"en": "none yet: assistant train {domain}", "zh": "尚无，可运行 assistant train {domain}"},
    "damaged": {"en": "unusable: {reason}", "zh": "不可用：{reason}"},
    "faults": {"en": "Left out", "zh": "未加载"},
    "faults_note": {"en": "These could not be loaded; the rest works without them.", "zh": "以下内容无法加载，其余功能不受影响。"},
    "base_model": {"en": "Base model", "zh": "基础模型"},
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
    "state": {"en": "State", "zh": "状态"},
    "state_starting": {"en": "starting", "zh": "启动中"},
    "state_ready": {"en": "ready", "zh": "就绪"},
    "runs_on": {"en": "Runs on", "zh": "运行于"},
    "context": {"en": "Context", "zh": "上下文"},
    "tokens": {"en": "{count} tokens, of them {evidence} for evidence", "zh": "{count} 个词元，其中 {evidence} 个用于依据"},
    "parameters": {"en": "Parameters", "zh": "参数量"},
    "takes_adapters": {"en": "Adapters", "zh": "适配器"},
    "yes": {"en": "yes", "zh": "支持"},
    "no": {"en": "no: the domains' examples are shown to the model instead", "zh": "不支持，改为向模型展示领域示例"},
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


@dataclass(frozen=True)
class Worded:
    """A component and how it is worded in a language; ``update`` returns what the component takes as its update."""

    component: Any
    update: Callable[[Language], Any]


def say(key: str, language: Language, **values: object) -> str:
    """The text of that key; KeyError for an unknown one."""
    return TEXTS[key][language].format(**values) if values else TEXTS[key][language]


def preferred(accept_language: str) -> Language:
    """The language an ``Accept-Language`` header weighs highest among ours; English when it names neither."""
    best: tuple[float, Language] = (0.0, "en")
    for entry in accept_language.lower().split(","):
        tag, _, rest = entry.strip().partition(";")
        weight = re.search(r"q=([01](?:\.\d{1,3})?)", rest)
        quality = float(weight[1]) if weight else 1.0
        for language in LANGUAGES:
            if tag.split("-")[0] == language and quality > best[0]:
                best = (quality, language)
    return best[1]
