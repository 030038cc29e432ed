""".doc, .wps and .rtf: LibreOffice, where it is installed, makes a docx of them, in a time limit."""

import subprocess
import tempfile
from pathlib import Path
from threading import Lock

from consult.base import soffice
from consult.base.errors import Refused
from consult.drafts.reading.xml import BROKEN

_SECONDS = 60
_ONE_AT_A_TIME = Lock()


def legacy_docx(data: bytes, suffix: str) -> bytes:
    """The bytes of a docx made of an older document. Raises `Refused` where that cannot be done here."""
    if soffice.program() is None:
        raise Refused("这台服务器不能读取 doc、wps 文件。请用 Word 或 WPS 另存为 docx 后再上传。")
    with _ONE_AT_A_TIME, tempfile.TemporaryDirectory(prefix="consult-") as folder:
        source = Path(folder, f"draft{suffix}")
        source.write_bytes(data)
        try:
            made = soffice.convert(source, "docx", Path(folder), _SECONDS)
        except subprocess.TimeoutExpired as error:
            raise Refused("文件转换超时。请用 Word 或 WPS 另存为 docx 后再上传。") from error
        if made is None:
            raise Refused("这个文件无法转换。请用 Word 或 WPS 另存为 docx 后再上传。")
        return made.read_bytes()


def ole_suffix(data: bytes) -> str:
    """The suffix to convert an OLE file as. Raises `Refused` for encrypted files, tables and slides."""
    names = {name: name.encode("utf-16-le") for name in ("EncryptedPackage", "WordDocument", "Workbook", "PowerPoint")}
    if names["EncryptedPackage"] in data:
        raise Refused("文件有密码保护，请去掉密码后再上传。")
    if names["WordDocument"] in data:
        return ".doc"
    if names["Workbook"] in data or names["PowerPoint"] in data:
        raise Refused("这是电子表格或演示文稿，请把文稿另存为 docx 后再上传。")
    if len(data) < 1536:
        raise Refused(BROKEN)
    return ".wps"
