"""Texts of the tab that shows and makes domains."""

from assistant.records import Language

TEXTS: dict[str, dict[Language, str]] = {
    "faults": {"en": "Left out", "zh": "未加载"},
    "faults_note": {"en": "These could not be loaded; the rest works without them.", "zh": "以下内容无法加载，其余功能不受影响。"},
    "domains_stale": {
        "en": "Changed since {version} was trained: {parts}. To bring the adapter up to date, train again: assistant train {domain}",
        "zh": "{version} 训练之后有改动：{parts}。如需更新适配器，请重新训练：assistant train {domain}",
    },
    "domains_part_examples": {"en": "Examples", "zh": "训练示例"},
    "domains_part_prompt": {"en": "Prompt", "zh": "提示词"},
    "domains_look": {"en": "Look into a domain", "zh": "查看一个领域"},
    "domains_look_note": {
        "en": "What is wrong in its files, where it overlaps with other domains, and how its users ask.",
        "zh": "文件中的问题、与其他领域的重叠，以及用户的提问方式。",
    },
    "domains_check": {"en": "Check the files", "zh": "检查文件"},
    "domains_checking": {"en": "Checking; this takes a few seconds…", "zh": "正在检查，需要几秒……"},
    "domains_check_kept": {
        "en": "The check names and compares all documents of a domain, and you may not read some of them. Ask an administrator to check the files.",
        "zh": "检查会列出并比对该领域的全部文档，其中有些您无权查看。请让管理员检查文件。",
    },
    "domains_not_checked": {"en": "The files as they are now have not been checked yet.", "zh": "当前文件尚未检查。"},
    "domains_counted": {"en": "Errors: {errors} · warnings: {warnings}", "zh": "错误：{errors} · 警告：{warnings}"},
    "domains_error": {"en": "error", "zh": "错误"},
    "domains_warning": {"en": "warning", "zh": "警告"},
    "domains_note": {"en": "note", "zh": "提示"},
    "domains_overlap": {"en": "Overlaps with other domains: {count} routing examples", "zh": "与其他领域重叠：{count} 条路由例句"},
    "domains_no_overlap": {"en": "No routing example collides with another domain's.", "zh": "没有与其他领域冲突的路由例句。"},
    "domains_exports": {"en": "Raw exports: {count} findings, none of which does any harm", "zh": "原始导出：{count} 处发现，均不影响使用"},
    "domains_more": {"en": "Show {count} more", "zh": "显示其余 {count} 条"},
    "domains_examples": {"en": "Routing examples", "zh": "路由例句"},
    "domains_examples_note": {
        "en": "One per line, the way users really type; twenty or more, at least ten in each language.",
        "zh": "每行一句，照用户实际的说法写；最好二十句以上，每种语言至少十句。",
    },
    "domains_save": {"en": "Save the examples", "zh": "保存例句"},
    "domains_saved": {
        "en": "Saved: {count} examples. They take effect within seconds; the previous file is kept.",
        "zh": "已保存 {count} 条例句，几秒内生效；原文件已留存。",
    },
    "domains_new": {"en": "New domain", "zh": "新建领域"},
    "domains_new_note": {
        "en": "A folder in plugins/ that a team fills: it answers from its documents at once; examples and training can come later.",
        "zh": "在 plugins/ 中新建一个由团队维护的文件夹：有了文档就能回答，训练示例和训练可以以后再加。",
    },
    "domains_name": {"en": "Name of the folder", "zh": "文件夹名称"},
    "domains_name_note": {"en": "2 to 40 lower-case letters, digits and _, such as travel", "zh": "2 至 40 个小写字母、数字或下划线，例如 travel"},
    "domains_name_free": {"en": "{name} can be used.", "zh": "{name} 可以使用。"},
    "domains_title_en": {"en": "Title in English", "zh": "英文标题"},
    "domains_title_zh": {"en": "Title in Chinese", "zh": "中文标题"},
    "domains_about_en": {"en": "What may be asked here, in English", "zh": "可以问什么（英文）"},
    "domains_about_zh": {"en": "What may be asked here, in Chinese", "zh": "可以问什么（中文）"},
    "domains_files": {"en": "Documents to answer from (can be added later)", "zh": "作为依据的文档（可以以后再加）"},
    "domains_make": {"en": "Create the domain", "zh": "新建领域"},
    "domains_no_language": {"en": "choose at least one language that its documents are written in", "zh": "请至少选择一种文档所用的语言"},
    "domains_made": {"en": "Created: {folder}. It will appear among the domains in a few seconds.", "zh": "已建立：{folder}，几秒后出现在领域列表中。"},
    "domains_next": {"en": "Still to do:", "zh": "接下来："},
    "domains_next_documents": {
        "en": "Add documents in the Knowledge tab, or put files into plugins/{domain}/documents/.",
        "zh": "在“知识库”页添加文档，或将文件放入 plugins/{domain}/documents/。",
    },
    "domains_next_examples": {
        "en": "Write at least 20 routing examples for {domain}, in this tab under “Look into a domain”.",
        "zh": "为 {domain} 写至少 20 条路由例句，可在本页“查看一个领域”中填写。",
    },
    "domains_next_questions": {
        "en": "Write a dozen questions into plugins/{domain}/questions.jsonl, so that quality can be measured.",
        "zh": "在 plugins/{domain}/questions.jsonl 中写十来个问题，才能评测质量。",
    },
    "domains_next_train": {
        "en": "If form and tone matter: put examples into plugins/{domain}/examples/, then use the Train tab.",
        "zh": "如果在意格式和语气：在 plugins/{domain}/examples/ 中加入训练示例，再到“训练”页训练。",
    },
}
