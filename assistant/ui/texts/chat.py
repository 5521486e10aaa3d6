"""Texts of the chat."""

from assistant.records import Language

TEXTS: dict[str, dict[Language, str]] = {
    "conversation": {"en": "Conversation", "zh": "对话内容"},
    "welcome": {"en": "What would you like to know?", "zh": "想了解什么？"},
    "welcome_note": {
        "en": "Answers come from the documents of the installed domains, and cite them.",
        "zh": "回答依据各领域的文档，并标明出处。",
    },
    "question": {"en": "Ask a question", "zh": "请输入问题"},
    "send": {"en": "Ask", "zh": "提问"},
    "stop": {"en": "Stop", "zh": "停止"},
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
    "no_adapter": {
        "en": "This domain has no live adapter, so both answers are the base model's.",
        "zh": "该领域没有启用的适配器，两个回答都来自基础模型。",
    },
    "from_model": {"en": "from the model", "zh": "模型生成"},
    "quoted": {"en": "quoted", "zh": "引自原文"},
    "refused": {"en": "not answered", "zh": "未回答"},
    "copy": {"en": "Copy", "zh": "复制"},
}
