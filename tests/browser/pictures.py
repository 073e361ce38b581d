"""The pictures of lessons, taken from the demo: `python -m tests.browser.pictures [FOLDER]`, light and dark, as WebP."""

from __future__ import annotations

import base64
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from attain.playbook.course import packaged_folder
from tests.browser.conftest import ARGUMENTS
from tests.browser.serving import PASSWORD, chromium, running

SIZE: ViewportSize = {"width": 1280, "height": 800}
PANEL = "#panel .panel"


@dataclass(frozen=True)
class Picture:
    """A picture: its name, the page, the element that is shown, and the pixels after which it is cut."""

    name: str
    address: str
    element: str = "main"
    height: int = 640


PICTURES = (
    Picture("overview", "/1000001/membership/"),
    Picture("designation", "/1000001/membership/security/"),
    Picture("metric-card", "/1000001/membership/security/", ".metric-card >> nth=0"),
    Picture("details", "/1000001/membership/security/net_customer_adds/", PANEL),
    Picture("requirements", "/1000001/membership/security/net_customer_adds/requirements/", PANEL),
    Picture("certificates", "/1000001/membership/security/intermediate_certifications/", PANEL),
    Picture("history", "/1000001/membership/history/?designation=security"),
    Picture("offers", "/1000001/membership/offers/"),
    Picture("reconcile", "/1000001/membership/reconcile/?designation=security"),
    Picture("customers", "/1000001/insights/customers/?designation=security&criterion=security.net_customer_adds.azure"),
    Picture("skilling", "/1000001/insights/skilling/"),
    Picture("trends", "/1000001/insights/trends/"),
    Picture("data", "/1000001/data/"),
)
_TO_WEBP = """async ([png, quality]) => {
  const image = new Image();
  image.src = "data:image/png;base64," + png;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", quality).split(",")[1];
}"""
_QUALITY = "0.72"


def main(folder: Path) -> None:
    """Take the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, running(Path(place)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for scheme in ("light", "dark"):
            _take(browser, server.url, scheme, folder)
        browser.close()


def _take(browser: Browser, url: str, scheme: str, folder: Path) -> None:
    context = browser.new_context(
        base_url=url, viewport=SIZE, color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
    )
    page, paper = context.new_page(), browser.new_page()
    page.goto("/account/login/")
    page.get_by_label("Email").fill("global@contoso.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda address: "/account/login/" not in address)
    for picture in PICTURES:
        page.goto(picture.address)
        (folder / f"{picture.name}.{scheme}.webp").write_bytes(_webp(paper, _cut(page, picture)))
    context.close()
    paper.close()


def _cut(page: Page, picture: Picture) -> bytes:
    box = page.locator(picture.element).bounding_box()
    assert box, picture.name
    clip = {"x": box["x"], "y": box["y"], "width": box["width"], "height": min(box["height"], picture.height)}
    return page.screenshot(clip=clip, full_page="#panel" not in picture.element)  # pyright: ignore[reportArgumentType] - it has the keys


def _webp(paper: Page, png: bytes) -> bytes:
    return base64.b64decode(paper.evaluate(_TO_WEBP, [base64.b64encode(png).decode(), float(_QUALITY)]))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else packaged_folder() / "pictures")
