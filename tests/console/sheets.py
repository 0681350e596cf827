"""One sheet a page from the folder that pictures.py filled: with no, three and three thousand leads, on a desk and on a phone:

.venv/bin/python tests/console/sheets.py FOLDER docs/pictures/pages
"""

import base64
import html
import re
import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from console.seats import DESK_WIDTH, browsing

NAME = re.compile(r"(?P<page>.+)-(?P<rows>\d+)-(?P<width>\d+)(?P<dark>-dark)?\.png")
STYLE = """
body { margin: 12px; font: 13px sans-serif; color: #454e5c; background: #dfe3e8; }
main { display: grid; grid-template-columns: repeat(3, 740px); gap: 12px; }
figure { margin: 0; } figcaption { margin-bottom: 4px; }
.pair { display: flex; gap: 6px; align-items: flex-start; }
img { height: 350px; object-fit: cover; object-position: left top; border: 1px solid #c3cad6; }
.desk { width: 560px; } .phone { width: 162px; }
"""


def sheets(folder: Path, to: Path) -> int:
    """How many were made. Dark ones have their place in docs/design.md."""
    pages: dict[str, dict[int, dict[int, Path]]] = defaultdict(lambda: defaultdict(dict))
    for file in sorted(folder.glob("*.png")):
        found = NAME.fullmatch(file.name)
        if found and not found["dark"]:
            pages[found["page"]][int(found["rows"])][int(found["width"])] = file
    to.mkdir(parents=True, exist_ok=True)
    with browsing() as browser:
        page = browser.new_page(viewport={"width": 2270, "height": 400})
        for name, by_rows in pages.items():
            page.set_content(_sheet(by_rows))
            page.screenshot(path=to / f"{name}.jpg", type="jpeg", quality=55, full_page=True)
    return len(pages)


def _sheet(by_rows: dict[int, dict[int, Path]]) -> str:
    figures = [
        f"<figure><figcaption>{rows:,} leads</figcaption><div class=pair>{''.join(map(_image, sorted(widths.items(), reverse=True)))}</div></figure>"
        for rows, widths in sorted(by_rows.items())
    ]
    return f"<style>{STYLE}</style><main>{''.join(figures)}</main>"


def _image(of: tuple[int, Path]) -> str:
    width, file = of
    data = base64.b64encode(file.read_bytes()).decode()
    kind = "desk" if width == DESK_WIDTH else "phone"
    return f'<img class={kind} alt="{html.escape(file.stem)}" src="data:image/png;base64,{data}">'


if __name__ == "__main__":
    print(f"{sheets(Path(sys.argv[1]), Path(sys.argv[2]))} sheets in {sys.argv[2]}")
