"""Prints notices that ask for opinions in the shapes offices use; the deadline that they print is known."""

# ruff: noqa: E501 - printed lines read better unbroken; Chinese counts double

import random
from dataclasses import dataclass

from consult.drafts.numerals import int_to_chinese

OFFICES = ("某市司法局", "某县人民政府办公室", "某市人大常委会法制工作委员会", "某区住房和城乡建设局")
CHANNELS = (
    "电子邮箱：abc@example.com", "通信地址：某市某路6号，邮编：310000", "传真：0571-12345678", "联系电话：0571-87654321、13912345678",
    "登录某市人民政府网站，在“意见征集”栏目提出意见", "信函寄至某市某路6号立法科，并在信封上注明“意见”字样",
    "联系人：张某；联系电话：0571-87654321",
)  # fmt: skip
HEADS = (
    ["首页 > 政务公开 > 征求意见", "发布时间：{y}-{m:02d}-{d:02d} 10:00  来源：某局  浏览次数：12次  字体：[大 中 小]"],
    ["您当前的位置：首页 >> 征集调查", "【打印】【关闭】"],
    ["索 引 号：	00123/2020-0001	主题分类：	城乡建设", "发文机关：	某市某局	成文日期：	{y}年{m}月{d}日", "有效性：	有效"],
    ["政务公开", "当前位置：首页 > 公告", "来源：某局", "发布日期：{y}-{m:02d}-{d:02d}"],
)  # fmt: skip
TAILS = (
    ["扫一扫在手机打开当前页"], ["【打印】 【关闭】", "分享到：", "相关链接：", "1.某办法解读", "2.图解某办法"],
    ["附件下载：", "1、某办法.docx", "2、起草说明.pdf", "上一篇：某公告", "下一篇：某通知"],
    ["主办：某市人民政府 承办：某中心", "版权所有 某ICP备12345678号", "网站标识码：3300000001"],
)  # fmt: skip


@dataclass(frozen=True)
class Day:
    """A day of the period, and the ways to print it."""

    year: int
    month: int
    day: int

    def iso(self) -> str:
        return f"{self.year}-{self.month:02d}-{self.day:02d}"

    def chinese(self, zero: str = "〇") -> str:
        year = "".join(zero if c == "0" else int_to_chinese(int(c)) for c in str(self.year))
        return f"{year}年{int_to_chinese(self.month)}月{int_to_chinese(self.day)}日"

    def printed(self, rng: random.Random) -> str:
        return rng.choice([f"{self.year}年{self.month}月{self.day}日", f"{self.year} 年 {self.month} 月 {self.day} 日",
                           self.chinese(), self.chinese("○")])  # fmt: skip


def deadline(rng: random.Random, first: Day, last: Day) -> tuple[str, str | None]:
    """(a sentence with the end of the period, the deadline as Consult shall read it)."""
    y, m, d = last.year, last.month, last.day
    hour, minute = rng.randint(1, 6), rng.choice([0, 30])
    day = last.iso()
    return rng.choice([
        (f"请于{y}年{m}月{d}日前将意见反馈我局。", day),
        (f"请于{m}月{d}日前将修改意见反馈我局，逾期视为无意见。", day),
        (f"请于{last.printed(rng)}之前反馈意见。", day),
        (f"意见征集时间自即日起至{m}月{d}日。", day),
        (f"征求意见时间：{first.year}年{first.month}月{first.day}日至{y}年{m}月{d}日。", day),
        (f"公示期为{first.year}年{first.month}月{first.day}日—{m}月{d}日。", day),
        (f"征求意见期限从{first.year}年{first.month}月{first.day}日开始，到{y}年{m}月{d}日结束。", day),
        (f"意见反馈截止时间为{y}年{m}月{d}日。", day),
        (f"截止日期：{y}.{m}.{d}。", day),
        (f"请在{y}-{m:02d}-{d:02d} {hour + 12}:{minute:02d}前发送意见。", f"{day}T{hour + 12}:{minute:02d}"),
        (f"请于{y}年{m}月{d}日下午{hour}时前反馈意见。", f"{day}T{hour + 12}:00"),
        (f"请于{y}年{m}月{d}日（星期三）24时前反馈意见。", f"{day}T24:00"),
        (f"请于{y}{m:02d}{d:02d}17:00前反馈意见。", f"{day}T17:00"),
        (f"请于{y}年  月  日前将意见反馈我局。", None),
        ("自本公告发布之日起30日内，可以提出意见。", None),
        ("欢迎社会各界提出意见建议。", None),
    ])  # fmt: skip


@dataclass(frozen=True)
class Printed:
    """The lines of a notice, its deadline, and whether it ended with a date (else its end is the title's start)."""

    lines: list[str]
    deadline: str | None


def notice(rng: random.Random, name: str, stage: str, first: Day, last: Day) -> Printed:
    """A notice before the draft `name`, in one of many shapes."""
    asks, until = deadline(rng, first, last)
    kind = rng.choice(["公告", "通知", "函", "启事"])
    quoted = f"《{name}{stage}》"
    title = rng.choice([f"关于公开征求{quoted}意见的{kind}", f"某市司法局关于{quoted}公开征求意见的{kind}", f"关于征求{quoted}修改意见的{kind}"])
    channels = rng.sample(CHANNELS, rng.randint(1, 4))
    shape = rng.choice(["none", "h", "p", "d", "topics"])
    body = [f"为了提高质量，我局起草了{quoted}，现向社会公开征求意见。"]
    if shape == "topics":
        body += ["一、征求意见时间", asks, "二、反馈方式", *(f"（{int_to_chinese(i)}）{c}；" for i, c in enumerate(channels, 1)),
                 "三、其他事项", "提出意见请注明联系方式。"]  # fmt: skip
    else:
        labels = {"none": "", "h": "{c}、", "p": "（{c}）", "d": "{n}."}[shape]
        body += [asks, "可以通过以下方式提出意见："]
        body += [labels.format(c=int_to_chinese(i), n=i) + c + "。" for i, c in enumerate(channels, 1)]
    if rng.random() < 0.5:
        body += rng.choice([[f"附件：{name}{stage}"], [f"附件：1.{name}{stage}", "2.起草说明"],
                            [f"附件1：{name}{stage}", "附件2：起草说明"], ["附件：", f"1. {name}", "2. 关于起草情况的说明"]])  # fmt: skip
    office = [rng.choice(OFFICES)]
    signed = [*office, first.printed(rng)]
    needs_year = until is not None and "年" not in asks and "-" not in asks and str(last.year) not in asks
    if not needs_year and rng.random() < 0.3:
        signed = rng.choice([[], office])
    return Printed([title, *rng.choice([[], ["各县（市、区）人民政府，各有关单位："]]), *body, *signed], until)
