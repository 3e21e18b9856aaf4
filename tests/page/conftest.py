"""The review page of a module's ``project``, and a browser that has it open."""

import pytest
from chromium import Chromium
from page_server import Page


@pytest.fixture(scope="module")
def page(project):
    page = Page(project)
    yield page
    page.close()


@pytest.fixture(scope="module")
def browser(tmp_path_factory, page):
    browser = Chromium(tmp_path_factory.mktemp("browser"))
    browser.open(page.address)
    yield browser
    browser.close()
