// Marks in the list "On this page" the section that is in view.
"use strict";
for (const list of document.querySelectorAll(".here")) {
  const script = list.querySelector("li[hidden]");
  if (script) script.hidden = false;  // a section that exists only with scripts
  const links = [...list.querySelectorAll("a[href^='#']")];
  const sections = links.map(link => document.getElementById(link.hash.slice(1)));
  const inside = element => element.checkVisibility() && element.getBoundingClientRect().top < innerHeight * .3;

  /** Mark the last section that has begun in the upper part of the window. */
  const mark = () => {
    const here = sections.findLastIndex(section => section && inside(section));
    links.forEach((link, number) => {
      if (number === here) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    });
  };
  const observer = new IntersectionObserver(mark, { rootMargin: "0px 0px -70% 0px" });
  for (const section of sections.filter(Boolean)) observer.observe(section);
}
