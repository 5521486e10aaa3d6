"""Texts that the whole page or several tabs use."""

from assistant.records import Language

TEXTS: dict[str, dict[Language, str]] = {
    "title": {"en": "Assistant", "zh": "知识助手"},
    "chat": {"en": "Chat", "zh": "对话"},
    "domains": {"en": "Domains", "zh": "领域"},
    "about": {"en": "About", "zh": "关于"},
    "no_domains": {
        "en": "No domain is installed yet. Create one in the Domains tab, or in a terminal: assistant new NAME",
        "zh": "还没有安装任何领域。可在“领域”页新建，或在终端运行：assistant new NAME",
    },
    "no_domains_open": {
        "en": "There is no domain that you may ask yet. An administrator can add you to a group.",
        "zh": "目前没有您可以提问的领域，请联系管理员将您加入用户组。",
    },
    "domain": {"en": "Domain", "zh": "领域"},
    "auto": {"en": "Auto", "zh": "自动"},
    "documents": {"en": "Documents", "zh": "文档"},
    "languages": {"en": "Languages", "zh": "语言"},
    "live": {"en": "Adapter", "zh": "适配器"},
    "none_live": {
        "en": "none yet; train one in the Train tab, or run: assistant train {domain}",
        "zh": "尚无；可在“训练”页训练，或运行 assistant train {domain}",
    },
    "damaged": {"en": "unusable: {reason}", "zh": "不可用：{reason}"},
    "yes": {"en": "yes", "zh": "支持"},
    "no": {"en": "no: each question is sent with a few of the domain's examples", "zh": "不支持，提问时附上该领域的几条示例"},
    "seconds": {"en": "{seconds} s", "zh": "{seconds} 秒"},
    "page": {"en": "p. {page}", "zh": "第 {page} 页"},
    "base": {"en": "Base model", "zh": "基础模型"},
    "state": {"en": "State", "zh": "状态"},
    "state_starting": {"en": "starting", "zh": "启动中"},
    "state_ready": {"en": "ready", "zh": "就绪"},
    "base_model": {"en": "Base model", "zh": "基础模型"},
}
