"""Whatever text goes into a page comes out as text: nothing that a model or a spec says can become markup."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from meterproof.report.markup import clean, element, write
from tests.report.pages import read

TEXTS = st.text(st.characters(exclude_categories=("Cs",)) | st.sampled_from("<>&\"'/=;#-!"), max_size=30)


@given(TEXTS, TEXTS, TEXTS)
@example("</p><script>alert(1)</script>", '" onload="alert(1)', "&lt;<!--")
@settings(max_examples=60)
def test_text_and_attributes_are_read_back_as_they_were(first: str, value: str, last: str) -> None:
    page = read(write(element("p", first, element("b", last, title=value), last)))
    [p] = page.all("p")
    assert p.text == clean(first) + 2 * clean(last)
    assert [b.attributes for b in p.all("b")] == [{"title": clean(value)}]
    assert {n.tag for n in page.all()} == {"", "p", "b"}


def test_what_no_document_may_contain_is_replaced() -> None:
    assert clean("a\x00b\ud800c\x1bd\te\n") == "a\ufffdb\ufffdc\ufffdd\te\n"


def test_an_attribute_that_is_false_or_none_is_left_out() -> None:
    made = element("button", hidden=False, disabled=True, title=None, aria_label="x", class_="y")
    assert made.attrib == {"disabled": "", "aria-label": "x", "class": "y"}


def test_a_script_that_could_end_early_is_refused() -> None:
    with pytest.raises(AssertionError, match="can't contain"):
        element("script", "let x = '</script>'")
