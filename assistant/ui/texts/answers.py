"""Texts around an answer: what it cites, why it came about so, what is missing where there is none."""

from assistant.records import Language

TEXTS: dict[str, dict[Language, str]] = {
    "citations": {"en": "Sources", "zh": "出处"},
    "download": {"en": "Download", "zh": "下载"},
    "download_named": {"en": "Download {name}", "zh": "下载 {name}"},
    "show_page": {"en": "Show page {page} of the document", "zh": "查看文档第 {page} 页"},
    "enlarge": {"en": "Enlarge (opens in a new window)", "zh": "放大（在新窗口打开）"},
    "page_marked": {"en": "Page {page} of {pages}, with the passage marked", "zh": "第 {page} 页，共 {pages} 页，段落已标出"},
    "page_unmarked": {
        "en": "Page {page} of {pages}; the passage could not be found on it word for word",
        "zh": "第 {page} 页，共 {pages} 页；未能在页面上逐字找到该段落",
    },
    "page_fault": {"en": "This page cannot be shown ({reason}); download the document instead.", "zh": "无法显示这一页（{reason}），请下载文档查看。"},
    "why": {"en": "Why this answer", "zh": "回答依据"},
    "why_refused": {"en": "Why there is no answer", "zh": "为何没有回答"},
    "or_elsewhere": {"en": "Or was it about", "zh": "也可能属于"},
    "ask_there": {"en": "Ask the same question in {domain}", "zh": "在“{domain}”中提同样的问题"},
    "missing_outside": {
        "en": "What is missing: a domain for this question. None of the installed ones seems to cover it. Try other words, or ask about one thing at a time.",
        "zh": "缺少对应的领域：已安装的领域似乎都与此问题无关。可以换一种说法，或一次只问一件事。",
    },
    "missing_nothing": {
        "en": "What is missing: a document in {domain} that deals with this question.",
        "zh": "缺少文档：“{domain}”中没有与此问题相关的文档。",
    },
    "missing_silent": {
        "en": "What is missing: passages were found in {domain}, but none of them says this.",
        "zh": "缺少内容：在“{domain}”中找到了相关段落，但都没有说明这一点。",
    },
    "missing_access": {
        "en": "This question is about something you have no access to. An administrator can add you to a group that has it.",
        "zh": "您没有访问这部分内容的权限，可以请管理员把您加入相应的用户组。",
    },
    "closest": {"en": "The closest passage:", "zh": "最接近的段落："},
    "nearest": {"en": "Ask it in:", "zh": "改在以下领域提问："},
    "note_silenced": {
        "en": "Answered without the domain's adapter: {reason}",
        "zh": "此回答没有使用该领域的适配器：{reason}",
    },
    "note_draft": {"en": "Check before you use this draft:", "zh": "使用前请核对这份草稿："},
    "note_blanks": {
        "en": "Left blank because no value was given: {count}.",
        "zh": "没有提供的内容已留空（{count} 处）。",
    },
}
