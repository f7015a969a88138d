// Shows the request as the form holds it as code, a language each; the stand-in writes it.
import { el } from "./elements.js";
import { ask } from "./http.js";
import { about, values } from "./request_form.js";

const STORED = "understudy-sample";

function chosen(samples) {
  try {
    const { id } = JSON.parse(localStorage.getItem(STORED)) ?? {};
    return samples.find(sample => sample.id === id) ?? samples[0];
  } catch { return samples[0]; }
}

/** The code in the language that is chosen, with a button that copies it. */
function view(samples) {
  const block = el("pre", { tabIndex: 0 });
  const select = el("select", { id: "code-language" }, ...samples.map(({ id, title }) => el("option", { value: id }, title)));
  const copy = el("button", { type: "button" }, "Copy");
  const show = () => {
    const { language, code } = samples.find(({ id }) => id === select.value);
    block.replaceChildren(el("code", { className: `language-${language}` }, code));
    copy.textContent = "Copy";
  };
  select.value = chosen(samples).id;
  select.addEventListener("change", show);
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(block.textContent);
      copy.textContent = "Copied";
    } catch {  // the browser forbids it: select the text, so that it can be copied by hand
      getSelection().selectAllChildren(block);
      copy.textContent = "Selected";
    }
  });
  show();
  return [el("p", { className: "row" }, el("label", { htmlFor: "code-language" }, "The request as code"), select), block, el("p", {}, copy)];
}

/** Show the form's request as code at a place; a second call hides it. */
export async function toggleCode(place) {
  if (place.hasChildNodes()) return place.replaceChildren();
  try {
    const samples = await ask(about.samples, values());
    place.replaceChildren(...(samples?.length ? view(samples) : [el("p", { className: "why" }, "There is no code for this request.")]));
  } catch (error) {
    place.replaceChildren(el("p", { className: "why" }, error.message));
  }
}
