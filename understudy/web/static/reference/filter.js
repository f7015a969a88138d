// Filters the rules of a page by words and by their bases.
"use strict";
for (const form of document.querySelectorAll(".filter")) {
  const rules = [...document.querySelectorAll(form.dataset.filter)];
  const apply = () => {
    const words = form.querySelector("input[type=text]").value.toLowerCase().split(/\s+/);
    const bases = [...form.querySelectorAll("input:checked")].map(box => box.value);
    let count = 0;
    for (const rule of rules) {
      const text = rule.textContent.toLowerCase();
      rule.hidden = !(bases.includes(rule.dataset.rule) && words.every(word => text.includes(word)));
      count += !rule.hidden;
    }
    for (const section of document.querySelectorAll("main section")) {
      section.hidden = !section.querySelector(`${form.dataset.filter}:not([hidden])`);
    }
    form.querySelector("output").textContent = `${count} of ${rules.length}`;
  };
  form.hidden = false;
  form.addEventListener("input", apply);
  apply();
}
