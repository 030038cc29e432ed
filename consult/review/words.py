"""Pure: the eight results, the length of a reason, the grounds for withholding, and what each is called."""

# the eight results of R41, in the order of the announcement
OUTCOMES = {
    "adopted": "采纳",
    "partly_adopted": "部分采纳",
    "not_adopted": "不采纳",
    "already_covered": "已有规定(已体现)",
    "out_of_scope": "不属于本稿范围",
    "referred": "转有关部门",
    "deferred": "留作研究",
    "inadmissible": "不予受理",
}
REASON_MIN = 10
# the four grounds on which wording is kept from the public (R52)
GROUNDS = {
    "secret": "涉及秘密或者隐私",
    "improper": "内容不当",
    "refused": "提出人不同意公开",
    "office": "其他正当理由",
}
# why a machine asks for a second look, in the order of the bits of DeskRow.marks; anything else is "other"
MARKS = {
    "phone": "含电话号码",
    "id_number": "含身份证号",
    "busy_address": "同一网络地址提交较多",
    "busy_project": "提交时本项目来件集中",
    "busy_site": "提交时全站来件集中",
    "late": "逾期收到",
    "withheld": "不公开原文",
    "personal": "可能含有姓名或者住址",
    "other": "需要核对",
}
# how near copies are found, as results print it (R19)
METHOD = (
    "每三字一段、按次序比对：共同文字的三分之二以上见于每一条的归为一组；二十四字以下的，去掉标点后完全相同才归为一组"
)
