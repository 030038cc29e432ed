"""Zip files: a Word document, an OFD, or something that is refused with a hint."""

from consult.base.errors import Refused
from consult.drafts.reading.ofd import ofd_text
from consult.drafts.reading.word import docx_text
from consult.drafts.reading.xml import Package


def read_package(data: bytes) -> tuple[str, list[str]]:
    """(text, warnings) of a docx or an ofd. Raises `Refused` for every other zip."""
    package = Package(data)
    if any(name.startswith("word/") for name in package.names) and "[Content_Types].xml" in package.names:
        return docx_text(package)
    if "OFD.xml" in package.names:
        return ofd_text(package)
    if any(name.startswith(("xl/", "ppt/")) for name in package.names):
        raise Refused("这是电子表格或演示文稿，请把文稿另存为 docx 后再上传。")
    raise Refused("这是压缩包，不是文稿。请解压后上传其中的 docx、pdf 或 txt 文件。")
