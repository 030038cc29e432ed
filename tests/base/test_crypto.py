"""Keys, keyed hashes, sealed contact data, canonical digests."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.base.crypto import Keys, canonical, derive, digest, keyed

ROOT = "root-of-the-keys-" + "k" * 32
FACTS = st.dictionaries(st.text(max_size=10), st.text(max_size=30), max_size=5)
JSON = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.lists(st.text())
    | st.dictionaries(st.text(), st.integers())
)


def test_keys_differ_by_purpose_and_by_installation() -> None:
    keys, others = Keys(ROOT), Keys(ROOT + "x")
    found = {keys.receipt, keys.send, keys.address, keys.form, others.receipt, others.send, others.address, others.form}
    assert len(found) == 8
    assert {len(one) for one in found} == {32}


def test_the_same_root_gives_the_same_keys_for_ever() -> None:
    assert Keys(ROOT).receipt == Keys(ROOT).receipt
    # written down once: a change here would make every receipt in the field unreadable
    assert derive("root", "receipt").hex() == "14d860d131aef0fffafa2d8c2c684cfcac375ba6d9044a66c5570f35e32d6d88"


def test_a_keyed_hash_is_hmac_sha256() -> None:
    # RFC 4231, test case 2
    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert keyed(b"Jefe", "what do ya want for nothing?") == expected
    assert keyed(b"a", "x") != keyed(b"b", "x")


@given(FACTS)
def test_what_is_sealed_opens_again(facts: dict[str, str]) -> None:
    keys = Keys(ROOT)
    sealed = keys.seal(facts)
    assert keys.unseal(sealed) == {name: value for name, value in facts.items() if value}
    assert (sealed is None) == (not any(facts.values()))


def test_nothing_readable_is_stored() -> None:
    sealed = Keys(ROOT).seal({"name": "朱小明", "phone": "13900000000"})
    assert sealed is not None
    assert b"13900000000" not in sealed
    assert "朱".encode() not in sealed


def test_a_changed_byte_or_another_key_opens_nothing() -> None:
    sealed = Keys(ROOT).seal({"name": "朱小明"})
    assert sealed is not None
    with pytest.raises(ValueError):
        Keys(ROOT + "x").unseal(sealed)
    for at in range(0, len(sealed), 7):
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(ValueError):
            Keys(ROOT).unseal(changed)


def test_canonical_json_is_written_down() -> None:
    assert canonical({"b": [1, "中"], "a": None}) == '{"a":null,"b":[1,"中"]}'
    assert digest({"b": [1, "中"], "a": None}) == hashlib.sha256('{"a":null,"b":[1,"中"]}'.encode()).hexdigest()


@given(st.dictionaries(st.text(), JSON, max_size=6))
def test_the_order_of_members_does_not_matter_and_nothing_is_lost(value: dict[str, object]) -> None:
    turned = dict(reversed(list(value.items())))
    assert digest(turned) == digest(value)
    assert json.loads(canonical(value)) == value


def test_half_a_character_does_not_break_a_digest() -> None:
    assert digest("\ud800") != digest("\ud801")
