// The storyboard's fields in place: with the faults of the check, and at once what a build would do then.

import { button, counted, h, icon, image, mark } from "./dom.js";
import { go } from "./route.js";
import { ask, store } from "./store.js";
import { between, copy, equal, isGroup, kinds, laid, matches, time } from "./edits.js";

const PAUSE = 200; // milliseconds of silence after which the plan is asked for
const FILM = ""; // the film's own fields, which belong to no shot

class Edit extends HTMLElement {
  shot = null;
  forms = new Map(); // by shot: what was read, the draft, and the drafts before it
  #timer = 0;
  #asked = 0;
  answer = null;

  connectedCallback() {
    if (this.list) return;
    this.list = h("nav", { class: "shots", "aria-label": "Shots" });
    this.head = h("div", { class: "edit-head" });
    this.fields = h("form", { class: "fields", onsubmit: (event) => event.preventDefault() });
    this.price = h("div", { class: "price", "aria-live": "polite" });
    this.foot = h("div", { class: "save" });
    this.append(this.list, h("div", { class: "middle" }, this.head, this.fields), h("aside", { class: "rail price-rail", "aria-label": "What a build would do" }, this.price, this.foot));
    addEventListener("beforeunload", (event) => { if (this.#edits().length) event.preventDefault(); });
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

  // Read the file again; what is edited here and not saved stays as it is typed.
  async #read(shot) {
    let found;
    try {
      found = await ask(shot ? `/api/form/${encodeURIComponent(shot)}` : "/api/form");
    } catch (error) {
      return this.price.replaceChildren(h("section", {}, h("p", { class: "is-fail" }, error.message)));
    }
    const known = this.forms.get(shot);
    const { value, ...rest } = found;
    if (!known) {
      const kept = JSON.parse(sessionStorage.getItem(`draft ${found.file} ${shot}`) ?? "null");
      this.forms.set(shot, { ...rest, was: kept?.was ?? value, draft: kept?.draft ?? copy(value), before: [], after: [] });
    } else if (!equal(known.was, value)) {
      // Edited elsewhere: taken over where nothing was typed here; else the saving asks.
      if (equal(known.was, known.draft)) Object.assign(known, { was: value, draft: copy(value) });
      else {
        const mine = between(known.was, known.draft);
        const theirs = between(known.was, value).map((edit) => JSON.stringify(edit.field));
        if (!mine.some((edit) => theirs.includes(JSON.stringify(edit.field)))) {
          Object.assign(known, { was: value, draft: laid(copy(value), mine) });
          this.#told(`${found.file} was edited elsewhere; its words were taken over, yours are kept.`);
        }
      }
    }
    Object.assign(this.forms.get(shot), rest);
  }

  #told(words) {
    this.message = words;
  }

  #edits() {
    return [...this.forms].flatMap(([shot, form]) => between(form.was, form.draft).map((edit) => ({ shot, ...edit })));
  }

  #list() {
    const pending = new Set((this.answer?.edited?.made ?? []).filter((item) => item.kind !== "reel").map((item) => item.shot));
    const faulty = this.#faultsByShot();
    const edited = new Set(this.#edits().map((edit) => edit.shot));
    this.list.replaceChildren(...store.film.shots.map((shot) => h("a", { href: `#/edit/${encodeURIComponent(shot.id)}`, class: "shot-link", "aria-current": shot.id === this.shot ? "true" : null },
      h("span", { class: "picture" }, shot.picture && image(`/${shot.picture}`)),
      h("span", {}, h("b", {}, shot.id), edited.has(shot.id) && mark("pending", "edited"), !edited.has(shot.id) && pending.has(shot.id) && mark("pending", "made anew by these edits"), faulty.has(shot.id) && mark("warn", "has a fault"),
        h("br"), h("span", { class: "dim" }, `${shot.source}, ${shot.seconds.toFixed(1)} s`)))),
    h("a", { href: "#/edit/film", class: "shot-link film-link", "aria-current": this.shot === FILM ? "true" : null }, h("span", {}, h("b", {}, "The film"), edited.has(FILM) && mark("pending", "edited"), h("br"), h("span", { class: "dim" }, "size, style, voice, music"))));
  }

  #faultsByShot() {
    const ids = this.forms.get(this.shot)?.ids ?? [];
    return new Set((this.answer?.faults ?? []).filter((fault) => fault.route[0] === "shots").map((fault) => ids[fault.route[1]]));
  }

