"""Markdown and HTML: the text a reader sees, its headings, lists and tables."""

from __future__ import annotations

from assistant.reading.composing import Block, compose
from assistant.reading.html import read_html
from assistant.reading.markdown import read_markdown


def pairs(blocks: list[Block]) -> list[tuple[str, str]]:
    return [(block.kind.name, block.text.replace(" \u2003 ", " | ")) for block in blocks]


MARKDOWN = """---
title: The compact
lang: es
---
# The *school-parent* compact

It is written **jointly**, see [the law](https://example.org/law), and
goes on here.\\
A second line &copy; `code`.

1. First item
2. Second item
   on two lines
   - nested

| Reference | What |
|---|---|
| (d)(1) | The **school's** side |

<div hidden>never shown</div>
<p>Raw &amp; seen</p>

> A quotation. Two sentences.

![a picture](x.png)

## Next
"""


def test_markdown_is_read_without_its_marks() -> None:
    content = read_markdown(MARKDOWN)
    assert (content.title, content.language) == ("The compact", "es")
    assert pairs(content.blocks) == [
        ("HEADING", "The school-parent compact"),
        ("PARAGRAPH", "It is written jointly, see the law, and goes on here."),
        ("PARAGRAPH", "A second line © code."),
        ("ITEM", "1. First item"),
        ("ITEM", "2. Second item on two lines"),
        ("ITEM", "• nested"),
        ("ROW", "Reference | What"),
        ("ROW", "(d)(1) | The school's side"),
        ("PARAGRAPH", "Raw & seen"),
        ("PARAGRAPH", "A quotation. Two sentences."),
        ("HEADING", "Next"),
    ]


HTML = """<!doctype html><html lang="es-MX"><head><title>El pacto</title><style>p{}</style></head><body>
<nav>Menú</nav><main><h1>The <b>compact</b></h1>Loose text.
<p>A <i>paragraph</i>&nbsp;with entities &amp; <span style="display:none">hidden</span>words.<br>A new line.</p>
<p hidden>hidden</p><p aria-hidden="true">hidden</p><script>var hidden</script><!-- hidden -->
<ol start="3" type="a"><li>Third<ul><li>inner</li></ul></li><li><p>Fourth</p><p>goes on</p></li></ol>
<table><caption>A table</caption><tr><th>Body<th>Level<tr><td>Council<p>of the site</p><td>School</table>
<dl><dt>LCAP</dt><dd>The district's plan.</dd></dl>
</main><footer>Impressum</footer></body></html>"""


def test_html_is_read_as_it_is_shown() -> None:
    content = read_html(HTML)
    assert (content.title, content.language) == ("El pacto", "es-MX")
    assert pairs(content.blocks) == [
        ("HEADING", "The compact"),
        ("PARAGRAPH", "Loose text."),
        ("PARAGRAPH", "A paragraph with entities & words."),
        ("PARAGRAPH", "A new line."),
        ("ITEM", "c. Third"),
        ("ITEM", "• inner"),
        ("ITEM", "d. Fourth"),
        ("ITEM", "goes on"),
        ("PARAGRAPH", "A table"),
        ("ROW", "Body | Level"),
        ("ROW", "Council of the site | School"),
        ("ROW", "LCAP | The district's plan."),
    ]


def test_bytes_of_html_are_decoded_as_the_page_declares() -> None:
    page = '<html><head><meta charset="windows-1252"></head><body><p>niños “y” familias</p></body></html>'
    assert read_html(page.encode("cp1252")).blocks[0].text == "niños “y” familias"


def test_nesting_far_deeper_than_pythons_stack_is_read() -> None:
    deep = "<div>" * 20000 + "<p>At the bottom.</p>" + "</div>" * 20000
    assert any("At the bottom." in block.text for block in read_html(f"<body>{deep}</body>").blocks)


def test_headings_make_sections_and_are_no_sentences() -> None:
    composition = compose(read_markdown("Before.\n\n# A\n\nOne. Two.\n\n## B\n\nThree.\n\n# C\n\n- four\n").blocks)
    assert [section.heading_path for section in composition.sections] == [(), ("A",), ("A", "B"), ("C",)]
    assert composition.sections[0].span.start == 0
    assert composition.sections[-1].span.end == len(composition.text)
    for first, second in zip(composition.sections, composition.sections[1:], strict=False):
        assert first.span.end == second.span.start
    assert [span.of(composition.text) for span in composition.sentences] == [
        "Before.",
        "One.",
        "Two.",
        "Three.",
        "• four",
    ]


def test_a_name_in_bold_is_cited_with_the_sentence_it_opens() -> None:
    for blocks in (
        read_markdown("**Annual meeting.** The yearly meeting of a school. It is open.").blocks,
        read_html("<p><strong>Annual meeting.</strong> The yearly meeting of a school. It is open.</p>").blocks,
    ):
        composition = compose(blocks)
        assert [span.of(composition.text) for span in composition.sentences] == [
            "Annual meeting. The yearly meeting of a school.",
            "It is open.",
        ]


def test_a_file_of_headings_only_can_still_be_cited() -> None:
    composition = compose(read_markdown("# Family Engagement Framework\n").blocks)
    assert [span.of(composition.text) for span in composition.sentences] == ["Family Engagement Framework"]
