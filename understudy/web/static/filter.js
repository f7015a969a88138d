// Shows only what has the words that one types, and the chosen bases.
"use strict";
for (const form of document.querySelectorAll(".filter")) {
  const all = [...document.querySelectorAll(form.dataset.filter)];
  const apply = () => {
    const words = form.querySelector("input[type=text]").value.toLowerCase().split(/\s+/);
    const bases = [...form.querySelectorAll("input:checked")].map(box => box.value);
    let count = 0;
    for (const one of all) {
      const text = one.textContent.toLowerCase();
      one.hidden = !(bases.includes(one.dataset.rule) && words.every(word => text.includes(word)));
      count += !one.hidden;
    }
    for (const part of document.querySelectorAll("main section")) {
      part.hidden = !part.querySelector(`${form.dataset.filter}:not([hidden])`);
    }
    form.querySelector("output").textContent = `${count} of ${all.length}`;
  };
  form.hidden = false;
  form.addEventListener("input", apply);
  apply();
}
