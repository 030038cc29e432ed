"""Labelled opinions for the grouping: campaigns with slips and additions among singles of the same vocabulary."""

import random
from dataclasses import dataclass, field

WHO = [
    "我们小区的业主",
    "沿街经营的商户",
    "接送孩子的家长",
    "行动不便的老年人",
    "外来务工人员",
    "出租车司机",
    "快递骑手",
    "个体工商户",
    "退休教师",
    "残疾人家庭",
    "中小企业",
    "物业服务企业",
    "乡镇卫生院",
    "民办幼儿园",
    "村民委员会",
    "社区居委会",
    "环卫工人",
    "在校大学生",
    "种粮大户",
    "网约车平台",
    "养老机构",
    "建筑施工单位",
    "租房的年轻人",
    "骑电动车上班的人",
    "少数民族群众",
    "行业协会",
    "基层执法人员",
    "公证机构",
    "旅游景区",
    "城郊菜农",
]  # noqa: SIM905
HOW = [
    "长期以来",
    "在实际生活中",
    "按照现在的写法",
    "从去年冬天起",
    "遇到突发情况时",
    "根据多年的经验",
    "与邻近城市相比",
    "在没有听证的情况下",
    "经过反复讨论",
    "每逢雨季",
    "到了节假日",
    "一旦发生纠纷",
    "在老旧城区",
    "离市中心较远的地方",
    "办理手续的时候",
    "说句心里话",
    "据我所知",
    "就拿我家来说",
    "认真读完全文后",
    "考虑到物价上涨",
    "面对高昂的费用",
    "在政策过渡期内",
]  # noqa: SIM905
DO = [
    "承担不起",
    "很难弄清楚",
    "普遍盼望尽快落实",
    "常常为此奔波",
    "并不了解",
    "希望参与监督",
    "曾经多次反映",
    "无法独自完成",
    "最关心的是",
    "迫切需要",
    "不得不放弃",
    "愿意配合改进",
    "屡次被拒绝办理",
    "担心会影响",
    "一直在等待",
    "可以接受适当调整",
    "白白浪费了",
    "只好自己掏钱解决",
    "十分认可",
    "强烈要求公开",
    "容易误解",
    "几乎没有机会申请",
    "应当优先享有",
    "深受其害的是",
    "建议逐步取消",
]  # noqa: SIM905
WHAT = [
    "停车位的收费办法",
    "夜间施工的噪声限制",
    "垃圾分类的投放时间",
    "老楼加装电梯的补贴",
    "校门口的临时停靠",
    "电动自行车的充电设施",
    "公共厕所的开放时段",
    "河道两岸的绿化带",
    "餐饮油烟的检查结果",
    "农贸市场的摊位租金",
    "公交线路的调整方案",
    "家庭医生的签约服务",
    "学区划分的具体标准",
    "物业费的公示制度",
    "养犬登记的年度费用",
    "地下室的消防通道",
    "外卖餐具的限制规定",
    "共享单车的停放区域",
    "困难家庭的救助金额",
    "自来水价格的阶梯计算",
    "危房改造的验收程序",
    "流动摊贩的疏导地点",
    "无障碍通道的坡度要求",
    "职工食堂的卫生许可",
    "企业用工的备案材料",
    "殡葬服务的收费项目",
    "旧衣回收箱的管理",
    "图书馆的借阅期限",
    "集体土地的征收补偿",
    "供暖温度的最低标准",
    "医保报销的起付线",
    "高层建筑的外墙保温",
    "古树名木的保护范围",
    "网约房的治安登记",
    "雨污分流的改造工期",
    "体育场馆的免费开放",
    "校外培训的退费流程",
    "私搭乱建的拆除期限",
    "宅基地的审批手续",
    "电梯困人的救援时限",
]  # noqa: SIM905
END = [
    "这一点请务必写进条文",
    "不要只停留在口号上",
    "否则会引起新的矛盾",
    "相关数据也应当向社会公开",
    "由街道办统一答复更合适",
    "罚款二百元明显偏高",
    "期限改成三十日才来得及",
    "可以先选两个街区试点",
    "听说邻市已经这样做了",
    "老百姓才会真心拥护",
    "主管部门要给出书面理由",
    "千万别一刀切",
    "费用由财政负担一半",
    "最好委托第三方评估",
    "违反的要追究责任",
    "每年至少检查四次",
    "让大家都能看得懂",
    "让孩子平平安安上学",
    "我愿意当志愿者",
    "附上照片三张供参考",
    "电话打了十几次没人接",
    "希望今年年底前见效",
    "不然这条规定就成了空话",
    "具体办法应当同时公布",
    "把名额留给真正需要的人",
]  # noqa: SIM905
STOCK = [
    "希望有关部门认真研究，切实保障人民群众的合法权益。",
    "以上是我的个人意见，仅供参考，谢谢！",
    "建议进一步征求社会各界的意见后再公布施行。",
    "感谢政府给我们老百姓说话的机会。",
    "建议将第三条中的“应当”修改为“可以”。",
    "建议将第十二条中的“三十日”修改为“六十日”。",
    "建议在第八条后增加一款，明确监督检查的主体和程序。",
    "原条文表述过于笼统，执行中容易产生歧义，建议细化。",
    "第二十条规定，任何单位和个人不得擅自占用、挖掘城市道路；确需占用、挖掘的，应当经市政工程主管部门批准，方可按照规定占用、挖掘。",
    "根据上位法的有关规定，本条的处罚幅度应当与过错程度相适应。",
    "请尽快给予答复。",
    "我完全赞成这次修订的总体方向。",
]  # noqa: SIM905
POOL = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严"


