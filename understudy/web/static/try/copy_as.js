// Shows the request as the form holds it as code, a language each; the stand-in writes it.
import { el } from "../elements.js";
import { ask } from "./http.js";
import { about, values } from "./request_form.js";

/** Where samples.js keeps the language that was chosen. */
const STORED = "understudy-sample";

/** The sample in the language that was chosen last, or the first; some browsers allow no storage. */
function preferred(samples) {
  try {
    const { sample, language } = JSON.parse(localStorage.getItem(STORED)) ?? {};
    return samples.find(({ id }) => id === sample) ?? samples.find(each => each.language === language) ?? samples[0];
  } catch { return samples[0]; }
}
function store({ id, language }) {
  try { localStorage.setItem(STORED, JSON.stringify({ sample: id, language })); } catch { /* for this page only */ }
}

/** Show the sample in the language that is chosen. */
function view(place, samples) {
  const select = place.querySelector("select"), block = place.querySelector("pre");
  const chosen = () => samples[select.selectedIndex];
  const show = () => block.replaceChildren(el("code", { className: `language-${chosen().language}` }, chosen().code));
  select.replaceChildren(...samples.map(({ id, title }) => el("option", { value: id }, title)));
  select.selectedIndex = samples.indexOf(preferred(samples));
  select.onchange = () => { show(); store(chosen()); };
  show();
}

/** Show the form's request as code at a place; a second call hides it. */
export async function toggleCode(place) {
  const [code, why] = [place.querySelector(".code"), place.querySelector(".why")];
  if (!code.hidden || !why.hidden) {
    code.hidden = why.hidden = true;
    return;
  }
  try {
    const samples = await ask(about.samples, values());
    if (!samples?.length) throw new Error("There is no code for this request.");
    view(place, samples);
    code.hidden = false;
  } catch (error) {
    why.textContent = error.message;
    why.hidden = false;
  }
}
