"""What a person should look at: jumps and repeats in the numbering, close calls, lost quotation marks."""

from consult.drafts.tree import Plan

_MOST = 40
_SAYS = {
    "gap": "编号不连续",
    "repeat": "编号重复",
    "backward": "编号倒退",
    "restart": "编号从头开始",
    "start": "编号不是从一开始",
}


def warnings_of(plan: Plan) -> list[str]:
    """Chinese sentences with line numbers, at most forty; numbering is never changed, only reported."""
    out = []
    for candidate, accepted in plan.accepted:
        if accepted.doubt:
            label = "".join(plan.text[candidate.start : candidate.end].split())
            out.append(f"第 {candidate.line + 1} 行“{label}”：{_SAYS[accepted.doubt]}，请核对原文。")
    taken = {accepted.candidate for accepted in plan.reading.accepted}
    for index, candidate in enumerate(plan.candidates):
        if index not in taken and candidate.at_start and not candidate.boundary and candidate.leave >= 3:
            label = "".join(plan.text[candidate.start : candidate.end].split())
            out.append(f"第 {candidate.line + 1} 行以“{label}”开头，按正文处理，没有作为条款。")
    if plan.reading.margin < 0.3:
        out.append("编号有两种相近的理解，请核对条款的层级。")
    if not plan.accepted:
        out.append("没有找到编号的条款，全文按段落处理。")
    if len(out) > _MOST:
        out = [*out[:_MOST], f"还有 {len(out) - _MOST} 处编号需要核对。"]
    return out
