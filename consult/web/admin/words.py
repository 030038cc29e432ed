"""Pure: what each audited act and each job is called in Chinese."""

from collections.abc import Mapping

from consult.base import jobs

ACTIONS = {
    "load": "载入草案",
    "describe": "修改项目信息",
    "clear_secrecy": "保密审查",
    "publish": "发布",
    "extend": "延长期限",
    "withdraw_project": "撤回项目",
    "new_version": "更换草案文本",
    "match_clauses": "核对新旧条款",
    "discard_version": "放弃新版本",
    "publish_version": "发布新版本",
    "set_period_rule": "修改期限规则",
    "set_calendar": "修改工作日历",
    "submit": "收到意见",
    "register": "登记意见",
    "withdraw_comment": "提出人撤回意见",
    "wish_mail": "登记或者取消邮件通知",
    "forward_mail": "人工转发邮件",
    "introduce": "修改主要内容和解读链接",
    "note_clause": "添加条款说明",
    "withdraw_note": "撤下条款说明",
    "post_bulletin": "发布通报",
    "withdraw_bulletin": "撤下通报",
    "read": "打开意见",
    "restore": "由归档包恢复项目",
    "view_contact": "查看联系方式",
    "erase_contact": "清除联系方式",
    "issue_letter": "发函",
    "view_letter": "单位查看函件",
    "acknowledge": "单位签收",
    "save_reply": "单位保存复函",
    "send_reply": "单位报送复函",
    "return_reply": "退回补正",
    "accept_reply": "收下复函",
    "extend_letter": "延长复函期限",
    "withdraw_letter": "撤回函件",
    "correct_letter": "更正函件",
    "make_link": "生成访问链接",
    "revoke_link": "停用访问链接",
    "enter_by_link": "凭链接进入",
    "leave": "退出（凭链接）",
    "propose": "同事提出意见",
    "withdraw_proposal": "同事撤下意见",
    "leave_out": "不采用同事意见",
    "sign_reply": "签发复函",
    "decline_reply": "签发人退回修改",
    "enter_reply": "录入纸质复函",
    "remind": "催办",
    "urge": "督办",
    "set_template": "修改函件模板",
    "change_unit": "修改单位信息",
    "confirm_unit": "确认单位信息",
    "merge_units": "合并单位",
    "import_units": "导入单位名录",
    "open_dispute": "登记争议",
    "change_dispute": "修改争议情况",
    "mediate": "记录协调情况",
    "settle_dispute": "争议处理结果",
    "confirm_dispute": "确认争议处理",
    "notice_hearing": "发布听证公告",
    "change_hearing": "修改听证公告",
    "group": "归并意见",
    "split_group": "拆分归并",
    "decide": "作出处理意见",
    "fill_table": "读入填好的处理表",
    "withhold": "决定不公开内容",
    "approve": "审批处理意见",
    "approve_table": "审批采纳情况表",
    "release": "公布采纳情况",
    "answer_survey": "收到满意度回答",
    "export": "导出",
    "add_unit": "添加单位",
    "add_user": "添加账号",
    "change_user": "修改账号",
    "change_password": "修改密码",
    "unlock_user": "解除登录锁定",
    "log_in": "登录",
    "log_in_failed": "登录失败",
    "log_out": "退出",
}
SUBJECTS = {
    "consultation": "项目",
    "submission": "提交",
    "comment": "意见",
    "group": "归并组",
    "decision": "处理意见",
    "letter": "函件",
    "reply": "复函",
    "unit": "单位",
    "units": "单位名录",
    "user": "账号",
    "period_rule": "期限规则",
    "calendar": "工作日历",
    "account": "账号",
    "table": "表",
    "mail": "邮件",
}
JOBS = {
    jobs.GROUP: "归并相同和相近的意见",
    jobs.ERASE_CONTACTS: "清除到期的联系方式",
    jobs.SWEEP_BASKETS: "清理过期的意见篮",
    jobs.MAKE_DOWNLOADS: "生成下载文件",
    jobs.SEND_MAIL: "发送邮件",
    jobs.TELL_RESULTS: "通知采纳情况",
    jobs.REMIND_UNITS: "催办复函",
    jobs.INDEX_TEXTS: "更新意见检索",
    jobs.MAKE_TOPICS: "整理话题",
    jobs.CHECK_QUALITY: "检查处理意见",
}
JOB_STATES = {"waiting": "等待", "running": "进行中", "done": "完成", "failed": "失败"}


def subject(text: str) -> str:
    """`consultation:3` → 项目 3; what has no name stays as it is."""
    kind, mark, number = text.partition(":")
    return f"{SUBJECTS.get(kind, kind)} {number}" if mark else SUBJECTS.get(kind, kind)


def who(ref: str, names: Mapping[str, str]) -> str:
    """The name of who acted: a person, the public, the system, or an operator at the server."""
    if ref.startswith("operator:"):
        return f"{ref.removeprefix('operator:')}（服务器操作员）"
    return {"citizen": "公众", "system": "系统"}.get(ref, names.get(ref, ref))
