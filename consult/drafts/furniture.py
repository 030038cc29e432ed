"""Portal furniture: what a web page or a printer put around a text, and which is no part of it."""

import re

from consult.drafts.candidates import Candidate
from consult.drafts.lines import Line, is_page_number
from consult.drafts.regions import Region

_HEAD = re.compile(
    r"^(?:您?(?:当前|现在)?(?:所在)?的?位置[:：]|首页[>»›/]|索引号|主题分类|发文机关|发布机构|成文日期|标题:|发文字号|文号:"
    r"|发布日期|发布时间|公开日期|生成日期|公开方式|有效性|主题词|信息来源|来源:|作者:|浏览次数|点击[数量:]|阅读次数|访问量|字体"
    r"|字号[:大]|\[?打印|【?打印|分享到|收藏|当前位置|信息索引|公文种类|体裁分类|组配分类|服务对象|生命周期"
    r"|-?(?:格式|大小|文档页数):|无障碍|视力保护色|责任编辑)"
)
_TAIL = re.compile(
    r"^(?:扫一扫|扫码|分享到|打印本页|关闭(?:本页|窗口)|【?(?:打印|关闭)|\[?(?:打印|关闭)|相关(?:链接|附件|解读|文章|稿件)|文字解读|图文?解读"
    r"|政策解读|解读(?:链接|文件)?:|上一[篇条]|下一[篇条]|责任编辑|编辑:|来源:|\(资料来源|附件下载|主办(?:单位)?:|承办|版权所有|网站标识码"
    r"|[\u4e00-\u9fff]?ICP备|联系我们|网站地图|返回(?:顶部|首页)|收藏本[站页]|浏览次数|分享[:到]?$|微信扫|点击下载|下载附件)"
)
_CERTAIN = 3.9  # the cost to leave a label that no list of links prints: 第一条, 一、, (一), 1.1
_TAIL_REACH = 80


def is_furniture(line: Line, before_text: bool, after_text: bool) -> bool:
    """Whether a line is furniture: page numbers anywhere, portal heads before, portal tails after the text."""
    bare = line.bare
    if not bare or len(bare) > 400:
        return False
    if is_page_number(line):
        return True
    low = bare.lstrip("-·•>|　")
    if before_text and (_HEAD.match(low) or _fields(line.uni) >= 2):
        return True
    return after_text and bool(_TAIL.match(low))


def _fields(uni: str) -> int:
    """How many portal fields (发布日期:, 浏览次数:, 字体:) one line holds."""
    return len(
        re.findall(r"(?:发布(?:日期|时间)|浏览(?:次数|量)|字体(?:大小)?|来源|点击数?|索引? *号|主题分类) *:", uni)
    )


def portal_tail(lines: list[Line], found: list[Candidate]) -> list[Region]:
    """What a portal printed below the text: from its first tail line on, where no sentence and no clause follows.

    The lists in it (下载附件: 1.….docx) would otherwise hang below the last clause.
    """
    begins = None
    labelled = {c.line for c in found if c.at_start and c.leave >= _CERTAIN}
    for index in range(len(lines) - 1, max(-1, len(lines) - _TAIL_REACH), -1):
        bare = lines[index].bare
        if index in labelled or (len(bare) > 40 and "。" in bare):
            break
        if bare and _TAIL.match(bare.lstrip("-·•>|")):
            begins = index
    above = any(c.line < begins for c in found) if begins is not None else False
    return [Region("furniture", lines[begins].start, lines[-1].end)] if begins is not None and above else []
