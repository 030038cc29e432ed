"""Pure: which stance an opinion takes where its words say so clearly; 其他 where they do not."""

import re

from consult.base.text import unified
from consult.drafts.mentions import quoted

_SPOKEN = r"(?:第[^，,。；;“”]{0,20}?|本条|该条|此条|这一条|整条|全条|该款|本款|该项|本项|附件[^，,。；;]{0,4})"
_NAMED = r"(?:第[〇零一二三四五六七八九十百0-9]{1,6}[章节条款项]){1,3}|本条|该条|此条|整条|全条|该款|本款|该项|本项"
_DELETE = re.compile(
    rf"(?:删除|删去|取消|去掉|删掉)\s*{_SPOKEN}(?:的?(?:规定|内容|条文|条款|表述))?\s*(?:[,，。；;!！\n]|\Z)"
    rf"|{_SPOKEN}[^，,。；;“”]{{0,4}}(?:建议|应当?|应予以?|可以?|予以)?(?:整条|全部|直接)?(?:删除|删去|取消)\s*(?:[,，。；;!！\n]|\Z)"
    r"|^\W*(?:建议)?(?:予以)?(?:整条)?(?:删除|删去)\W*\Z"
)
_ADD = re.compile(r"(?:建议|应当?|请|希望|可以?|需要?)[^，,。；;]{0,16}?(?:增加|新增|增设|增列|增补|补充|添加|加上)|^\W*(?:增加|新增|补充)")
_AMEND = re.compile(r"修改|改为|改成|调整为|替换为|更改|明确为|删除|删去|完善|细化|建议[^，,。；;]{0,30}?(?:调整|明确|统一|合并|规范|降低|提高|放宽|缩短|延长|改)")
# 不能删除, 不建议修改, 反对增加: what is not to be done is asked for by nobody
_KEPT = re.compile(
    r"(?:(?:不(?!仅|但|妨)|别|勿|莫|未|无|没有?)(?:能|可|应当?|应该|得|宜|要|该|需要?|须|必要?|建议|同意|赞成|支持|主张|希望|予以?|可以|允许|随意|轻易|擅自|再|太|大)*"
    rf"|反对|拒绝)(?:把|将|对)?(?:{_NAMED})?(?:的?(?:规定|内容|条文))?"
    r"(?:进行|作出?|做)?(?P<what>删除|删去|取消|去掉|删掉|修改|更改|调整|替换|增加|新增|增设|增列|增补|补充|添加|加上|降低|提高|放宽|缩短|延长|合并|改)"
)
_NEVER_AGAINST = re.compile(r"(?:不是|没有?|并?无|未|(?<!不得)不(?!得不))(?:任何|什么|提出)?(?:反对(?:的?意见)?|不同意见|不同意|异议|不同看法)")
_CONTENT = re.compile(r"(?:没有?|并?无)(?:任何|什么)?(?:反对(?:的?意见)|不同意见|异议|不同看法)")
_REFUSED = re.compile(r"(?:不能|无法|很难|难以|不太|不会|不可|不敢|拒绝|暂不|并不|绝不|决不)(?:表示|再)?(?:同意|支持|赞成|赞同|拥护)")
_SUPPORT = re.compile(r"(?<![不没未否])(?:同意|支持|赞成|赞同|拥护|没有意见|无意见|没意见)")
_OPPOSE = re.compile(r"(?:坚决|强烈|表示)?(?:反对|不同意|不赞成|不赞同|不支持)")
_BUT = re.compile(r"但|不过|然而|建议|希望|应当|除")
_ASK = re.compile(r"(?:是否|什么|如何|怎么|怎样|为何|为什么|吗|呢|哪|多少|谁)[^。；;\n]{0,40}[?？]|[?？]\s*\Z")


def stance_of(text: str) -> str:
    """amend, delete, add, support, oppose or question; other where nothing is said clearly.

    What is quoted is passed over: 建议将“同意”修改为“批准” agrees with nothing.
    """
    whole = _unquoted(text)
    bare = _KEPT.sub("“”", whole)
    if _DELETE.search(bare) and not re.search(r"中的|里的", bare):
        return "delete"
    if _ADD.search(bare):
        return "add"
    if _AMEND.search(bare):
        return "amend"
    return _side(_KEPT.sub(_still_said, whole))


def _still_said(found: re.Match[str]) -> str:
    """反对增加收费 is against what the draft adds; 反对删除第三条 is not against 第三条."""
    return "“”" if re.match("删|取消|去掉|修改|更改|调整|替换|改", found["what"]) else found[0]


def _side(said: str) -> str:
    bare = _REFUSED.sub("不同意", _NEVER_AGAINST.sub("“”", said))
    if _OPPOSE.search(bare):
        return "oppose"
    asked = _ASK.search(bare)
    agreed = _SUPPORT.search(bare) or _CONTENT.search(said)
    if agreed and not _BUT.search(bare) and not (asked and bare.rstrip().endswith(("?", "？"))):
        return "support"
    return "question" if asked else "other"


def _unquoted(text: str) -> str:
    out, at = [], 0
    for start, end in quoted(text):
        if start >= at:
            out += [text[at:start], "“”"]
            at = end
    return unified("".join([*out, text[at:]]))
