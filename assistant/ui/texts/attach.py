"""Texts of the files in a conversation."""

from assistant.records import Language

TEXTS: dict[str, dict[Language, str]] = {
    "attach": {"en": "Add files", "zh": "添加文件"},
    "attach_files": {"en": "Files of this conversation", "zh": "此对话的文件"},
    "attach_remove": {"en": "Remove {name}", "zh": "移除 {name}"},
    "attach_starting": {"en": "read as soon as the model has started", "zh": "模型启动后读取"},
    "attach_waiting": {"en": "waiting for its turn", "zh": "排队等待"},
    "attach_reading": {"en": "reading…", "zh": "正在读取……"},
    "attach_indexing": {"en": "reading… {percent}%", "zh": "正在读取…… {percent}%"},
    "attach_pages": {"en": "{pages} pages", "zh": "{pages} 页"},
    "attach_page": {"en": "1 page", "zh": "1 页"},
    "attach_passages": {"en": "{passages} passages", "zh": "{passages} 个段落"},
    "attach_passage": {"en": "1 passage", "zh": "1 个段落"},
    "attach_many": {
        "en": "{count} files are too many: a conversation can have at most {most}",
        "zh": "一次选了 {count} 个文件，超出上限：一个对话最多 {most} 个",
    },
    "attach_wait": {"en": "Your files are still being read; the answer follows right after…", "zh": "您的文件还在读取，读完后立即回答……"},
    "your_files": {"en": "Your files", "zh": "您的文件"},
}
