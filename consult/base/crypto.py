"""Keyed hashes and sealed contact data; every key is derived from the installation's data key."""

import base64
import hashlib
import hmac
import json

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def derive(root: str, purpose: str) -> bytes:
    """32 bytes for one purpose; knowing one derived key tells nothing about another (RFC 5869)."""
    return HKDF(hashes.SHA256(), 32, b"consult", purpose.encode()).derive(root.encode())


class Keys:
    """The keys of one installation, made once at start from its data key."""

    def __init__(self, root: str) -> None:
        self.receipt = derive(root, "receipt")
        self.send = derive(root, "send")
        self.address = derive(root, "address")
        self.form = derive(root, "form")
        self.access = derive(root, "access")
        self._box = Fernet(base64.urlsafe_b64encode(derive(root, "contact")))

    def seal(self, facts: dict[str, str]) -> bytes | None:
        """Contact data encrypted and authenticated; None where there is none to keep."""
        kept = {name: value for name, value in facts.items() if value}
        return self._box.encrypt(json.dumps(kept, ensure_ascii=False).encode()) if kept else None

    def unseal(self, sealed: bytes | None) -> dict[str, str]:
        """What was sealed; raises ValueError where the key does not fit or a byte was changed."""
        if not sealed:
            return {}
        try:
            return dict(json.loads(self._box.decrypt(sealed)))
        except InvalidToken:
            raise ValueError("sealed data does not open with this data key") from None


def keyed(key: bytes, text: str) -> str:
    """HMAC-SHA256 in hex: what the database keeps instead of a code or an address."""
    return hmac.digest(key, text.encode(), "sha256").hex()


_WRITER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(value: object) -> str:
    """One JSON text for one value, so that equal facts have equal digests on every machine."""
    return _WRITER.encode(value)


def digest(value: object) -> str:
    """SHA-256 in hex over the canonical JSON of `value`."""
    return hashlib.sha256(canonical(value).encode("utf-8", "surrogatepass")).hexdigest()
