"""Pure: the stances, channels and kinds of senders, and what each is called in Chinese."""

STANCES = {
    "support": "支持",
    "oppose": "反对",
    "amend": "建议修改",
    "delete": "建议删除",
    "add": "建议增加",
    "question": "有疑问",
    "other": "其他",
}
CHANNELS = {
    "web": "网上",
    "letter": "信函",
    "email": "电子邮件",
    "phone": "电话",
    "fax": "传真",
    "meeting": "座谈会",
    "hearing": "听证会",
    "12345": "12345热线",
    "wechat": "微信",
    "qq": "QQ",
    "visit": "来访",
    "formal": "单位复函",
}
OFFLINE = frozenset(CHANNELS) - {"web", "formal"}
SUBMITTER_KINDS = {
    "": "未填写",
    "person": "个人",
    "enterprise": "企业",
    "association": "协会商会",
    "society": "社会组织",
    "deputy": "人大代表",
    "cppcc": "政协委员",
    "expert": "专家学者",
    "counsel": "法律顾问",
    "contact_point": "基层联系点",
    "agency": "机关单位",
    "other": "其他",
}
ORGANISATIONS = frozenset({"enterprise", "association", "society", "contact_point", "agency"})