@dataclass
class Labelled:
    """Texts, the campaign of each (-1 for a single), and the sentences that were put into campaign members."""

    texts: list[str] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    added: list[tuple[int, str]] = field(default_factory=list)

    def shuffled(self, rng: random.Random) -> "Labelled":
        """The same in another order."""
        order = list(range(len(self.texts)))
        rng.shuffle(order)
        place = {old: new for new, old in enumerate(order)}
        return Labelled(
            [self.texts[i] for i in order], [self.labels[i] for i in order], [(place[i], s) for i, s in self.added]
        )


def sentence(rng: random.Random) -> str:
    """Something somebody might write, 15 to 60 characters; the parts return in other people's sentences."""
    shape = rng.random()
    who, what = rng.choice(WHO), rng.choice(WHAT)
    if shape < 0.3:
        return f"{rng.choice(HOW)}，{who}{rng.choice(DO)}{what}，{rng.choice(END)}。"
    if shape < 0.55:
        return f"{who}{rng.choice(DO)}{what}；{rng.choice(END)}。"
    if shape < 0.75:
        return f"关于{what}，{rng.choice(HOW)}{who}{rng.choice(DO)}{rng.choice(WHAT)}。"
    if shape < 0.9:
        return f"{what}与{rng.choice(WHAT)}应当分开规定，{rng.choice(END)}！"
    return f"{rng.choice(HOW)}，{rng.choice(WHAT)}{rng.choice(END)}。"


def letter(rng: random.Random, size: int) -> list[str]:
    """Distinct sentences of about `size` characters in all."""
    out: list[str] = []
    while sum(map(len, out)) < size - 10:
        one = rng.choice(STOCK) if rng.random() < 0.07 else sentence(rng)
        if one not in out:
            out.append(one)
    return out


def slips(rng: random.Random, text: str, rate: float) -> str:
    """About `rate` of the characters replaced, left out or followed by another one."""
    count = round(rate * len(text) + rng.random() - 0.5)
    if count <= 0:
        return text
    out, last = [], 0
    for place in sorted(rng.sample(range(len(text)), min(count, len(text)))):
        kind = int(rng.random() * 3)
        out.append(text[last : place + (kind == 2)])
        if kind != 1:
            out.append(rng.choice(POOL))
        last = place + 1
    out.append(text[last:])
    return "".join(out)


