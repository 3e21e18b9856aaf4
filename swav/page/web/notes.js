// Notes on a shot's takes: what was said, at which frame, what was drawn on it, and a place to say more.

import { button, h, icon, mark } from "./dom.js";
import { MOST_STROKES } from "./strokes.js";
import { ask } from "./store.js";

const DID = { approve: "approved", reject: "rejected", withdraw: "took the word back on" };

export class Notes {
  #entries = [];
  #drafts = new Map(); // by take: the frame that is drawn on, and the strokes that are not kept yet
  #drawn = [];

  // compare: where takes are looked at; pick: shows a take; name: of a take, for people; keep: writes an entry.
  constructor(compare, { pick, name, keep }) {
    Object.assign(this, { compare, pick, name, keep });
    this.text = h("textarea", { rows: "3", maxlength: "4000", placeholder: "A note on this frame", "aria-label": "Note", onkeydown: (event) => { if (event.key === "Enter" && event.ctrlKey) this.add(); if (event.key === "Escape") this.text.blur(); } });
    this.by = h("input", { value: localStorage.getItem("by") ?? "", maxlength: "80", "aria-label": "Your name", placeholder: "Your name", autocomplete: "off", onchange: () => localStorage.setItem("by", this.by.value) });
    if (!this.by.value) ask("/api/person").then((found) => { this.by.value ||= found.by; }).catch(() => {});
    this.pencil = button("Draw", () => this.draw(), { picture: "pencil", key: "Shift N", label: "Draw on the frame", pressed: false });
    this.back = button("", () => this.undo(), { picture: "undo", label: "Take the last stroke back", kind: "bare" });
    this.drawing = h("p", { class: "dim small", role: "status" });
    compare.addEventListener("frame", () => this.show());
  }

  // What was said of a shot, the newest first.
  section(entries) {
    this.#entries = entries;
    this.show();
    return h("section", {}, h("h2", {}, "Notes", h("span", { class: "dim" }, ` ${entries.length || "none yet"}`)), h("ul", { class: "notes" }, entries.toReversed().map((entry) => this.#entry(entry))),
      this.text, this.drawing, h("div", { class: "buttons" }, this.pencil, this.back), h("div", { class: "buttons signed" }, this.by, button("Add the note", () => this.add(), { picture: "note", key: "Ctrl Enter" })));
  }

  #entry(entry) {
    const at = entry.frame !== null ? button(String(entry.frame), () => this.#go(entry), { kind: "frame-link", label: `Go to frame ${entry.frame}` }) : h("span", {}, mark(entry.kind));
    return h("li", {}, at, h("div", {}, h("p", { class: "dim" }, entry.drawing.length > 0 && h("span", { class: "drawn", title: "with a drawing" }, icon("pencil"), "drawn on "), DID[entry.kind] && `${DID[entry.kind]} `, this.name(entry.take)),
      entry.text && h("p", { class: "text" }, entry.text), h("p", { class: "dim small" }, `${entry.by}, ${entry.when}`)));
  }

  #go(entry) {
    this.pick(entry.take);
    this.compare.halt();
    this.compare.seek(entry.frame);
  }

  // Entries of the take that is looked at which have a frame.
  #here() {
    return this.#entries.filter((entry) => entry.take && entry.take === this.compare.a?.key && entry.frame !== null);
  }

  get #draft() {
    return this.#drafts.get(this.compare.a?.key);
  }

  // Over the frame that is seen: what was drawn on it, and what is being drawn.
  show() {
    const frame = this.compare.frame;
    const found = this.#here().filter((entry) => entry.frame === frame).flatMap((entry) => entry.drawing);
    const draft = this.#draft;
    this.#drawn = [...found, ...(draft?.frame === frame ? draft.strokes : [])];
    this.compare.strokes.show(this.#drawn);
    this.back.disabled = !draft?.strokes.length;
    this.drawing.textContent = draft?.strokes.length ? `Drawn on frame ${draft.frame}: it is kept with the note.` : this.pencil.getAttribute("aria-pressed") === "true" ? "Draw on the picture of A with mouse, finger or pen." : "";
  }

  draw(on = this.pencil.getAttribute("aria-pressed") !== "true") {
    this.pencil.setAttribute("aria-pressed", String(on));
    this.compare.halt();
    this.compare.strokes.pen(on ? { may: () => this.#ready(), drawn: (stroke) => this.#stroke(stroke) } : null);
    this.show();
  }

  // A drawing belongs to one frame: who begins at another is brought back to it first.
  #ready() {
    const { compare } = this;
    if (!compare.a?.made) return false;
    compare.halt();
    const draft = this.#draft;
    if (!draft?.strokes.length) this.#drafts.set(compare.a.key, { frame: compare.frame, strokes: [] });
    else if (draft.frame !== compare.frame) return compare.seek(draft.frame), false;
    return (this.#draft?.strokes.length ?? 0) < MOST_STROKES;
  }

  #stroke(stroke) {
    this.#draft?.strokes.push(stroke);
    this.show();
  }

  undo() {
    this.#draft?.strokes.pop();
    this.show();
  }

  async add() {
    const draft = this.#draft;
    const drawn = draft?.strokes.length ? draft : null;
    const kept = await this.keep({ kind: "note", frame: drawn ? drawn.frame : this.compare.frame, drawing: drawn ? drawn.strokes : [], text: this.text.value });
    if (!kept) return;
    if (drawn) this.#drafts.delete(this.compare.a?.key);
    this.text.value = "";
    this.text.blur();
    this.draw(false);
  }

  // A rejection says why: the words are asked for first.
  async reject() {
    this.text.placeholder = "Why? Then press X or Reject again.";
    if (!this.text.value.trim()) return this.text.focus();
    if (!(await this.keep({ kind: "reject", frame: null, text: this.text.value }))) return;
    this.text.value = "";
    this.text.blur();
  }
}
