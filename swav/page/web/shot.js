// A shot: every take ever made of it, compared, and what is decided of them.

import "./compare.js";
import { badge, button, counted, h, icon, image, mark } from "./dom.js";
import { Notes } from "./notes.js";
import { go } from "./route.js";
import { ask, store } from "./store.js";
import { marked } from "./words.js";

const MODES = [["one", "Single", "Q"], ["side", "Side by side", "S"], ["wipe", "Wipe", "W"], ["diff", "Difference", "D"]];

class Shot extends HTMLElement {
  shot = null;
  state = null;
  mode = "side";

  connectedCallback() {
    if (this.compare) return;
    this.name = h("h2", {});
    this.modes = h("div", { class: "modes", role: "group", "aria-label": "How takes are shown" }, MODES.map(([mode, words, key]) => button(words, () => this.#show(mode), { key, pressed: false, label: words })));
    this.compare = h("swav-compare");
    this.takes = h("div", { class: "takes", role: "listbox", "aria-label": "Takes" });
    this.rail = h("aside", { class: "rail", "aria-label": "The take" });
    this.append(h("div", { class: "left" },
      h("div", { class: "shot-head" }, button("", () => this.#beside(-1), { picture: "back", label: "Shot before", key: "↑", kind: "bare" }), button("", () => this.#beside(1), { picture: "next", label: "Next shot", key: "↓", kind: "bare" }),
        this.name, h("span", { class: "spring" }), this.modes, button("Swap", () => this.#swap(), { key: "B" })),
      this.compare, this.takes), this.rail);
    this.notes = new Notes(this.compare, { pick: (key) => this.#take(key)?.made && this.#pick(key), name: (key) => this.#take(key)?.name ?? (key ? "an earlier take" : "the shot"), keep: (entry) => this.#say(entry) });
  }

  async update(shot) {
    const wanted = store.shot(shot)?.id ?? store.film.shots[0]?.id;
    if (!wanted) return;
    const another = wanted !== this.shot;
    this.shot = wanted;
    let found;
    try {
      found = await ask(`/api/shot/${encodeURIComponent(wanted)}`);
    } catch (error) {
      return this.rail.replaceChildren(h("section", {}, h("p", { class: "is-fail" }, error.message)));
    }
    if (this.shot !== wanted) return;
    this.state = found;
    const made = found.takes.filter((take) => take.made);
    if (another || !made.some((take) => take.key === this.a)) {
      const first = made.find((take) => take.chosen) ?? made[0];
      this.a = first?.key ?? null;
      this.b = made.find((take) => take.key !== this.a)?.key ?? null;
    }
    if (!made.some((take) => take.key === this.b)) this.b = made.find((take) => take.key !== this.a)?.key ?? null;
    this.#draw();
  }

  #take(key) {
    return this.state?.takes.find((take) => take.key === key) ?? null;
  }

  // A pinned shot asks for one take alone.
  #isPinned(take) {
    return this.state.pinned && take.number !== null;
  }

  #show(mode) {
    this.mode = mode;
    this.#draw();
  }

  #swap() {
    [this.a, this.b] = [this.b ?? this.a, this.a];
    this.#draw();
  }

  #pick(key, asB) {
    if (asB) [this.a, this.b] = [this.a === key ? this.b : this.a, key];
    else [this.b, this.a] = [this.b === key ? this.a : this.b, key];
    this.#draw();
  }

  #beside(step) {
    const ids = store.film.shots.map((shot) => shot.id);
    const next = ids[ids.indexOf(this.shot) + step];
    if (next) go("shot", next);
  }

  #draw() {
    const shot = store.shot(this.shot);
    const [a, b] = [this.#take(this.a), this.#take(this.b)];
    this.name.replaceChildren(this.shot, h("span", { class: "dim" }, ` ${shot.engine}, ${shot.seconds.toFixed(2)} s`));
    const mode = b && b !== a ? this.mode : "one";
    [...this.modes.children].forEach((item, number) => { item.setAttribute("aria-pressed", MODES[number][0] === mode); item.disabled = !b && MODES[number][0] !== "one"; });
    this.compare.show(a, b, mode, this.state.notes.filter((entry) => a && entry.take === a.key && entry.frame !== null).map((entry) => entry.frame));
    this.#strip();
    const typing = this.rail.contains(document.activeElement) ? document.activeElement : null;
    this.rail.replaceChildren(...[this.#differs(a, mode === "one" ? null : b), this.#decide(a), this.#gates(a), this.#keyframes(), this.notes.section(this.state.notes)].filter(Boolean));
    if (typing?.isConnected) typing.focus();
  }

  #strip() {
    const pending = this.state.takes.filter((take) => !take.made);
    const made = this.state.takes.filter((take) => take.made);
    this.takes.replaceChildren(
      h("div", { class: "takes-words" }, h("b", {}, counted(made.length, "take")), h("p", { class: "dim" }, pending.length ? `${pending.length} more may be made` : "all that were ever made")),
      ...made.map((take, number) => {
        const which = take.key === this.a ? "A" : take.key === this.b && this.mode !== "one" ? "B" : "";
        return h("button", { type: "button", class: `take${which ? " picked" : ""}`, role: "option", "aria-selected": String(Boolean(which)), onclick: (event) => this.#pick(take.key, event.shiftKey),
          "aria-label": `${number + 1}: ${take.name}, seed ${take.seed}, ${take.engine}, ${take.status}${take.chosen ? ", in the cut" : ""}`, title: take.since.length ? `since: ${take.since.join("; ")}` : "" },
        h("span", { class: "picture" }, image(`/poster/${take.media}`), which && h("b", { class: "which" }, which)),
        h("span", { class: "foot" }, h("b", {}, take.number ?? take.name), h("span", { class: "dim" }, `seed ${take.seed}`), h("span", { class: "spring" }),
          (take.chosen || this.#isPinned(take)) && h("span", { class: "in-cut" }, icon("pin"), "in the cut"), mark(take.decided ?? take.status)));
      }));
  }

  #differs(a, b) {
    if (!a) return null;
    const names = [...new Set([...Object.keys(a.recipe), ...Object.keys(b?.recipe ?? {})])];
    const other = (name) => (b ? a.recipe[name] !== b.recipe[name] : false);
    const said = (name, mine, its, kind) => (name === "prompt" || name === "negative" ? marked(mine ?? "", its ?? "", kind) : mine ?? "–");
    const same = names.filter((name) => !other(name) && name !== "prompt" && name !== "negative");
    const rows = b ? [...names.filter(other), ...(a.at !== b.at ? ["made"] : [])] : [];
    const made = (take) => take.at.slice(0, 16).replace("T", " ");
    return h("section", {}, h("h2", {}, b ? "What differs" : `Made from`),
      b && h("div", { class: "differs" }, h("span", {}), h("b", {}, `A: ${a.name}`), h("b", {}, `B: ${b.name}`),
        rows.map((name) => [h("span", { class: "dim" }, name),
          h("span", {}, name === "made" ? made(a) : said(name, a.recipe[name], b.recipe[name], "only-a")), h("span", {}, name === "made" ? made(b) : said(name, b.recipe[name], a.recipe[name], "only-b"))])),
      !b && a.recipe.prompt && h("p", {}, a.recipe.prompt),
      h("p", { class: "dim same" }, b ? "Same: " : "", same.map((name) => `${name} ${a.recipe[name]}`).join(" · ")),
      a.since.length ? h("p", { class: "why" }, `Edited since ${a.name}: ${a.since.join("; ")}`) : null);
  }

  #decide(a) {
    if (!a) return h("section", {}, h("h2", {}, "No take yet"), h("p", { class: "dim" }, store.shot(this.shot).why || "A build makes it."), h("div", { class: "buttons" }, button("Edit", () => go("edit", this.shot), { key: "E" })));
    const pinned = this.#isPinned(a);
    const other = a.number === null && a.since.length === 1 && a.since[0].startsWith("seed");
    const pin = a.number !== null
      ? button(pinned ? "Take the pin out" : `Pin ${a.name}`, () => this.#pin(pinned ? null : a), { picture: "pin", key: "P", kind: `first grow` })
      : other ? button(`Use seed ${a.seed}: nothing is rendered`, () => this.#edit([["seed", String(a.seed)]]), { picture: "pin", key: "P", kind: "first grow" }) : null;
    return h("section", {}, h("h2", {}, "Decide", h("span", { class: "dim" }, ` on A, ${a.name}`)),
      h("p", { class: "badges" }, a.decided && badge(a.decided), (a.chosen || pinned) && badge("pass", pinned ? "pinned in the cut" : "in the cut")),
      a.decidedBy && h("p", { class: "dim" }, a.decidedBy),
      h("div", { class: "buttons" },
        button(a.decided === "approve" ? "Withdraw" : "Approve", () => this.#sign(a), { picture: "pass", key: "A", kind: "good" }),
        button("Reject", () => this.notes.reject(), { picture: "fail", key: "X", kind: "bad" }), pin),
      h("p", { class: "dim small" }, pin === null ? "The storyboard asks for other words now, so it cannot be pinned; take the edit back in Edit, and it is found again."
        : a.lookAt ? `This is what it would be after step ${a.lookAt}. Approve it or pin it, and a build makes only this take whole, from there.`
        : a.number === null ? "Writes its seed into the storyboard." : pinned ? "Then the gates choose again." : `Writes take: ${a.number} into the storyboard; it is in the cut whatever the gates say. No take is rendered for it.`),
      this.said = h("p", { class: "is-fail small", role: "status" }));
  }

  #gates(a) {
    if (!a) return null;
    const bad = a.findings.filter((item) => !["pass", "not measured"].includes(item.status));
    const good = a.findings.filter((item) => item.status === "pass").map((item) => item.gate);
    return h("section", {}, h("h2", {}, "Gates", h("span", { class: "dim" }, ` of ${a.name}`)),
      bad.map((item) => h("div", { class: "finding" }, mark(item.status), h("div", {}, h("p", {}, h("b", {}, item.gate), ` ${item.sentence}`),
        item.frames.length ? h("p", { class: "frames" }, "worst: ", item.frames.slice(0, 4).map((frame) => button(`frame ${frame}`, () => { this.compare.halt(); this.compare.seek(frame); }, { kind: "small" }))) : null))),
      good.length ? h("p", { class: "is-pass small gates" }, icon("pass"), good.join(" · ")) : h("p", { class: "dim" }, a.status === "not judged" ? "Not judged yet: a build does that." : ""));
  }

  #keyframes() {
    const { keyframes, follows, line } = this.state;
    if (!keyframes.length && !line && !follows.length) return null;
    return h("section", {}, keyframes.length ? h("h2", {}, "Keyframes") : "", keyframes.map((item) => h("div", { class: "keyframe" }, item.picture && image(`/${item.picture}`), h("p", {}, h("b", {}, item.name), h("span", { class: "dim" }, ` ${item.approved ? "approved" : "not approved"} · ${item.words}`)),
      item.approvable && button(item.approved ? "Withdraw" : `Approve the ${item.name}`, () => this.#approve(item), { picture: item.approved ? undefined : "pass", kind: item.approved ? "" : "good" }))),
      follows.length ? h("p", { class: "dim" }, `Goes on from ${follows.join(" and ")}`) : "",
      line ? [h("h3", {}, "Its line"), h("audio", { controls: true, preload: "none", src: `/media/line/${line}`, "aria-label": "The spoken line" })] : "");
  }

  #sign(take) {
    return this.#say({ kind: take.decided === "approve" ? "withdraw" : "approve" });
  }

  // Write an entry into the notebook; whether it is there.
  async #say(entry) {
    try {
      await ask("/api/say", { shot: this.shot, take: this.a ?? "", by: this.notes.by.value, ...entry });
      await store.read();
      return true;
    } catch (error) {
      this.said.textContent = error.message;
      return false;
    }
  }

  async #approve(picture) {
    try {
      await ask("/api/approve-picture", { shot: this.shot, picture: picture.name, withdraw: picture.approved, by: this.by.value });
      await store.read();
    } catch (error) {
      this.said.textContent = error.message;
    }
  }

  #pin(take) {
    return this.#edit([["take", take ? String(take.number) : null]]);
  }

  async #edit(pairs) {
    try {
      const { value } = await ask(`/api/form/${encodeURIComponent(this.shot)}`);
      const edits = pairs.map(([field, wanted]) => ({ shot: this.shot, field: [field], was: value[field] ?? null, value: wanted }));
      const found = await ask("/api/save", { edits });
      if (!found.saved) this.said.textContent = "The storyboard was edited elsewhere this very moment; try again.";
      await store.read();
    } catch (error) {
      this.said.textContent = error.message;
    }
  }

  leave() {
    this.compare.halt();
  }

  key(event) {
    const made = this.state?.takes.filter((take) => take.made) ?? [];
    const digit = /^Digit([1-9])$/.exec(event.code);
    if (digit && !event.ctrlKey && !event.altKey && made[digit[1] - 1]) return this.#pick(made[digit[1] - 1].key, event.shiftKey), true;
    const a = this.#take(this.a);
    const acts = { ArrowUp: () => this.#beside(-1), ArrowDown: () => this.#beside(1), q: () => this.#show("one"), s: () => this.#show("side"), w: () => this.#show("wipe"), b: () => this.#swap(), e: () => go("edit", this.shot),
      d: () => this.#show("diff"), a: () => a && this.#sign(a), x: () => a && this.notes.reject(), n: () => this.notes.text.focus(), N: () => this.notes.draw(), p: () => a?.number && this.#pin(this.#isPinned(a) ? null : a) };
    if (!event.ctrlKey && !event.altKey && acts[event.key]) return acts[event.key](), true;
    return this.compare.key(event);
  }
}

customElements.define("swav-shot", Shot);
