"""Word documents for tests: python-docx with numbering written as XML."""

import io
import zipfile

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn


def level(depth, style, text, extra=""):
    """One w:lvl."""
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>{extra}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def word(paragraphs, levels=(), nums=None, styles=()):
    """Bytes of a docx. `paragraphs`: (text, numId or None, ilvl) or (text, style name); `nums`: {id: overrides}."""
    document = Document()
    numbering = document.part.numbering_part.element
    for old in list(numbering):
        numbering.remove(old)
    numbering.append(parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="9">{"".join(levels)}</w:abstractNum>'))
    for num_id, overrides in (nums or {1: ""}).items():
        xml = f'<w:num {nsdecls("w")} w:numId="{num_id}"><w:abstractNumId w:val="9"/>{overrides}</w:num>'
        numbering.append(parse_xml(xml))
    for style_xml in styles:
        document.styles.element.append(parse_xml(style_xml))
    for entry in paragraphs:
        paragraph = document.add_paragraph(entry[0])
        properties = paragraph._p.get_or_add_pPr()
        if len(entry) == 3 and entry[1] is not None:
            number = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{entry[2]}"/><w:numId w:val="{entry[1]}"/></w:numPr>'
            properties.append(parse_xml(number))
        elif len(entry) == 2:
            properties.insert(0, parse_xml(f'<w:pStyle {nsdecls("w")} w:val="{entry[1]}"/>'))
    return saved(document)


def saved(document):
    """The bytes of a python-docx document."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_body(*xml):
    """Bytes of a docx whose body holds these elements."""
    document = Document()
    body = document.element.body
    for element in list(body):
        if element.tag != qn("w:sectPr"):
            body.remove(element)
    for position, one in enumerate(xml):
        body.insert(position, parse_xml(one))
    return saved(document)


def zipped(parts):
    """Bytes of a zip of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def replaced(data, name, change):
    """The package with one part changed by a function."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry.filename, change(content) if entry.filename == name else content)
    return out.getvalue()