  // --- the form

  #form() {
    const form = this.forms.get(this.shot);
    if (!form) return;
    this.head.replaceChildren(h("div", {}, h("h2", {}, this.shot || "The film"), h("p", { class: "dim" }, this.shot ? `from line ${form.line} of ${form.file}` : form.file)), h("span", { class: "spring" }),
      button("Undo", () => this.undo(), { picture: "undo", key: "Ctrl Z", disabled: !form.before.length }), this.shot && button("Open the shot", () => go("shot", this.shot), { key: "Esc" }));
    const names = Object.keys(form.draft).filter((name) => name !== "id");
    const absent = Object.keys(form.fields).filter((name) => !(name in form.draft));
    const rows = names.map((name) => this.#row(name, form.draft[name], form.fields[name] ?? {}, [name]));
    const add = h("select", { "aria-label": "Add a field", onchange: () => add.value && this.#add(add.value) }, h("option", { value: "" }, "Add a field …"), absent.map((name) => h("option", { value: name }, `${name}: ${form.fields[name].help}`.slice(0, 110))));
    this.fields.replaceChildren(...rows, h("div", { class: "row" }, h("span"), add), this.difference ??= h("div", { class: "difference" }));
    this.#faults();
  }

  #row(name, value, field, route, depth = 0) {
    const remove = button("", () => this.#set(route, null, true), { picture: "fail", label: `Take ${name} out`, kind: "bare remove" });
    const label = depth ? name : h("span", { title: field.help }, name);
    if (isGroup(value)) {
      const parts = field.parts ?? {};
      const absent = Object.keys(parts).filter((part) => !(part in value));
      const add = h("select", { class: "more", "aria-label": `Add to ${name}`, onchange: () => add.value && this.#set([...route, add.value], "", true) }, h("option", { value: "" }, "Add …"), absent.map((part) => h("option", { value: part }, `${part}: ${parts[part].help}`.slice(0, 90))));
      return h("fieldset", { class: `row group depth-${depth}` }, h("legend", { class: "name", title: field.help }, name), h("div", { class: "parts" },
        Object.entries(value).map(([part, item]) => this.#row(part, item, parts[part] ?? {}, [...route, part], depth + 1)), absent.length ? add : ""), remove);
    }
    if (Array.isArray(value)) {
      const item = field.item ?? {};
      return h("fieldset", { class: `row group depth-${depth}` }, h("legend", { class: "name", title: field.help }, name), h("div", { class: "parts" }, value.map((each, number) => this.#row(String(number + 1), each, item, [...route, number], depth + 1))), remove);
    }
    return h("div", { class: `row leaf depth-${depth}`, "data-route": JSON.stringify(route) }, h("label", { class: "name", for: this.#id(route), title: field.help }, label), h("div", { class: "field" }, this.#control(value, field, route), h("p", { class: "fault", role: "alert", hidden: true })), remove);
  }

  #id(route) {
    return `field-${route.join("-")}`;
  }

  #control(value, field, route) {
    const shared = { id: this.#id(route), oninput: (event) => this.#set(route, event.target.value), onchange: () => this.#step(), spellcheck: String(Boolean(field.long)) };
    if (field.choices && !field.plain && !field.parts && (value === "" || field.choices.includes(value)))
      return h("select", { ...shared, value }, value === "" && h("option", { value: "" }, "choose …"), field.choices.map((choice) => h("option", { value: choice, selected: choice === value }, choice)));
    if (field.long || (value ?? "").length > 48) {
      const made = h("textarea", { ...shared, rows: String(Math.min(9, Math.max(2, Math.ceil((value ?? "").length / 62)))) });
      made.value = value ?? "";
      return made;
    }
    const many = [...(field.choices ?? []), ...(field.examples ?? [])];
    const list = many.length ? h("datalist", { id: `${shared.id}-list` }, many.map((choice) => h("option", { value: choice }))) : null;
    return [h("input", { ...shared, value: value ?? "", list: list?.id, autocomplete: "off", placeholder: "", size: String(Math.max(14, Math.min(48, (value ?? "").length + 4))) }), list, !value || (field.help?.length ?? 0) > 76 ? null : h("span", { class: "help dim" }, field.help)];
  }

  // --- edits and undo

  #add(name) {
    const field = this.forms.get(this.shot).fields[name];
    const group = field.parts && !field.plain && !field.choices;
    const list = field.item && !field.plain && !field.parts;
    this.#set([name], group ? Object.fromEntries((field.needs?.length ? field.needs : [Object.keys(field.parts)[0]]).map((part) => [part, ""])) : list ? [""] : "", true);
    document.getElementById(this.#id([name]))?.focus();
  }

  #set(route, value, whole = false) {
    const form = this.forms.get(this.shot);
    if (!this.typing || whole) form.before.push(copy(form.draft));
    this.typing = !whole;
    let at = form.draft;
    for (const key of route.slice(0, -1)) at = at[key];
    const last = route.at(-1);
    if (value !== null) at[last] = value;
    else if (Array.isArray(at)) at.splice(last, 1);
    else delete at[last];
    this.#keep();
    if (whole) this.#form();
    else this.head.querySelector("button").disabled = false;
    this.#soon();
  }

  // A field is left: what is typed next is another step to undo.
  #step() {
    this.typing = false;
  }

  undo() {
    const form = this.forms.get(this.shot);
    if (!form?.before.length) return;
    form.draft = form.before.pop();
    this.typing = false;
    this.#keep();
    this.#form();
    this.#soon();
  }

  #keep() {
    const form = this.forms.get(this.shot);
    const name = `draft ${form.file} ${this.shot}`;
    if (equal(form.was, form.draft)) sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, JSON.stringify({ was: form.was, draft: form.draft }));
  }

  // --- what a build would do then

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#plan(), PAUSE);
  }

  async #plan() {
    const number = (this.#asked += 1);
    const edits = this.#edits();
    let answer;
    try {
      answer = await ask("/api/preview", { edits });
    } catch (error) {
      answer = { problem: error.message, faults: error.answer.faults ?? [], conflicts: [], difference: [] };
    }
    if (number !== this.#asked) return;
    this.answer = answer;
    this.#price(edits);
    this.#faults();
    this.#list();
    this.#written();
  }

  #faults() {
    const ids = this.forms.get(this.shot)?.ids ?? [];
    for (const row of this.fields.querySelectorAll(".leaf")) {
      const route = JSON.parse(row.dataset.route);
      const mine = (this.answer?.faults ?? []).filter((fault) => this.#here(fault, ids) && matches(this.#inside(fault), route));
      row.classList.toggle("faulty", mine.length > 0);
      const said = row.querySelector(".fault");
      said.hidden = !mine.length;
      said.replaceChildren(...mine.flatMap((fault) => [icon("warn"), h("span", {}, `line ${fault.line}: ${fault.message}; ${fault.remedy}`)]));
      const control = row.querySelector("input, textarea, select");
      control?.setAttribute("aria-invalid", String(mine.length > 0));
      const form = this.forms.get(this.shot);
      const was = route.reduce((at, key) => at?.[key], form?.was);
      const now = route.reduce((at, key) => at?.[key], form?.draft);
      row.classList.toggle("edited", !equal(was ?? null, now ?? null));
    }
  }

  #here(fault, ids) {
    return this.shot ? fault.route[0] === "shots" && ids[fault.route[1]] === this.shot : fault.route[0] !== "shots";
  }

  #inside(fault) {
    return this.shot ? fault.route.slice(2) : fault.route;
  }

  #price(edits) {
    const { plan, edited, faults, conflicts, problem } = this.answer;
    const shown = [];
    if (this.message) shown.push(h("p", { class: "note-line" }, this.message));
    if (problem && !faults.length) shown.push(h("p", { class: "is-fail" }, problem));
    if (conflicts.length) shown.push(this.#asking(conflicts));
    if (faults.length) shown.push(h("section", {}, h("h2", { class: "is-fail" }, icon("warn"), ` ${counted(faults.length, "fault")}`), h("ul", { class: "plain faults" }, faults.slice(0, 8).map((fault) => h("li", {}, h("b", {}, fault.field), ` line ${fault.line}: ${fault.message}; ${fault.remedy}`)))));
    if (plan) {
      const takes = plan.pending.length;
      const big = plan.ready ? "Nothing to make" : !takes ? "No take" : plan.renders && plan.minutes ? `${time(plan.minutes)}` : counted(takes, "take");
      shown.push(h("section", {}, h("p", { class: "dim" }, edits.length ? `With ${edits.length === 1 ? "this edit" : `these ${edits.length} edits`} a build makes` : "A build makes"), h("p", { class: "big" }, big),
        plan.summary.map((words) => h("p", { class: "dim" }, words)), plan.common.map((words) => h("p", { class: "dim" }, words))));
      const rows = [...plan.pending.filter((item) => item.why).map((item) => [item.shot, "a new take", item.why, item.minutes]), ...plan.edits.map((item) => [item.about, "", item.words, 0])];
      if (rows.length) shown.push(h("section", {}, h("ul", { class: "reasons" }, rows.slice(0, 30).map(([about, what, why, minutes]) => h("li", {}, mark("pending"), h("div", {}, h("b", {}, about), what && ` ${what}`, h("p", { class: "dim" }, why)), h("span", { class: "count" }, minutes ? time(minutes) : minutes === null ? "?" : ""))))));
      if (edits.length && edited) shown.push(h("section", {}, h("h3", { class: "is-pass" }, icon("pass"), " Stays as it is"), h("p", { class: "dim" }, `${counted(edited.stays, "file")}; ${counted(edited.made.length, "other")} ${edited.made.length === 1 ? "is" : "are"} made anew: ${kinds(edited.made)}.`)));
    }
    this.price.replaceChildren(...shown);
    const stop = faults.length ? `${counted(faults.length, "fault")} must go first.` : problem ? "Not to be saved as it is." : "";
    this.foot.replaceChildren(h("div", { class: "buttons" }, button("Save", () => this.save(), { key: "Ctrl S", kind: "first", disabled: !edits.length || Boolean(stop) }), button("Take all back", () => this.#revert(), { disabled: !edits.length })),
      h("p", { class: "small is-fail", role: "status" }, edits.length ? stop : ""), h("p", { class: "small dim" }, edits.length ? `${counted(edits.length, "edit")} not saved yet` : "Everything is saved."));
  }

  // Both hands touched the same place: both texts, and the choice.
  #asking(conflicts) {
    const words = (value) => (value === null ? "nothing" : typeof value === "string" ? value : JSON.stringify(value));
    return h("section", { class: "conflict", role: "alert" }, h("h2", { class: "is-warn" }, "Edited elsewhere meanwhile"), conflicts.map((item) => h("div", {}, h("p", {}, h("b", {}, [item.shot, ...item.field].filter((part) => part !== "").join(" · "))),
      h("p", {}, h("span", { class: "dim" }, "yours: "), words(item.value)), h("p", {}, h("span", { class: "dim" }, "in the file: "), words(item.now)),
      h("div", { class: "buttons" }, button("Keep mine", () => this.#choose(item, true)), button("Keep the file's", () => this.#choose(item, false))))));
  }

  #choose(item, mine) {
    const form = this.forms.get(item.shot);
    laid(form.was, [{ field: item.field, value: item.now }]);
    if (!mine) laid(form.draft, [{ field: item.field, value: item.now }]);
    this.#form();
    this.#plan();
  }

  #written() {
    const lines = this.answer.difference;
    this.difference.replaceChildren(...(lines.length ? [h("h3", {}, `What is written into ${store.film.storyboard}`), h("pre", { tabindex: "0" }, lines.map((line) => h("span", { class: line[0] === "+" ? "added" : line[0] === "-" ? "removed" : line[0] === "@" ? "place" : "" }, `${line}\n`)))] : []));
  }

  #revert() {
    for (const [shot, form] of this.forms) {
      if (!equal(form.was, form.draft)) form.before.push(form.draft);
      form.draft = copy(form.was);
      sessionStorage.removeItem(`draft ${form.file} ${shot}`);
    }
    this.#form();
    this.#plan();
  }

  async save() {
    const edits = this.#edits();
    if (!edits.length) return;
    try {
      const found = await ask("/api/save", { edits });
      if (!found.saved) {
        this.answer = { ...this.answer, conflicts: found.conflicts };
        return this.#price(edits);
      }
    } catch (error) {
      this.answer = { problem: error.message, faults: error.answer.faults ?? [], conflicts: [], difference: this.answer?.difference ?? [] };
      return this.#price(edits);
    }
    this.message = "";
    for (const [shot, form] of this.forms) {
      form.was = copy(form.draft);
      sessionStorage.removeItem(`draft ${form.file} ${shot}`);
    }
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
