// What is edited and not saved: by shot what was read, the draft of it, and the drafts before that. Data alone.

import { between, copy, equal, laid } from "./edits.js";

export const FILM = ""; // the film's own fields, which belong to no shot

export class Drafts {
  #forms = new Map();

  of(shot) {
    return this.#forms.get(shot);
  }

  // The file was read again: what is typed and not saved stays. Whether words of another hand were taken over.
  read(shot, { value, ...rest }) {
    const known = this.#forms.get(shot);
    let merged = false;
    if (!known) {
      const kept = JSON.parse(sessionStorage.getItem(`draft ${rest.file} ${shot}`) ?? "null");
      this.#forms.set(shot, { ...rest, was: kept?.was ?? value, draft: kept?.draft ?? copy(value), before: [] });
    } else if (!equal(known.was, value)) {
      // Edited elsewhere: taken over where nothing was typed here; where both edited one place, the saving asks.
      if (equal(known.was, known.draft)) Object.assign(known, { was: value, draft: copy(value) });
      else {
        const mine = between(known.was, known.draft);
        const theirs = between(known.was, value).map((edit) => JSON.stringify(edit.field));
        merged = !mine.some((edit) => theirs.includes(JSON.stringify(edit.field)));
        if (merged) Object.assign(known, { was: value, draft: laid(copy(value), mine) });
      }
    }
    Object.assign(this.#forms.get(shot), rest);
    return merged;
  }

  // Every edit that is not saved, of all shots.
  edits() {
    return [...this.#forms].flatMap(([shot, form]) => between(form.was, form.draft).map((edit) => ({ shot, ...edit })));
  }

  // Put a value at a place, or nothing; ``step``: it is one to undo by itself, and does not go on from the one before.
  set(shot, route, value, step) {
    const form = this.#forms.get(shot);
    if (!this.typing || step) form.before.push(copy(form.draft));
    this.typing = !step;
    const at = route.slice(0, -1).reduce((inner, key) => inner[key], form.draft);
    const last = route.at(-1);
    if (value !== null) at[last] = value;
    else if (Array.isArray(at)) at.splice(last, 1);
    else delete at[last];
    this.#keep(shot, form);
  }

  // A field is left: what is typed next is another step to undo.
  rest() {
    this.typing = false;
  }

  // Whether there was a step to take back.
  undo(shot) {
    const form = this.#forms.get(shot);
    if (!form?.before.length) return false;
    form.draft = form.before.pop();
    this.typing = false;
    this.#keep(shot, form);
    return true;
  }

  // Where both hands edited one place: what the file has is known now; mine stays, or gives way to it.
  choose({ shot, field, now }, mine) {
    const form = this.#forms.get(shot);
    laid(form.was, [{ field, value: now }]);
    if (!mine) laid(form.draft, [{ field, value: now }]);
  }

  revert() {
    for (const [shot, form] of this.#forms) {
      if (!equal(form.was, form.draft)) form.before.push(form.draft);
      form.draft = copy(form.was);
      this.#keep(shot, form);
    }
  }

  saved() {
    for (const [shot, form] of this.#forms) {
      form.was = copy(form.draft);
      this.#keep(shot, form);
    }
  }

  // What is not saved outlives a reload.
  #keep(shot, form) {
    const name = `draft ${form.file} ${shot}`;
    if (equal(form.was, form.draft)) sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, JSON.stringify({ was: form.was, draft: form.draft }));
  }
}
