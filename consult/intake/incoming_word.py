"""Pure: a Word document of opinions: a table with our headings, or a letter."""

from collections.abc import Sequence
from dataclasses import replace

from consult.base.errors import Refused
from consult.base.text import shorten
from consult.drafts.reading.word import Grid, docx_blocks
from consult.drafts.reading.xml import Package
from consult.intake.incoming import Batch, Enclosure
from consult.intake.incoming_table import Cell, Line, read_table
from consult.intake.incoming_text import read_letter


def read_word(package: Package, file: Enclosure) -> Batch:
    """The sendings of a document; where it is one letter, the document itself stays with it as its scan."""
    blocks, warnings = docx_blocks(package)
    batch, around, count = Batch(), [], 0
    for block in blocks:
        if isinstance(block, Grid):
            count += 1
            if read_table(batch, _lines(block, f"第{count}个表格" if count > 1 else "表格")):
                continue
            around += ["\t".join(text.replace("\n", " ") for text, below in row.values() if not below) for row in block.rows]
        else:
            around.append(block)
    if not (batch.sendings or batch.troubles):
        if not any(one.strip() for one in around):
            raise Refused("文件里没有文字（可能只有图片），请在“登记意见”里录入内容，并把文件作为扫描件一起上传。", "file")
        batch.sendings = read_letter("\n".join(around), file.name).sendings
    else:
        said = shorten(" ".join(around), 60)
        batch.notices += [("表格外", f"没有读入：“{said}”。")] if said else []
    batch.notices += [("", one) for one in warnings]
    if len(batch.sendings) == 1:
        batch.sendings = [replace(batch.sendings[0], files=(file,))]
    return batch


def _lines(grid: Grid, where: str) -> Sequence[Line]:
    return [
        Line(f"{where}第{number}行", {column: Cell(f"{where}第{number}行第{place}格", text, same=below)
                                     for place, (column, (text, below)) in enumerate(sorted(row.items()), 1)})
        for number, row in enumerate(grid.rows, 1)
    ]  # fmt: skip
