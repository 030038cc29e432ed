"""Pure: which stance an opinion takes where its words say so clearly; 其他 where they do not."""

import re

from consult.base.text import unified
from consult.drafts.mentions import quoted

_SPOKEN = r"(?:第[^，,。；;“”]{0,20}?|本条|该条|此条|这一条|整条|全条|该款|本款|该项|本项|附件[^，,。；;]{0,4})"
_DELETE = re.compile(
    rf"(?:删除|删去|取消|去掉|删掉)\s*{_SPOKEN}(?:的?(?:规定|内容|条文|条款|表述))?\s*(?:[,，。；;!！\n]|\Z)"
    rf"|{_SPOKEN}[^，,。；;“”]{{0,4}}(?:建议|应当?|应予以?|可以?|予以)?(?:整条|全部|直接)?(?:删除|删去|取消)\s*(?:[,，。；;!！\n]|\Z)"
    r"|^\W*(?:建议)?(?:予以)?(?:整条)?(?:删除|删去)\W*\Z"
)
_ADD = re.compile(r"(?:建议|应当?|请|希望|可以?|需要?)[^，,。；;]{0,16}?(?:增加|新增|增设|增列|增补|补充|添加|加上)|^\W*(?:增加|新增|补充)")
_AMEND = re.compile(r"修改|改为|改成|调整为|替换为|更改|明确为|删除|删去|完善|细化|建议[^，,。；;]{0,30}?(?:调整|明确|统一|合并|规范|降低|提高|放宽|缩短|延长|改)")
_SUPPORT = re.compile(r"(?<![不没未否])(?:同意|支持|赞成|赞同|拥护|没有意见|无意见|没意见)")
_OPPOSE = re.compile(r"(?:坚决|强烈|表示)?(?:反对|不同意|不赞成|不赞同|不支持)")
_BUT = re.compile(r"但|不过|然而|建议|希望|应当|除")
_ASK = re.compile(r"(?:是否|什么|如何|怎么|怎样|为何|为什么|吗|呢|哪|多少|谁)[^。；;\n]{0,40}[?？]|[?？]\s*\Z")


def stance_of(text: str) -> str:
    """amend, delete, add, support, oppose or question; other where nothing is said clearly.

    What is quoted is passed over: 建议将“同意”修改为“批准” agrees with nothing.
    """
    bare = _unquoted(text)
    if _DELETE.search(bare) and not re.search(r"中的|里的", bare):
        return "delete"
    if _ADD.search(bare):
        return "add"
    if _AMEND.search(bare):
        return "amend"
    if _OPPOSE.search(bare):
        return "oppose"
    if _SUPPORT.search(bare) and not _BUT.search(bare):
        return "support"
    return "question" if _ASK.search(bare) else "other"


def _unquoted(text: str) -> str:
    out, at = [], 0
    for start, end in quoted(text):
        if start >= at:
            out += [text[at:start], "“”"]
            at = end
    return unified("".join([*out, text[at:]]))
