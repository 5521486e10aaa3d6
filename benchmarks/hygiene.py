"""Checks a domain of 200,000 generated examples, every fault of the report among them, and says what it took.

``python -m benchmarks.hygiene [ROWS]``; the aim is 200,000 rows in under 5 minutes and 2 GB.
"""

import json
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from assistant.checking.finding import Finding
from assistant.checking.flow import check_domain
from assistant.plugins import load_plugins
from assistant.settings import Workspace

ROWS = 200_000
DOMAIN = 'name = "many"\n[title]\nen = "Many"\nzh = "许多"\n[description]\nen = "Many rows."\nzh = "许多行。"\n'
SENTENCES = {
    "en": (
        "The {a} of {b} is kept for {n} days after the {c} was closed.", "Ask the {a} desk for a {b} at least {n} hours ahead.",
        "A {a} above {n} yuan needs the signature of the {b} manager.", "When the {a} fails, open a {b} ticket and name the {c}.",
        "Every {a} has its own {b}, and the {c} team answers within {n} minutes.", "The {a} may be moved once, as long as the {b} is not yet under {c}.",
        "Please send the {a} together with the {b}; without it the {c} cannot be checked.", "In {c} the {a} counts double, so plan your {b} early.",
    ),
    "zh": (
        "{a}办结后，{b}保存{n}天，再由{c}统一销毁。", "申请{a}须提前{n}小时，在{b}系统里提交。", "超过{n}元的{a}由{b}负责人签字，{c}留底。",
        "{a}出错时先看{b}，再附上{c}编号提交工单。", "每个{a}都有单独的{b}，{c}小组会在{n}分钟内答复。", "{a}可以改期一次，前提是{b}还没有进入{c}阶段。",
        "请把{a}和{b}一并寄来，缺一项{c}就无法核对。", "在{c}期间{a}按双倍计算，{b}请尽早安排。",
    ),
}  # fmt: skip
WORDS = {
    "en": "account backup badge budget cabinet calendar camera certificate channel claim clause contract corridor delivery deposit desk device drawer dossier entrance "
    "export folder gateway handbook incident invoice inventory journey key label laboratory lease leave ledger licence locker mailbox meeting notice order parcel "
    "passport payment permit phone plan platform policy pool printer quota receipt region register release rental report request rota sample schedule seal server "
    "session shelf shift signature snapshot storage supplier survey template terminal token tour training transfer trial update vault vehicle version visit voucher warehouse",
    "zh": "账户 备份 工牌 预算 文件柜 日历 证书 渠道 报销 条款 合同 走廊 快递 押金 设备 抽屉 档案 入口 导出 网关 手册 故障 发票 库存 行程 钥匙 标签 实验室 租约 年假 台账 许可 储物柜 "
    "邮箱 会议 通知 订单 包裹 护照 付款 门禁 电话 套餐 平台 制度 资源池 打印机 配额 收据 区域 登记 发布 租金 报表 请求 值班 样品 排期 印章 服务器 会话 货架 班次 签名 快照 存储 供应商 问卷 模板 "
    "终端 令牌 培训 转账 试用 更新 保险柜 车辆 版本 来访 代金券 仓库",
}


def rows(number: int) -> Iterator[dict[str, str]]:
    """Rows in both languages; one in twelve has a fault."""
    chance = random.Random(7)
    words = {language: text.split() for language, text in WORDS.items()}
    earlier: dict[str, str] = {"question": "Where?", "answer": "At the front desk of the house."}
    for _ in range(number):
        language = chance.choice(("en", "zh"))

        def sentence(language: str = language) -> str:
            a, b, c = chance.sample(words[language], 3)
            return chance.choice(SENTENCES[language]).format(a=a, b=b, c=c, n=chance.randrange(2, 900))

        asked = ("Is this right: " if language == "en" else "请问是这样吗：") + sentence()[:-1] + ("?" if language == "en" else "？")
        row = {"question": asked, "answer": "".join(sentence() + (" " if language == "en" else "") for _ in range(chance.randrange(2, 6))).strip()}
        yield _spoilt(row, earlier, chance) if chance.random() < 1 / 12 else row
        earlier = row


def _spoilt(row: dict[str, str], earlier: dict[str, str], chance: random.Random) -> dict[str, str]:
    answer = row["answer"]
    return chance.choice((
        earlier, {**earlier, "question": earlier["question"].replace("this", "that").replace("这样", "那样")}, {**row, "answer": ""},
        {**row, "answer": answer[: len(answer) // 2]}, {**row, "answer": "Um… maybe. " + answer}, {**row, "answer": f"Dear {{{{name}}}}, {answer}"},
        {**row, "answer": f"<p>{answer}</p>"}, {**row, "question": row["question"] + " 138" + f"{chance.randrange(10**8):08}"}, {**row, "answer": "ok"},
        {"question": answer, "answer": row["question"]}, {**row, "answer": answer * 12}, {**row, "answer": answer.replace("1", "１")},
    ))  # fmt: skip


def main(number: int = ROWS) -> None:
    with tempfile.TemporaryDirectory() as folder:
        space = Workspace(Path(folder))
        examples = space.plugins / "many" / "examples"
        examples.mkdir(parents=True)
        (space.root / "assistant.toml").touch()
        (space.plugins / "many" / "domain.toml").write_text(DOMAIN, "utf-8")
        with (examples / "rows.jsonl").open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows(number))
        size = (examples / "rows.jsonl").stat().st_size / 2**20
        wall, cpu = time.perf_counter(), time.process_time()
        report = check_domain(space, load_plugins(space), space.plugins / "many")
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    found: list[Finding] = [finding for file in report.files for finding in file.findings]
    kinds = ", ".join(f"{count:,} {kind or 'other'}" for kind, count in Counter(finding.kind for finding in found).most_common())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**30 if sys.platform == "darwin" else 2**20)
    print(f"{number:,} rows, {size:.0f} MB: {wall:.0f} s, {cpu:.0f} s of processor time, peak memory {peak:.2f} GB")
    print(f"{len(found):,} findings: {kinds}")


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:2]))
