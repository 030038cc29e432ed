"""Pure: names that people give of themselves, and where they live, by the words around them (R15, R52)."""

import re
from collections.abc import Iterator

Span = tuple[int, int, str]  # start, end, kind; in a text of half-width forms

# the surnames of some 98 in 100 people
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程苏魏吕丁任卢姚沈钟姜崔谭陆"
    "范汪廖石金韦贾夏付傅方邹熊白孟秦邱侯江尹薛闫阎段雷龙黎史陶贺毛郝顾龚邵覃武钱戴严莫孔向汤万常温康施文牛樊葛邢安齐易"
    "乔伍庞颜倪庄聂章鲁岳翟申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单裴霍成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁"
    "房滕屈饶解牟艾尤时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商"
    "刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区"
    "郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修洪赖殷涂阳"
    "張劉陳楊黃趙吳孫馬羅鄭謝許韓馮鄧蕭蔣餘葉蘇魏呂盧鍾譚陸賈賀顧龔錢戴嚴萬湯龐顏倪莊聶魯嶽歐關蘭單龍黎蘆麥婁竇黨賓費衛鞏遲鄺談勞諸閻鄒項連車簡儲喬賴紀華齊畢"
)  # fmt: skip
COMPOUND = frozenset({
    "欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "司徒", "令狐", "长孙", "宇文", "夏侯", "端木", "南宫", "独孤", "轩辕",
    "百里", "东郭", "申屠", "呼延", "拓跋", "钟离", "澹台", "闻人", "赫连", "太史", "公冶", "淳于",
})  # fmt: skip

_HAN = "\u3400-\u9fff\U00020000-\U0003ffff"
_STRONG = re.compile(
    r"我叫[做作]?|我名叫|名叫|我的名字[是叫]?|(?:姓[ ]{0,4}名|联系人|签名|署名|反映人|建议人|提出人|投诉人|申请人|落款)(?:[:：]|是|为)"
)
_WEAK = re.compile(
    rf"本人姓名|本人叫|(?:本人|我)[是系](?:一名|一个|一位)?[{_HAN}]{{0,8}}?(?:市民|村民|居民|业主|群众|网民|公民|职工|教师|学生)(?![{_HAN}]?代表)|本人|我是"
)
_KNOWN = frozenset({"本人姓名", "本人叫"})
_LATIN = re.compile(r"[A-Z][a-z]{1,20}(?:[ ·][A-Z][a-z]{1,20}){0,3}(?![A-Za-z0-9])")
_SPACED = re.compile(rf"([{_HAN}])[ ]{{1,4}}([{_HAN}])(?![{_HAN}])")  # two characters set as wide as three
_LINE_NAME = re.compile(
    r"^[ ]*(?:(?:一名|一个|一位)?(?:市民|村民|居民|业主|群众|网民|公民)[:： ]?)?([" + _HAN + r"]{2,4}(?:·[" + _HAN + r"]{1,10})?)"
    r"[ ]*(?:敬上|谨上|谨启|呈上|上|签名)?[ ]*(?:[0-9]{4}[年.\-/].*)?$"
)
_DATE_LINE = re.compile(r"^[ ]*(?:[0-9]{4}|二[〇零][〇零一二三四五六七八九]{2})[年.\-/].{0,12}$")
_CLOSING = re.compile("此致[\\s]*敬礼[!！。.]?[ ]*")

