"""Texts of the page on which people log in, and of the head when they are."""

from assistant.records import Language

TEXTS: dict[str, dict[Language, str]] = {
    "login_title": {"en": "Log in", "zh": "登录"},
    "login_name": {"en": "Name", "zh": "用户名"},
    "login_password": {"en": "Password", "zh": "密码"},
    "login_button": {"en": "Log in", "zh": "登录"},
    "login_wrong": {"en": "Wrong name or password. Try again.", "zh": "用户名或密码不正确，请重试。"},
    "login_wait": {
        "en": "Too many attempts. Try again in {minutes} min.",
        "zh": "尝试次数过多，请在 {minutes} 分钟后重试。",
    },
    "login_forgotten": {
        "en": "No account, or forgot your password? An administrator can help.",
        "zh": "没有账号或忘记密码？请联系管理员。",
    },
    "login_out": {"en": "Log out", "zh": "退出登录"},
}
