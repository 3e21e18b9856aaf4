// Another voice for a line: as an edit of the storyboard like any other, with its price before it is written.

import { button, h } from "./dom.js";
import { copy, isGroup } from "./edits.js";
import { hindrance, priced, priceOf, refused, written } from "./price.js";
import { ask, store } from "./store.js";

const OTHERS = ["voice", "speaker"]; // what says in a line who speaks it

// The edits by which a line is spoken by another; null: by whom the film says.
export function edits(shot, narration, other) {
  const was = isGroup(narration) ? narration : { text: narration };
  const now = copy(was);
  for (const name of OTHERS) delete now[name];
  if (other) Object.assign(now, other);
  if (!isGroup(narration)) return other ? [{ shot, field: ["narration"], was: narration, value: now }] : [];
  return OTHERS.filter((name) => (was[name] ?? null) !== (now[name] ?? null)).map((name) => ({ shot, field: ["narration", name], was: was[name] ?? null, value: now[name] ?? null }));
}

export class Voices {
  constructor() {
    this.choice = h("select", { id: "another-voice", onchange: () => this.#price() });
    this.price = h("div", { class: "price", "aria-live": "polite" });
    this.foot = h("div", { class: "buttons" });
    this.section = h("section", {}, h("h2", {}, "Another voice"), h("label", { for: "another-voice", class: "dim" }, "Spoken by"), this.choice, this.foot);
  }

  // A line, and the voices that the storyboard names.
  async show(line, voices) {
    const same = this.line?.shot === line?.shot;
    this.line = line;
    this.section.hidden = !line;
    if (!line || (same && this.choice.value)) return;
    this.price.replaceChildren();
    this.foot.replaceChildren();
    if (line.recorded) return this.choice.replaceChildren(h("option", { value: "" }, "somebody recorded it: take recording out in Edit"));
    const { value } = await ask(`/api/form/${encodeURIComponent(line.shot)}`);
    if (this.line?.shot !== line.shot) return;
    this.narration = value.narration;
    const now = isGroup(value.narration) ? value.narration : {};
    const option = (name, word) => h("option", { value: JSON.stringify({ [name]: word }), selected: now[name] === word }, name === "voice" ? `${word}, a voice of the film` : word);
    this.choice.replaceChildren(h("option", { value: "null", selected: !now.voice && !now.speaker }, "the film's narrator"), ...voices.map((name) => option("voice", name)), ...line.speakers.map((name) => option("speaker", name)));
  }

  get #edits() {
    return edits(this.line.shot, this.narration, JSON.parse(this.choice.value || "null"));
  }

  async #price() {
    const wanted = this.#edits;
    const answer = await priceOf(wanted);
    if (JSON.stringify(wanted) !== JSON.stringify(this.#edits)) return;
    this.#tell(answer, wanted);
  }

  #tell(answer, wanted) {
    this.price.replaceChildren(...(wanted.length ? [...priced(answer, wanted.length, () => this.show(this.line, [])), h("section", { class: "difference" }, written(answer.difference, store.film.storyboard))] : []));
    this.foot.replaceChildren(...(wanted.length ? [button("Save", () => this.#save(wanted), { kind: "first", disabled: Boolean(hindrance(answer)) })] : []));
  }

  async #save(wanted) {
    try {
      const found = await ask("/api/save", { edits: wanted });
      if (!found.saved) return this.#tell({ plan: null, faults: [], ...found }, wanted);
    } catch (error) {
      return this.#tell(refused(error), wanted);
    }
    this.price.replaceChildren(h("section", {}, h("p", { class: "note-line" }, "Saved: the next build speaks it.")));
    this.foot.replaceChildren();
    this.choice.value = "";
    await store.read();
  }
}
