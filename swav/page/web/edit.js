// The storyboard's fields in place: with the faults of the check, and at once what a build would do then.

import { button, counted, h, image, mark } from "./dom.js";
import { Drafts, FILM } from "./drafts.js";
import { fieldId, judge, rows } from "./fields.js";
import { hindrance, priced, priceOf, refused, written } from "./price.js";
import { go } from "./route.js";
import { ask, store } from "./store.js";

const PAUSE = 200; // milliseconds of silence after which the plan is asked for

class Edit extends HTMLElement {
  shot = null;
  drafts = new Drafts();
  answer = null;
  #timer = 0;
  #asked = 0;

  connectedCallback() {
    if (this.list) return;
    this.list = h("nav", { class: "shots", "aria-label": "Shots" });
    this.head = h("div", { class: "edit-head" });
    this.fields = h("form", { class: "fields", "aria-label": "Fields", onsubmit: (event) => event.preventDefault() });
    this.difference = h("div", { class: "difference" });
    this.price = h("div", { class: "price", "aria-live": "polite" });
    this.foot = h("div", { class: "save" });
    this.append(this.list, h("div", { class: "middle" }, this.head, this.fields), h("aside", { class: "rail price-rail", "aria-label": "What a build would do" }, this.price, this.foot));
    addEventListener("beforeunload", (event) => { if (this.drafts.edits().length) event.preventDefault(); });
  }

  async update(shot) {
    const wanted = shot === "film" ? FILM : store.shot(shot)?.id ?? store.film.shots[0]?.id ?? FILM;
    const moved = wanted !== this.shot;
    this.shot = wanted;
    await this.#read(wanted);
    if (this.shot !== wanted) return;
    this.#list();
    if (moved || !this.fields.contains(document.activeElement)) this.#form();
    this.#plan();
  }

  async #read(shot) {
    try {
      const found = await ask(shot ? `/api/form/${encodeURIComponent(shot)}` : "/api/form");
      if (this.drafts.read(shot, found)) this.message = `${found.file} was edited elsewhere; its words were taken over, yours are kept.`;
    } catch (error) {
      this.price.replaceChildren(h("section", {}, h("p", { class: "is-fail" }, error.message)));
    }
  }

  #list() {
    const pending = new Set((this.answer?.edited?.made ?? []).filter((item) => item.kind !== "reel").map((item) => item.shot));
    const ids = this.drafts.of(this.shot)?.ids ?? [];
    const faulty = new Set((this.answer?.faults ?? []).filter((fault) => fault.route[0] === "shots").map((fault) => ids[fault.route[1]]));
    const edited = new Set(this.drafts.edits().map((edit) => edit.shot));
    this.list.replaceChildren(...store.film.shots.map((shot) => h("a", { href: `#/edit/${encodeURIComponent(shot.id)}`, class: "shot-link", "aria-current": shot.id === this.shot ? "true" : null },
      h("span", { class: "picture" }, shot.picture && image(`/${shot.picture}`)),
      h("span", {}, h("b", {}, shot.id), edited.has(shot.id) && mark("pending", "edited"), !edited.has(shot.id) && pending.has(shot.id) && mark("pending", "made anew by these edits"), faulty.has(shot.id) && mark("warn", "has a fault"),
        h("br"), h("span", { class: "dim" }, `${shot.source}, ${shot.seconds.toFixed(1)} s`)))),
    h("a", { href: "#/edit/film", class: "shot-link film-link", "aria-current": this.shot === FILM ? "true" : null }, h("span", {}, h("b", {}, "The film"), edited.has(FILM) && mark("pending", "edited"), h("br"), h("span", { class: "dim" }, "size, style, voice, music"))));
  }

  #form() {
    const form = this.drafts.of(this.shot);
    if (!form) return;
    this.head.replaceChildren(h("div", {}, h("h2", {}, this.shot || "The film"), h("p", { class: "dim" }, this.shot ? `from line ${form.line} of ${form.file}` : form.file)), h("span", { class: "spring" }),
      this.undoing = button("Undo", () => this.undo(), { picture: "undo", key: "Ctrl Z", disabled: !form.before.length }), this.shot && button("Open the shot", () => go("shot", this.shot), { key: "Esc" }));
    this.fields.replaceChildren(...rows(form, this), this.difference);
    this.#faults();
  }

  // What the fields tell: a value for a place, and whether it is a step of its own.
  set(route, value, step = false) {
    this.drafts.set(this.shot, route, value, step);
    if (step) {
      this.#form();
      document.getElementById(fieldId(route))?.focus();
    } else this.undoing.disabled = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#plan(), PAUSE);
  }

  rest() {
    this.drafts.rest();
  }

  undo() {
    if (!this.drafts.undo(this.shot)) return;
    this.#form();
    this.#plan();
  }

  // What a build would do then; an answer that is overtaken by the next question is dropped.
  async #plan() {
    clearTimeout(this.#timer);
    const number = (this.#asked += 1);
    const edits = this.drafts.edits();
    const answer = await priceOf(edits);
    if (number !== this.#asked) return;
    this.answer = answer;
    this.#price(edits);
    this.#faults();
    this.#list();
    this.difference.replaceChildren(...written(answer.difference, store.film.storyboard));
  }

  #faults() {
    const form = this.drafts.of(this.shot);
    const here = (fault) => (this.shot ? fault.route[0] === "shots" && form?.ids[fault.route[1]] === this.shot : fault.route[0] !== "shots");
    judge(this.fields, form, (this.answer?.faults ?? []).filter(here).map((fault) => ({ ...fault, inside: this.shot ? fault.route.slice(2) : fault.route })));
  }

  #price(edits) {
    const stop = hindrance(this.answer);
    this.price.replaceChildren(...(this.message ? [h("p", { class: "note-line" }, this.message)] : []), ...priced(this.answer, edits.length, (item, mine) => this.#choose(item, mine)));
    this.foot.replaceChildren(h("div", { class: "buttons" }, button("Save", () => this.save(), { key: "Ctrl S", kind: "first", disabled: !edits.length || Boolean(stop) }), button("Take all back", () => this.#revert(), { disabled: !edits.length })),
      h("p", { class: "small is-fail", role: "status" }, edits.length ? stop : ""), h("p", { class: "small dim" }, edits.length ? `${counted(edits.length, "edit")} not saved yet` : "Everything is saved."));
  }

  #choose(item, mine) {
    this.drafts.choose(item, mine);
    this.#form();
    this.#plan();
  }

  #revert() {
    this.drafts.revert();
    this.#form();
    this.#plan();
  }

  async save() {
    const edits = this.drafts.edits();
    if (!edits.length) return;
    try {
      const found = await ask("/api/save", { edits });
      if (!found.saved) {
        this.answer = { ...this.answer, conflicts: found.conflicts };
        return this.#price(edits);
      }
    } catch (error) {
      this.answer = refused(error, this.answer?.difference);
      return this.#price(edits);
    }
    this.message = "";
    this.drafts.saved();
    await store.read();
  }

  key(event) {
    if (event.ctrlKey && event.key === "s") return this.save(), true;
    if (event.ctrlKey && event.key === "z") return this.undo(), true;
    const ids = store.film.shots.map((shot) => shot.id);
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const next = ids[ids.indexOf(this.shot) + step];
    if (step && !event.ctrlKey && next) return go("edit", next), true;
    if (event.key === "Escape" && this.shot) return go("shot", this.shot), true;
    return false;
  }
}

customElements.define("swav-edit", Edit);
