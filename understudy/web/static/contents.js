// Opens the table of contents of an API if the window has room beside the page.
"use strict";
for (const box of document.querySelectorAll("[data-wide-open]")) {
  box.open = matchMedia("(min-width: 56.01rem)").matches;
  box.querySelector("[aria-current]")?.scrollIntoView?.({ block: "nearest" });
}
