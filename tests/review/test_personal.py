"""Personal data in texts: what is found, what only looks like it, and what the public reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.review.personal import KINDS, NUMBERS, covered, find, undecided
from consult.review.personal_numbers import is_card, is_identity

HITS = [
    # identity cards
    ("身份证51070319800101123X。", "id_number", "51070319800101123X"),
    ("11010519491231002X是我的", "id_number", "11010519491231002X"),
    ("号码１１０１０５１９４９１２３１００２Ｘ", "id_number", "１１０１０５１９４９１２３１００２Ｘ"),
    ("110105 19491231 002x", "id_number", "110105 19491231 002x"),
    ("1101-0519-4912-3100-2X", "id_number", "1101-0519-4912-3100-2X"),
    ("输错一位510703198001011234也算", "id_number", "510703198001011234"),
    ("老身份证510703800101123", "id_number", "510703800101123"),
    ("身份证110105·19491231·002X", "id_number", "110105·19491231·002X"),
    ("身份证110105—19491231—002X", "id_number", "110105—19491231—002X"),
    ("身份证110105   19491231   002X", "id_number", "110105   19491231   002X"),
    ("ID11010519491231002X", "id_number", "11010519491231002X"),
    ("身份证11010519491231002×", "id_number", "11010519491231002×"),
    ("老身份证510703 800101 123", "id_number", "510703 800101 123"),
    # telephones
    ("电话13812345678。", "phone", "13812345678"),
    ("手机 138 1234 5678", "phone", "138 1234 5678"),
    ("138-1234-5678", "phone", "138-1234-5678"),
    ("１３８１２３４５６７８", "phone", "１３８１２３４５６７８"),
    ("+8613812345678", "phone", "+8613812345678"),
    ("+86 138 1234 5678", "phone", "+86 138 1234 5678"),
    ("008613812345678", "phone", "008613812345678"),
    ("1381234 5678", "phone", "1381234 5678"),
    ("1381 2345678", "phone", "1381 2345678"),
    ("138.1234.5678", "phone", "138.1234.5678"),
    ("139—1234—5678", "phone", "139—1234—5678"),
    ("手机138/1234/5678", "phone", "138/1234/5678"),
    ("手机138～1234～5678", "phone", "138～1234～5678"),
    ("手机138–1234–5678", "phone", "138–1234–5678"),
    ("手机138 - 1234 - 5678", "phone", "138 - 1234 - 5678"),
    ("手机138  1234  5678", "phone", "138  1234  5678"),
    ("Tel13812345678", "phone", "13812345678"),
    ("手机一三八一二三四五六七八。", "phone", "一三八一二三四五六七八"),
    ("座机010—62341234", "phone", "010—62341234"),
    ("电话：6554-1234", "phone", "6554-1234"),
    ("座机0816-2221234", "phone", "0816-2221234"),
    ("座机（0816）2221234", "phone", "（0816）2221234"),
    ("010-62345678转801", "phone", "010-62345678转801"),
    ("02881234567", "phone", "02881234567"),
    ("028 8123 4567", "phone", "028 8123 4567"),
    ("联系电话：2221234", "phone", "2221234"),
    ("19912345678联系我", "phone", "19912345678"),
    # mail
    ("邮箱zhang.san@example.cn", "email", "zhang.san@example.cn"),
    ("发到Ａ＠ｅｘａｍｐｌｅ．ｃｎ", "email", "Ａ＠ｅｘａｍｐｌｅ．ｃｎ"),
    ("12345678@qq.com，谢谢", "email", "12345678@qq.com"),
    # plates
    ("我的车川B12345", "plate", "川B12345"),
    ("车牌川B·12A45停在", "plate", "川B·12A45"),
    ("京AD12345占道", "plate", "京AD12345"),
    ("粤B12345D", "plate", "粤B12345D"),
    ("川Ａ０００１警", "plate", "川Ａ０００１警"),
    ("使014578", "plate", "使014578"),
    ("粤Z1234港", "plate", "粤Z1234港"),
    ("新A88888乱停", "plate", "新A88888"),
    ("车牌京a12345。", "plate", "京a12345"),
    ("车牌京 A12345。", "plate", "京 A12345"),
    ("车牌浙A—12345。", "plate", "浙A—12345"),
    ("沪ad12345是新能源车", "plate", "沪ad12345"),
    ("WJ京12345停在门口", "plate", "WJ京12345"),
    # bank cards
    ("卡6222021234567890128", "bank_card", "6222021234567890128"),
    ("4111 1111 1111 1111", "bank_card", "4111 1111 1111 1111"),
    ("5555555555554444", "bank_card", "5555555555554444"),
    ("378282246310005", "bank_card", "378282246310005"),
    ("账号：1234567890123456", "bank_card", "1234567890123456"),
    # accounts and papers
    ("微信号：zhangsan_88", "account", "zhangsan_88"),
    ("WeChat: zhang_san", "account", "zhang_san"),
    ("加我QQ123456789", "account", "123456789"),
    ("qq：123456", "account", "123456"),
    ("护照号码E12345678", "passport", "E12345678"),
    ("护照EA1234567", "passport", "EA1234567"),
    # names
    ("我叫张三，住在城北。", "name", "张三"),
    ("我叫张三丰建议增加", "name", "张三丰"),
    ("我叫王五建议增加", "name", "王五"),
    ("我叫欧阳修，", "name", "欧阳修"),
    ("我叫阿依古丽·买买提，", "name", "阿依古丽·买买提"),
    ("大家好，我名叫李娜。", "name", "李娜"),
    ("本人李四，系城南小区业主", "name", "李四"),
    ("本人王小明系业主", "name", "王小明"),
    ("本人叫成龙，", "name", "成龙"),
    ("我叫关羽，", "name", "关羽"),
    ("我叫严小军建议", "name", "严小军"),
    ("我是赵六，今年六十岁", "name", "赵六"),
    ("姓名：司马相如\n", "name", "司马相如"),
    ("联系人：陈静 ", "name", "陈静"),
    ("建议人：孙悟空", "name", "孙悟空"),
    ("建议缩短时限。\n此致\n敬礼！\n张三\n2026年3月2日", "name", "张三"),
    ("建议缩短。此致敬礼 王小红", "name", "王小红"),
    ("请修改第三条。\n市民李建国\n", "name", "李建国"),
    ("应当更严。\n周晓梅\n2026.3.2", "name", "周晓梅"),
    ("我叫做王小明，", "name", "王小明"),
    ("我叫劉德華，", "name", "劉德華"),
    ("本人陳大文，", "name", "陳大文"),
    ("我叫赖小梅，", "name", "赖小梅"),
    ("本人洪大海是业主", "name", "洪大海"),
    ("本人殷桃，", "name", "殷桃"),
    ("姓　名：王小明", "name", "王小明"),
    ("本人（王小明）认为", "name", "王小明"),
    ("我是市民王小明，", "name", "王小明"),
    ("我是城南小区业主张大伟。", "name", "张大伟"),
    ("本人严小军，身份证在后", "name", "严小军"),
    ("本人顾晓明，男，", "name", "顾晓明"),
    ("我叫Peter Wang，", "name", "Peter Wang"),
    ("姓名：王　明。", "name", "王　明"),
    ("应当更严。\n王　明\n2026.3.2", "name", "王　明"),
    # addresses
    ("家住涪城区人民路15号3栋2单元501室，", "address", "涪城区人民路15号3栋2单元501室"),
    ("地址：绵阳市游仙区芙蓉路8号", "address", "绵阳市游仙区芙蓉路8号"),
    ("我住幸福小区6栋1203室", "address", "幸福小区6栋1203室"),
    ("在长虹大道100号2幢301室门口", "address", "长虹大道100号2幢301室"),
]
TRAPS = [
    "第三十二条第二款第(一)项", "川府发〔2026〕13号第15条", "中办发〔2017〕31号", "绵府办规〔2017〕2号", "2026年3月2日至4月2日",
    "截止2017-10-27 17:00", "共投资13812345678元", "产量13812345678吨", "编号13812345678", "订单号：13812345678",
    "编号ABC13812345678XYZ", "共13812345678901234567元", "数值0.13812345678", "拨打12345热线", "电话12345", "110报警",
    "400-820-8820", "400 123 4567", "8008208820", "统一社会信用代码91510703MA62412345", "信用代码915107037650000000",
    "GB/T 37668-2019", "ISBN 9787301234567", "总长20260302123456毫米", "邮编621000", "第123456789号公告",
    "微信公众号", "关注微信2026年推送", "微信群", "QQ群", "川B级公路", "甘A类", "创新A12345型", "京A2026年", "面积1234567890123平方米",
    "6222021234567890123是流水", "1234567890123", "1772409600000", "35.123456，104.654321",
    "本人认为不妥", "本人高度赞成", "本人常住绵阳，", "本人全家支持", "本人同意。", "本人方便时", "本人万分感谢", "本人系居民",
    "本人来信，", "本人申诉，", "本人施工，", "本人左腿，", "本人岳父，", "本人高血压，", "本人金额，", "本人乐意，", "本人严格要求，", "我是江边住户",
    "我是业主代表，", "我是居民，", "我是教师，", "我叫APP，", "编号ABC110105194912310021", "一三五七九月", "产品WJ-2000",
    "本人身份证", "本人应当到场。", "本人车位，", "本人房产，", "本人时间，", "本人全部，", "本人曾多次，", "本人宁愿，", "本人严格，", "本人强调，", "本人谈谈，",
    "我是孙女，", "我是钟点工，", "我是石匠，", "我是李家村村民，", "我是张店区居民", "我是市民", "我是一名教师", "我是农民工，", "我是高中生，", "我是党员。", "我是江西人，", "我是安徽人。",
    "我是业主。", "我是司机，", "我是房东，", "我叫停了施工", "我叫不出名字", "我叫的车", "姓名：不详", "联系人：办公室", "姓名、电话",
    "人民路15号路口增设红绿灯", "第三栋", "2号楼加装电梯", "建议在长虹大道100号设站", "三号线", "第5号令", "15号以前", "支持。\n同意\n",
    "第一，\n第二，\n谢谢", "@所有人", "a@b", "办法第13条、第14条", "010-12345678", "12315、12388", "2000-3000元", "1949-2026",
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "words"), HITS)
def test_personal_data_is_found_with_its_place(text: str, kind: str, words: str) -> None:
    assert [(one.kind, text[one.start : one.end]) for one in find(text)] == [(kind, words)]


@pytest.mark.parametrize("text", TRAPS)
def test_what_only_looks_like_it_is_left(text: str) -> None:
    assert not find(text)


def test_numbers_come_with_their_checks() -> None:
    assert is_identity("11010519491231002X") and not is_identity("110105194913310021")
    assert not is_identity("915107036200000000") and is_identity("510703198001011234")
    assert is_card("4111111111111111") and not is_card("4111111111111112") and not is_card("1234567812345670")


def test_several_finds_stand_in_order_and_never_overlap() -> None:
    text = "我叫张三，身份证11010519491231002X，电话13812345678，家住人民路1号2栋301室，车川B12345。"
    found = find(text)
    assert [one.kind for one in found] == ["name", "id_number", "phone", "address", "plate"]
    assert all(one.end <= other.start for one, other in zip(found, found[1:], strict=False))


READ = [
    ("电话138 1234 5678。", {}, "电话138********78。"),
    ("11010519491231002X", {}, "110*************2X"),
    ("zhang@example.cn", {}, "z****@example.cn"),
    ("a@example.cn", {}, "*@example.cn"),
    ("车川B12345", {}, "车川******"),
    ("卡4111 1111 1111 1111", {}, "卡4******************"),
    ("微信号：zhangsan_88", {}, "微信号：z**********"),
    ("办公电话0816-2221234", {"08162221234": "keep"}, "办公电话0816-2221234"),
    ("我叫张三丰，张三丰说", {}, "我叫张三丰，张三丰说"),
    ("我叫张三丰，张三丰说", {"张三丰": "mask"}, "我叫张**，张**说"),
    ("我叫张三，", {"张三": "mask"}, "我叫张*，"),
    ("我叫张三，", {"张三": "keep"}, "我叫张三，"),
    ("我叫欧阳修，", {"欧阳修": "mask"}, "我叫欧阳*，"),
    ("家住涪城区人民路1号2栋301室。", {"涪城区人民路1号2栋301室": "mask"}, "家住涪城区***********。"),
    ("我儿子在二小读书", {"二小": "mask"}, "我儿子在**读书"),
]


@pytest.mark.parametrize(("text", "chosen", "shown"), READ)
def test_what_the_public_reads(text: str, chosen: dict[str, str], shown: str) -> None:
    assert covered(text, chosen) == shown


def test_names_and_addresses_wait_for_a_person_and_numbers_do_not() -> None:
    text = "我叫张三，电话13812345678"
    assert [one.kind for one in undecided(text, {})] == ["name"]
    assert undecided(text, {"张三": "keep"}) == [] == undecided(text, {"张三": "mask"})


PIECES = st.sampled_from(
    [words for text, _, words in HITS] + [text for text, *_ in HITS] + TRAPS
    + ["我叫", "本人", "家住", "此致敬礼", "1", "86", " ", "-", "\n", "，", "@", "x", "𠮷", "省", "号", "室"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=8).map("".join) | st.text(max_size=60)


@given(TEXTS, st.booleans())
def test_any_text_is_read_and_outside_of_what_is_found_nothing_changes(text: str, mask: bool) -> None:
    found = find(text)
    assert all(0 <= one.start < one.end <= len(text) and one.kind in KINDS for one in found)
    assert all(one.end <= other.start for one, other in zip(found, found[1:], strict=False))
    shown = covered(text, {one.value: "mask" for one in found} if mask else {})
    inside = {at for one in found for at in range(one.start, one.end)}
    assert len(shown) == len(text)
    if not mask:
        assert all(shown[at] == text[at] for at in range(len(text)) if at not in inside)
        assert all("*" in shown[one.start : one.end] for one in found if one.kind in NUMBERS)


@given(st.sampled_from("0a1 我川京第号人民路@-.·（"), st.integers(1, 5000))
def test_long_texts_of_one_sign_take_no_time(sign: str, count: int) -> None:
    assert len(covered(sign * count * 10, {})) == count * 10
