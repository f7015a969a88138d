// Shows the element that the address names: opens the details around it, and scrolls to it. The
// stylesheet marks it (:target).
"use strict";
(() => {
  /** The element that the address names, or null. */
  function target() {
    const name = location.hash.slice(1);
    try {
      return document.getElementById(name) ?? document.getElementById(decodeURIComponent(name));
    } catch {  // a "%" that is no escape
      return null;
    }
  }
  /** Open everything around the element that the address names, and scroll to it. */
  function reveal() {
    const element = target();
    for (let box = element; box; box = box.parentElement) {
      if (box.localName === "details") box.open = true;
    }
    element?.scrollIntoView({ block: "start" });
  }
  addEventListener("hashchange", reveal);
  document.addEventListener("click", event => {  // a link to the address of now changes no address
    const link = event.target.closest?.("a[href*='#']");
    if (link && link.href === location.href) reveal();
  });
  reveal();
})();