def member(rng: random.Random, sentences: list[str], rate: float, own: int) -> tuple[str, list[str]]:
    """A copy of a letter with slips and `own` sentences put in, and these."""
    out = slips(rng, "".join(sentences), rate) if rng.random() < 0.5 else ""
    pieces = [out] if out else [slips(rng, one, rate) for one in sentences]
    added = []
    for _ in range(own):
        one = sentence(rng) if rng.random() < 0.8 else rng.choice(STOCK)
        if one in sentences or one in added:
            continue
        pieces.insert(rng.choice((0, len(pieces), rng.randint(0, len(pieces)))), one)
        added.append(one)
    return ("\n" if rng.random() < 0.3 else "").join(pieces), added


def single(rng: random.Random) -> str:
    """An opinion of one person: the median has about sixty characters, some ten, some fifteen hundred."""
    shape = rng.random()
    if shape < 0.06:
        return (
            rng.choice(("同意", "建议修改", "支持", "没有意见", "反对", "不同意此条", "写得好"))
            + rng.choice("。！，")
            + rng.choice(("", *WHO))
        )
    if shape < 0.16:
        return f"{rng.choice(DO)}{rng.choice(WHAT)}"
    count = 1 if shape < 0.5 else 2 if shape < 0.8 else rng.randint(3, 6) if shape < 0.98 else rng.randint(15, 50)
    out = [sentence(rng) for _ in range(count)]
    if rng.random() < 0.25:
        out.insert(rng.randint(0, len(out)), rng.choice(STOCK))
    return "".join(out)


def labelled(opinions: int, seed: int = 6, share: float = 0.4, smallest: int = 3, largest: int = 20_000) -> Labelled:
    """So many opinions, `share` of them from campaigns of very different sizes, lengths and habits."""
    rng = random.Random(seed)
    out, label, before = Labelled(), 0, letter(rng, 300)
    while len(out.texts) < opinions * share:
        size = min(int(smallest * rng.paretovariate(0.6)), largest, int(opinions * share) - len(out.texts) + 1)
        length = rng.choice((60, 60, 80, 120, 200, 300, 300, 500, 800, 2000 if size < 3000 else 200))
        text = letter(rng, length)
        if label % 10 == 9:  # a campaign that shares a third of its sentences with the one before
            third = max(1, len(text) // 3)
            text = [*before[:third], *text[third:]] if len(text) > 2 else text
        worst, habit = rng.random() < 0.3, rng.choice((0.1, 0.3, 0.6))
        for _ in range(size):
            rate = 0.15 if worst else rng.uniform(0.01, 0.15)
            own = rng.randint(1, 3) if rng.random() < habit else 0
            written, added = member(rng, text, rate if rng.random() < 0.8 else 0.0, own)
            out.added += [(len(out.texts), one) for one in added]
            out.texts.append(written)
            out.labels.append(label)
        label, before = label + 1, text
    while len(out.texts) < opinions:
        out.texts.append(single(rng))
        out.labels.append(-1)
    return out.shuffled(rng)


def scores(labels: list[int], groups: list[int]) -> tuple[float, float]:
    """Recall and precision of pairs; a negative label or group is nobody's partner."""

    def pairs(names: list[object]) -> int:
        count: dict[object, int] = {}
        for one in names:
            count[one] = count.get(one, 0) + 1
        return sum(n * (n - 1) // 2 for n in count.values())

    true = pairs([one for one in labels if one >= 0])
    made = pairs([one for one in groups if one >= 0])
    both = pairs([(a, b) for a, b in zip(labels, groups, strict=True) if a >= 0 and b >= 0])
    return both / max(true, 1), both / max(made, 1)
