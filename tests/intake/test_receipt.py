"""Receipt codes: every slip of the pen is noticed, every way of writing one code is read."""

from hypothesis import given
from hypothesis import strategies as st

from consult.intake.receipt import ALPHABET, check_character, make_code, read_code

KEY = b"k" * 32
CODES = st.text(min_size=1, max_size=40).map(lambda send_key: make_code(KEY, send_key))
PLACES = st.integers(0, 15)


def bare(code: str) -> str:
    """The sixteen characters."""
    return code.replace("-", "")


def test_the_alphabet_is_crockfords() -> None:
    assert len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)


@given(CODES)
def test_a_code_has_its_shape_and_reads_back(code: str) -> None:
    assert len(code) == 19
    assert [len(part) for part in code.split("-")] == [4, 4, 4, 4]
    assert set(bare(code)) <= set(ALPHABET)
    assert read_code(code) == code


@given(st.text(max_size=40), st.text(max_size=40))
def test_one_send_key_one_code(one: str, other: str) -> None:
    assert (make_code(KEY, one) == make_code(KEY, other)) == (one == other)
    assert make_code(KEY, one) != make_code(b"another key" * 3, one)


@given(CODES, PLACES, st.sampled_from(ALPHABET))
def test_every_wrong_character_is_noticed(code: str, at: int, char: str) -> None:
    typed = bare(code)
    wrong = typed[:at] + char + typed[at + 1 :]
    assert (read_code(wrong) is None) == (char != typed[at])


@given(CODES, PLACES, PLACES)
def test_every_swap_of_two_characters_is_noticed(code: str, one: int, other: int) -> None:
    typed = list(bare(code))
    typed[one], typed[other] = typed[other], typed[one]
    swapped = "".join(typed)
    assert (read_code(swapped) is None) == (swapped != bare(code))


def test_every_single_error_and_swap_of_some_codes() -> None:
    for number in range(20):
        typed = bare(make_code(KEY, str(number)))
        for at in range(16):
            for char in ALPHABET:
                if char != typed[at]:
                    assert read_code(typed[:at] + char + typed[at + 1 :]) is None
            for other in range(at):
                if typed[at] != typed[other]:
                    swap = list(typed)
                    swap[at], swap[other] = swap[other], swap[at]
                    assert read_code("".join(swap)) is None


def test_the_check_is_no_constant() -> None:
    found = {check_character(f"{number:015d}") for number in range(200)}
    assert len(found) > 20


@given(
    CODES,
    st.lists(st.sampled_from([" ", "-", "\u3000", "\t", "\n", "–", "—", ".", "_", "·"]), max_size=20),
    st.randoms(),
)
def test_writing_is_forgiven(code: str, between: list[str], random: object) -> None:
    typed = list(bare(code))
    for mark in between:
        typed.insert(random.randint(0, len(typed)), mark)  # type: ignore[attr-defined]
    written = "".join(typed)
    wide = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in written)
    for one in (written, written.lower(), wide, wide.lower()):
        assert read_code(one) == code


@given(CODES)
def test_letters_that_look_like_digits_are_read_as_digits(code: str) -> None:
    for digit, letters in (("0", "Oo"), ("1", "IiLl")):
        for letter in letters:
            assert read_code(code.replace(digit, letter)) == code


@given(st.text(max_size=120))
def test_no_text_breaks_the_reader(text: str) -> None:
    found = read_code(text)
    assert found is None or read_code(found) == found


def test_lengths_and_strangers() -> None:
    code = make_code(KEY, "x")
    for wrong in ("", code[:-1], code + "0", "U" + code[1:], "x" * 101, code + " " * 100, "\ud800", "回执码"):
        assert read_code(wrong) is None
