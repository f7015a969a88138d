// Loads the search at its first use: MiniSearch, the engine and the index.
"use strict";
window.understudySearch = (() => {
  let loading = null;

  function script(address) {
    return new Promise((done, failed) => {
      const element = Object.assign(document.createElement("script"), { src: address, async: false, onload: done });
      element.onerror = () => failed(new Error(`${address} cannot be loaded`));
      document.head.append(element);
    });
  }

  /** Load the function that searches; the addresses are in the data of the search field. */
  function load({ component, texts, engine, index }) {
    loading ??= Promise.all([component, texts, engine, index].map(script))
      .then(() => understudySearch.engine.create(window.understudyIndex))
      .catch(error => { loading = null; throw error; });
    return loading;
  }

  /** Create an element with properties (`role`, `aria-*` are attributes) and children. */
  function el(name, properties, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
      if (/-|^role$/.test(key)) element.setAttribute(key, value);
      else element[key] = value;
    }
    element.append(...children);
    return element;
  }

  /** A text with marks where it is what was looked for. */
  function marked(text, result) {
    return understudySearch.texts.pieces(text, result)
      .map(([piece, found]) => found ? el("mark", { className: "match" }, piece) : piece);
  }

  /** The content of a result: its title, where it is, and its text around the match. */
  function content(result) {
    const text = marked(understudySearch.texts.excerpt(result.text, result), result);
    const others = result.kind === "operation" ? result.others.split(" ").map(word => marked(word, result)) : [];
    const found = others.find(pieces => pieces.some(piece => piece instanceof Element));
    return [
      el("span", { className: "title" }, ...marked(result.title, result)),
      el("span", { className: "place" }, ...marked(result.place, result)),
      el("span", { className: "text" }, ...text, ...(found ? [" · ", ...found] : [])),
    ];
  }

  return { load, el, content };
})();
