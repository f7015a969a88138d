// Opens the table of contents of an API if the window has room beside the page.
"use strict";
for (const box of document.querySelectorAll("[data-wide-open]")) {
  box.open = matchMedia("(min-width: 56.01rem)").matches;
  const here = box.querySelector("[aria-current]");
  if (here) box.parentElement.scrollTop = here.offsetTop - box.parentElement.clientHeight / 2; // not the page
}
