"""Pure: sets of numbers below 65,536 as bytes, sparse ones as a list, dense ones as a map of bits, and what they share."""

import sys
from array import array
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import and_

SPAN = 1 << 16  # so many ids are one chunk
_MAP = SPAN // 8  # bytes of a map; a list is always shorter
_BITS = tuple(tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256))


def pack(numbers: Iterable[int]) -> bytes:
    """A set of numbers as bytes: two for each, or one bit for each possible one where that is less."""
    values = numbers if isinstance(numbers, array) else array("H", numbers)
    if 2 * len(values) >= _MAP:
        bits = bytearray(_MAP)
        for number in values:
            bits[number >> 3] |= 1 << (number & 7)
        return bytes(bits)
    if sys.byteorder == "big":
        values = array("H", values)
        values.byteswap()
    return values.tobytes()


def unpack(packed: bytes) -> Sequence[int]:
    """The numbers of a set, as `pack` took them; sorted where it is a map."""
    if len(packed) == _MAP:
        return [8 * at + bit for at, byte in enumerate(packed) if byte for bit in _BITS[byte]]
    values = array("H", packed)
    if sys.byteorder == "big":
        values.byteswap()
    return values


def meet(sets: Sequence[bytes]) -> list[int]:
    """The numbers that are in all of the sets (one or more), the highest first."""
    lists = sorted((one for one in sets if len(one) != _MAP), key=len)
    maps = [one for one in sets if len(one) == _MAP]
    if not lists:
        shared = reduce(and_, (int.from_bytes(one, "little") for one in maps))
        return list(unpack(shared.to_bytes(_MAP, "little")))[::-1]
    rest = set(unpack(lists[0]))
    for one in lists[1:]:
        rest.intersection_update(unpack(one))
    for bits in maps:
        rest = {number for number in rest if bits[number >> 3] >> (number & 7) & 1}
    return sorted(rest, reverse=True)
