"""Pure: what in a sentence can turn its meaning: numbers, negations, duties, and words that stand for their opposite."""

import re
from collections.abc import Iterable, Iterator

from rapidfuzz.distance import Indel

LONGEST_SLIP = 5  # characters put in or taken out in one place; more than that is a thought of its own
_NUMBER = "[0-9〇零一二三四五六七八九十百千万亿两半壹贰叁肆伍陆柒捌玖拾佰仟]+.?"
_WORDS = (
    "支持|反对|同意|赞成|赞同|拥护|拒绝|抵制|抗议|欢迎|谢绝|应当|应该|应|可以|可|必须|须|禁止|允许|准许|有权|只能|才能|除外|以上|以下|以内|以外|"
    "超过|增加|减少|提高|降低|取消|保留|删除|删去|删掉|废除|恢复|延长|缩短|扩大|缩小|不低于|不高于|强制|自愿|公开|保密|免费|收费|征收|有偿|"
    "无偿|合法|违法|批准|审批|核准|许可|备案|继续|停止|暂停|暂缓|立即|加强|放松|放宽|收紧|从严|从宽|从重|从轻|加重|减轻|鼓励|限制|奖励|处罚|罚款|"
    "开放|关闭|满意|失望|正确|错误|工作日|永久|长期|临时|终身|提前|推迟|延后|扩建|新建|拆除|推广|叫停|纳入|剔除|增设|撤销|喜欢|讨厌|全部|部分|"
    "所有|个别|一律|酌情|单位|个人|企业|政府|财政|本地|本市|外地|城市|农村|城镇|白天|夜间|上午|下午|仅|或|且"
)
_NOT = "[不非未无無没沒禁勿别別莫否免甭]"
_SIGNS = "[%‰<>≤≥=+±×÷]|(?<![a-z])[a-z]{1,3}(?![a-z])"  # 方案a is not 方案b; longer words are names
CRITICAL = re.compile(f"{_NUMBER}|{_WORDS}|{_NOT}|{_SIGNS}")
# of two characters in one of these, one put for the other says another thing: 过高 and 过低, 三天 and 三周, 市级 and 县级
_FAMILIES = (
    "高低中 多少 大小 上下 前后 先后 早晚 内外 左右 东西南北 男女 老少幼 好坏 优劣 对错 是非否 轻重 快慢缓 严宽松 松紧 加减增 升降 涨跌 买卖 借贷 罚奖免 "
    "拆建修 存废 生死 有无 公私 开关 进出 甲乙丙丁 年月日周天季时分秒 元角分 市县区乡镇村省国 米里亩顷 吨克斤 且或 强弱 深浅 厚薄 长短 新旧 冷热 明暗 入出 "
    "收付退 租售 同异 真假 正反负 主次 供需 利弊害 益损 善恶 赢输 胜败 赞踩弹 爱恨 贵贱 贫富 城乡 昼夜 早午晚 始终止 起止 首末 盈亏 留删 宽窄 近远 "
    "难易 安危 疏堵 出承 原被 喜厌 拥拒 设撤 停续 予取 攻守 保弃"
)
_OPPOSED = frozenset(one + other for family in _FAMILIES.split() for one in family for other in family if one != other)


def turns(old: str, new: str) -> bool:
    """Whether the change from `old` to `new`, both as `sentences.same` gives them, can turn the meaning."""
    if CRITICAL.findall(old) != CRITICAL.findall(new):
        return True
    weighty, changed = [_places(old), _places(new)], list(_changed(old, new))
    if _pairs(old[a:b] for a, b, _, _ in changed) & _pairs(new[c:d] for _, _, c, d in changed):
        return True  # 行人让车 and 车让行人: what stands elsewhere now may have another part in it
    for a, b, c, d in changed:
        if b - a > LONGEST_SLIP or d - c > LONGEST_SLIP:
            return True
        if not weighty[0].isdisjoint(range(a, b)) or not weighty[1].isdisjoint(range(c, d)):
            return True
        if any(one + other in _OPPOSED for one in old[a:b] for other in new[c:d]):
            return True
    return False


def _changed(old: str, new: str) -> Iterator[tuple[int, int, int, int]]:
    """(start, end, start, end): the stretches of `old` in whose place others stand in `new`; either may be empty."""
    a = b = c = d = 0
    for step in Indel.opcodes(old, new):
        if step.tag == "equal":
            if b > a or d > c:
                yield a, b, c, d
            a, c = step.src_end, step.dest_end
        b, d = step.src_end, step.dest_end
    if b > a or d > c:
        yield a, b, c, d


def _pairs(pieces: Iterable[str]) -> set[str]:
    return {piece[at : at + 2] for piece in pieces for at in range(len(piece) - 1)}


def _places(form: str) -> set[int]:
    return {place for found in CRITICAL.finditer(form) for place in range(found.start(), found.end())}