# what never is part of a name, what may follow one, and words that begin like a surname
_STOP = frozenset(
    "的了是在不也有我你他她它们这那很都会能要可以与及或被把让给对从到认为就还又将只吗呢吧啊过着们其此每各该所因由但而且"
)
_FOLLOW = re.compile(
    r"$|[^" + _HAN + r"0-9A-Za-z·*]|[0-9]|是|系|在|住|家住|居住|现住|现居|现年|今年|来自|男|女|身份证|电话|手机|联系|"
    r"建议|认为|对|就|和|与|为|敬上|的|于|(?:一名|一个|一位)|(?:先生|女士|同志|老师)|户籍|生于|毕业|从事|同意|支持|反对|想|希望|要求"
)
# what is said of nobody but a person: behind it even 严, 关 and 顾 are surnames
_SURE = re.compile(r"[,:( ]{0,2}(?:系|男|女|身份证|电话|手机|家住|现住|居住|住|户籍|生于|现年|今年|[0-9]{2}岁)")
_WORDS = re.compile(
    r"高中|高度|高级|高校|高龄|高兴|高考|高管|高层|成年|成都|成功|常住|常年|常务|方便|方面|安全|安徽|安置|平时|平常|任何|任职|全家|全体|"
    r"全职|全力|全文|司机|司法|农民|农村|农户|党员|车主|车友|房主|房东|房屋|管理|江西|江苏|江北|江南|路过|路人|马上|白领|白天|单位|单亲|单身|"
    r"关注|关于|关心|何时|何况|向来|向往|温州|温江|金融|金牛|查阅|查看|计划|石家庄|海南|南方|南京|南充|南宁|云南|河|湖|"
    r"连续|连年|明确|明白|曾经|曾在|曾是|曾任|祝愿|万分|万州|尚未|易|项目|商户|商家|师范|国家|国企|国内|国有|北|和平|和谐|程序|"
    r"应届|应该|文化|文员|文科|申请|申报|强烈|顾问|顾客|充分|相信|相关|原来|原则|原住|时常|时任|于是|来自|解放|解决|都|许多|"
    r"区|官方|家|花|门卫|门诊|卫生|毕业|宁波|宁夏|重庆|武汉|武警|广|四川|贵州|贵阳|郑州|郑重|杭州|苏州|徐州|柳州|兰州|常州|"
    r"康复|康养|林业|林农|牧|水|牛奶|龙头|龙岗|华人|华侨|古|景区|包工|包括|支持|支部|游客|游泳|麻烦|迟|边|冷|商|党|班|"
    r"谢谢|致谢|万谢|平安|安好|祝好|何必|孙女|孙子|钟点|石匠|文笔|方案|何等|任务|任期|简历|简单|童年|曾多|曾几|曾数|曾两|曾三|查|车|房|时|全|成|常|应|安危|安心|解|管|向|包|支|"
    r"来信|来访|来电|来函|申诉|申明|施工|左手|左腿|左侧|左眼|岳父|岳母|高血压|乐意|相当|毛病|金额|江边|简述|焦虑|焦急|陶醉|程度|路见|武断|苗圃|麻木|游说|任一|段位|"
    r"阳|洪水|洪涝|涂料|殷切|赖以|明|宁愿|宁可|尚|严|顾|关|谈|强|沙|席|计|索|师|权|连|满|位|初|修|练|储|普|容"
)
_NOUN_ENDS = frozenset("人员者户众族客")

_CUES = ("家庭住址", "居住在", "现住在", "现居住", "家住在", "家住", "现住", "住在", "我住", "住址", "地址", "户籍", "户口在", "位于",
         "本人住", "居住", "住于")  # fmt: skip
_N = r"(?:[0-9]{1,5}(?:-[0-9]{1,5}){0,3}|[A-Za-z]|[一二三四五六七八九十]{1,4})"
_HOUSE = re.compile(
    rf"(?<![0-9A-Za-z第])(?:附?{_N}[ ]?(?:号楼|号院|号|弄|栋|幢|座|单元|层|楼|室|户|房|组)[ ]?){{1,6}}(?:{_N}(?![0-9A-Za-z]))?"
)
_ROAD = re.compile("(?:路|街|大道|道|巷|胡同|弄|村|小区|社区|花园|苑|公寓|家园|新城|庄|湾|里|坊|段|坝|沟)$")
_INNER = re.compile("室|户|房|单元")
_PERHAPS_NAME = re.compile("我叫|名叫|我的名|姓名|姓 |我系|联系人|签名|署名|[映议出诉请]人|落款|本人|我是|\n|敬礼")
_PERHAPS_ADDRESS = re.compile("[室户房住址]|单元|位于")
_BEFORE = 40  # how far an address goes back from its house number


def names(plain: str) -> Iterator[Span]:
    """Names after 我叫, 本人, 我是, 姓名：and in the line that signs a letter; not 本人认为 or 我是市民."""
    if not _PERHAPS_NAME.search(plain):
        return
    for cue in _STRONG.finditer(plain):
        yield from _named(plain, cue.end(), strict=False, colon=cue[0][-1] in ":：是为")
    for cue in _WEAK.finditer(plain):
        yield from _named(plain, cue.end(), strict=cue[0] not in _KNOWN, colon=False)
    yield from _signed(plain)


