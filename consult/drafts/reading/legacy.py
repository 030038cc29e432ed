""".doc, .wps and .rtf: LibreOffice, where it is installed, makes a docx of them, in a time limit."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from threading import Lock

from consult.base.errors import Refused
from consult.drafts.reading.xml import BROKEN

_SECONDS = 60
_ONE_AT_A_TIME = Lock()
_PROGRAMS = ("soffice", "libreoffice")


def legacy_docx(data: bytes, suffix: str) -> bytes:
    """The bytes of a docx made of an older document. Raises `Refused` where that cannot be done here."""
    program = next((found for name in _PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise Refused("这台服务器不能读取 doc、wps 文件。请用 Word 或 WPS 另存为 docx 后再上传。")
    with _ONE_AT_A_TIME, tempfile.TemporaryDirectory(prefix="consult-") as folder:
        source = Path(folder, f"draft{suffix}")
        source.write_bytes(data)
        _convert(program, folder, source)
        made = source.with_suffix(".docx")
        if not made.exists():
            raise Refused("这个文件无法转换。请用 Word 或 WPS 另存为 docx 后再上传。")
        return made.read_bytes()


def _convert(program: str, folder: str, source: Path) -> None:
    """Runs LibreOffice with a profile of its own; the whole process group is ended at the time limit."""
    command = [
        program, "--headless", "--norestore", "--nolockcheck", f"-env:UserInstallation={Path(folder, 'p').as_uri()}",
        "--convert-to", "docx", "--outdir", folder, str(source),
    ]  # fmt: skip
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder,
        start_new_session=True,
    )  # fmt: skip
    try:
        process.wait(_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise Refused("文件转换超时。请用 Word 或 WPS 另存为 docx 后再上传。") from error
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


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
