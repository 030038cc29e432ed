"""Safe XML and zip: no entities, no network, no bombs; every fault becomes a sentence for the person."""

import io
import re
import zipfile

from lxml import etree

from consult.base.errors import Refused

MOST_UNPACKED = 200 * 1024 * 1024
MOST_XML = 64 * 1024 * 1024
MOST_PART = 16 * 1024 * 1024  # one part of a form or a table
_MOST_ENTRIES = 5000
BROKEN = "文件已损坏或不完整，请重新保存后再上传。"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"  # ISO strict: the same elements, another name
_TRANSITIONAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_ANY_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(wordprocessingml|spreadsheetml)/main")
MOST_MARKS = 1_500_000  # in one part: each empty cell of four bytes takes a hundred in memory
_TOO_MANY = "文件里的行或者格子太多（多半是空的），请删去多余的空行、空列，另存后再上传。"
_TOO_BIG = "文件解压后过大，疑似异常文件，已停止读取。请用 Word 或 WPS 重新另存后再上传。"


class Package:
    """A zip of XML parts whose sizes are counted before anything is unpacked."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise Refused(BROKEN) from error
        if len(entries) > _MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
            raise Refused(_TOO_BIG)
        if any(entry.flag_bits & 1 for entry in entries):
            raise Refused("文件有密码保护，请去掉密码后再上传。")
        self.names = {entry.filename.lstrip("/"): entry.filename for entry in entries}

    def part(self, name: str, most: int = MOST_XML) -> bytes | None:
        """The bytes of one part, None where there is none; reads at most `most` bytes whatever the head says."""
        stored = self.names.get(name.lstrip("/"))
        if stored is None:
            return None
        try:
            with self._zip.open(stored) as stream:
                data = stream.read(most + 1)
        except (
            zipfile.BadZipFile,
            ValueError,
            OSError,
            NotImplementedError,
            RuntimeError,
            EOFError,
        ) as error:
            raise Refused(BROKEN) from error
        except Exception as error:  # zlib.error and lzma.LZMAError share no base but Exception
            raise Refused(BROKEN) from error
        if len(data) > most:
            raise Refused(_TOO_BIG)
        return data

    def xml(self, name: str) -> etree._Element | None:
        """The root of one part, None where there is none."""
        data = self.part(name)
        return None if data is None else parse(data.replace(_STRICT, _TRANSITIONAL))


def parse(data: bytes) -> etree._Element:
    """The root element. Documents with a DOCTYPE are refused: no office program writes one; so is one of too many marks."""
    if data.count(b"<") > MOST_MARKS:
        raise Refused(_TOO_MANY)
    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:65536]:
        raise Refused("文件含有外部引用，出于安全考虑不予读取。请用 Word 或 WPS 重新另存后再上传。")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused(BROKEN) from error
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise Refused("文件含有外部引用，出于安全考虑不予读取。请用 Word 或 WPS 重新另存后再上传。")
    return root


def xml_part(package: Package, name: str) -> etree._Element | None:
    """The root element of one part in the usual namespaces, None where there is none; bounded in size."""
    data = package.part(name, MOST_PART)
    return None if data is None else parse(_ANY_STRICT.sub(_usual, data))


def _usual(found: re.Match[bytes]) -> bytes:
    return b"http://schemas.openxmlformats.org/" + found[1] + b"/2006/main"