def _named(plain: str, at: int, strict: bool, colon: bool) -> Iterator[Span]:
    while at < len(plain) and plain[at] in " :：(是叫“\"" and not (strict and plain[at] in "是叫"):
        at += 1
    if dotted := re.match(rf"[{_HAN}]{{1,8}}·[{_HAN}]{{1,8}}(?:·[{_HAN}]{{1,8}})?", plain[at : at + 30]):
        yield at, at + _dotted(dotted[0]), "name"
        return
    if not strict and (end := _odd(plain, at)):
        yield at, end, "name"
        return
    size = _size(plain[at : at + 12], strict)
    if size:
        yield at, at + size, "name"


def _odd(plain: str, at: int) -> int:
    """Where a name in Latin letters, or one of two characters set apart, ends; 0 where there is none."""
    if found := _LATIN.match(plain, at):
        return found.end()
    found = _SPACED.match(plain, at)
    return found.end() if found and found[1] in _SURNAMES and _given(found[2], 1) else 0


def _dotted(words: str) -> int:
    """The length of a name with dots; what follows its last part is cut where it says something else."""
    head, _, last = words.rpartition("·")
    for size in range(2, len(last)):
        if _FOLLOW.match(last[size:]):
            return len(head) + 1 + size
    return len(words)


def _size(words: str, strict: bool) -> int:
    """How many characters at the beginning are a name, 0 for none; `strict` wants a clear end behind it."""
    surname = 2 if words[:2] in COMPOUND else 1
    if surname == 1 and words[:1] not in _SURNAMES:
        return 0
    word = _WORDS.match(words)
    if strict and word and not (len(word[0]) == 1 and _SURE.match(words[surname + 2 :])):
        return 0
    fitting = [size for size in (surname + 2, surname + 1) if _given(words[surname:size], size - surname)]
    clear = [size for size in fitting if _FOLLOW.match(words[size:])]
    if strict:
        clear = [size for size in clear if words[size - 1] not in _NOUN_ENDS and (not word or size == surname + 2)]
        fitting = []
    elif word and not clear:
        return 0
    return (clear or fitting or [0])[0]


def _given(words: str, size: int) -> bool:
    return len(words) == size and all(re.match(f"[{_HAN}]", char) and char not in _STOP for char in words)


def _signed(plain: str) -> Iterator[Span]:
    """The name under a letter: behind 此致敬礼, or alone on the last line or the one before the date."""
    closing = max(_CLOSING.finditer(plain), key=lambda one: one.end(), default=None)
    lines = [(one.start(), one[0]) for one in re.finditer("[^\n]+", plain) if one[0].strip()]
    if closing is None and len(lines) < 2:
        return
    while lines and _DATE_LINE.match(lines[-1][1]):
        lines.pop()
    if not lines:
        return
    start, line = lines[-1]
    if closing is not None and start < closing.end():
        start, line = closing.end(), plain[closing.end() : start + len(line)]
    if (found := re.match(rf"[ ]*{_SPACED.pattern}[ ]*\Z", line)) and is_name(found[1] + found[2]):
        yield start + found.start(1), start + found.end(2), "name"
        return
    found = _LINE_NAME.match(line)
    if found and ("·" in found[1] or is_name(found[1])):
        yield start + found.start(1), start + found.end(1), "name"


def is_name(words: str) -> bool:
    """Whether these characters and no others are one name."""
    surname = 2 if words[:2] in COMPOUND else 1
    given = words[surname:]
    known = surname == 2 or words[:1] in _SURNAMES
    ends = words[-1:] in _NOUN_ENDS or bool(_WORDS.match(words))
    return known and len(given) in (1, 2) and _given(given, len(given)) and not ends


def addresses(plain: str) -> Iterator[Span]:
    """Where somebody lives: a road or an estate with the number of a flat, or of a house behind 家住 or 地址."""
    if not _PERHAPS_ADDRESS.search(plain):
        return
    for house in _HOUSE.finditer(plain):
        before = plain[max(0, house.start() - _BEFORE) : house.start()]
        words = re.split(rf"[^{_HAN}0-9A-Za-z:：() ]", before)[-1]
        cue = max((words.rfind(cue) + len(cue) for cue in _CUES if cue in words), default=-1)
        place = words[max(cue, 0) :].lstrip(":：是为在 ")
        if not _ROAD.search(place.rstrip()):
            continue
        if cue >= 0 or _INNER.search(house[0]):
            yield house.start() - len(place), house.start() + len(house[0].rstrip()), "address"
