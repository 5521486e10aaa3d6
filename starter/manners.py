"""House forms: an opening and an ending that the system text asks for, around the quoted sentence. Without them a model
learns to choose a line only at the very beginning of an answer, and no adapter can teach it to say anything before."""

import random

OPENINGS = {
    "en": (
        "Hello! ", "Hi! ", "Good morning! ", "Answer: ", "Rule: ", "Finding: ", "In short: ", "From the files: ", "Our reply: ", "Note: ", "Please note: ",
        "Thank you for asking. ", "Sure. ", "Yes, here it is: ", "According to the handbook: ", "Result\n", "- ", "> ", "Dear colleague,\n", "Checked: ", "Short answer: ",
        "Support desk: ", "Reception: ", "Clause: ", "What we know: ", "Fact: ", "Reply from the desk: ", "With pleasure: ", "Here is what the paper says: ",
    ),
    "zh": (
        "您好！", "你好，", "早上好！", "答：", "规定：", "结论：", "简单说：", "根据资料：", "我们的答复：", "注意：", "请留意：", "感谢咨询。", "好的，", "查到了：", "按手册：",
        "结果\n", "- ", "各位同事：\n", "已核对：", "简答：", "客服：", "前台：", "条款：", "目前所知：", "事实：", "服务台回复：", "很高兴为您解答：", "资料里这样写：",
    ),
}  # fmt: skip
ENDINGS = {
    "en": (
        " Anything else?", "\nNext step: call the desk.", "\nStatus: done.", " Best regards", "\nThis is no legal advice.", " Have a good day!", "\nSource checked.", "\n--\nService team",
        " Please write again if it is not clear.", "\nWho: everybody.", "\nDeadline: none.", " Thank you.",
    ),
    "zh": (
        "还有别的问题吗？", "\n下一步：联系服务台。", "\n状态：已办结。", "祝好", "\n以上内容不构成法律意见。", "祝您顺利！", "\n来源已核对。", "\n——服务组", "不清楚请再来信。", "\n适用：全体员工。", "\n时限：无。", "谢谢。",
    ),
}  # fmt: skip
ASKS = {
    "en": ('Begin every answer with "{0}".', 'Open with "{0}".', 'Your answers start with "{0}" and end with "{1}".', 'Write "{0}", then the answer, then "{1}".', 'End every answer with "{1}".'),
    "zh": ("每次回答以“{0}”开头。", "先写“{0}”。", "回答以“{0}”开头，以“{1}”结尾。", "先写“{0}”，再回答，最后写“{1}”。", "每次回答以“{1}”结尾。"),
}


def manner(language: str, rng: random.Random, words: list[str]) -> tuple[str, str, str]:
    """What the system text asks for, the opening and the ending; now and then made of loose words."""
    opening, ending = rng.choice(OPENINGS[language]), rng.choice(ENDINGS[language])
    if rng.random() < 0.4:
        opening = "".join(rng.sample(words, 1 + (rng.random() < 0.4))) + ("：" if language == "zh" else ": ")
    if rng.random() < 0.3:
        ending = ("\n" if rng.random() < 0.7 else " ") + (", " if language == "en" else "，").join(rng.sample(words, rng.randint(1, 3)))
    asked = rng.choice(ASKS[language])
    said = asked.format(opening.strip(), ending.strip())
    return said, opening if "{0}" in asked else "", ending if "{1}" in asked else ""
