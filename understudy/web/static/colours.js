// Colours code (class "language-NAME") by highlight.js, when it comes into view.
"use strict";
(() => {
  const language = code => /language-([\w-]+)/.exec(code.className)?.[1];
  const seen = new IntersectionObserver(entries => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      hljs.highlightElement(target);
    }
  }, { rootMargin: "300px" });

  const CODE = "pre code[class*='language-']:not([data-highlighted])";

  /** Colour an element that is code, and the code below it, except for languages that highlight.js does
      not know. */
  function colour(root) {
    for (const code of [...(root.matches?.(CODE) ? [root] : []), ...root.querySelectorAll(CODE)]) {
      if (hljs.getLanguage(language(code))) seen.observe(code);
    }
  }
  if (!("hljs" in window)) return;
  colour(document);
  new MutationObserver(records => {  // what other scripts add
    for (const { addedNodes } of records) {
      for (const node of addedNodes) if (node.nodeType === Node.ELEMENT_NODE) colour(node);
    }
  }).observe(document.body, { childList: true, subtree: true });
})();
