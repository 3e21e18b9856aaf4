// The frame around the views: what is never hidden, the keys, and which view is shown.

import { button, counted, h, icon } from "./dom.js";
import "./player.js";
import "./film.js";
import "./shot.js";
import "./edit.js";
import "./sound.js";
import "./build.js";
import { go, here, VIEWS } from "./route.js";
import { store } from "./store.js";

const NAMES = { film: "Film", shot: "Shot", edit: "Edit", sound: "Sound", build: "Build" };
const KEYS = [["Space", "play, stop"], ["J K L", "backwards, stop, forwards; twice is faster"], ["← →", "a frame; with Shift a second"], ["↑ ↓", "the shot before, the next"],
  ["Home End", "first and last frame"], ["Enter", "open the shot"], ["Esc", "back to the film"], ["G, then F S E O B", "film, shot, edit, sound, build"], ["Ctrl L", "loop"], ["M", "sound"], ["Shift S", "safe areas"], ["F", "full screen"]];
const MORE_KEYS = [["1 to 9", "take A; with Shift take B"], ["Q S W D", "one, side by side, wipe, difference"], ["B", "swap A and B"], ["Alt ← →", "move the wipe"], ["A X", "approve, reject"], ["P", "pin the take"], ["N", "note; with Shift draw on the frame"], ["E", "edit"], ["0 to 5", "in Sound: the mix, a stem on or off"], ["Ctrl Z", "undo an edit"], ["Ctrl S", "save"]];

class App {
  views = {};
  waiting = null;

  constructor() {
    this.title = h("span", { class: "title" });
    this.file = h("span", { class: "dim file" });
    this.nav = h("nav", { "aria-label": "Views" }, VIEWS.filter((name) => customElements.get(`swav-${name}`)).map((name) =>
      h("a", { href: `#/${name}`, "data-view": name, onclick: (event) => { event.preventDefault(); this.to(name); } }, NAMES[name])));
    this.status = h("div", { class: "status", role: "status" });
    this.bar = h("div", { class: "bar", role: "alert", hidden: true });
    this.main = h("main", {});
    this.foot = h("footer", {});
    this.help = h("dialog", { "aria-label": "Keys" }, h("h2", {}, "Keys"), h("dl", { class: "keys" }, [...KEYS, ...MORE_KEYS].map(([key, words]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, words)])),
      button("Close", () => this.help.close(), { key: "Esc" }));
    document.body.append(
      h("header", {}, h("span", { class: "brand" }, "swav"), this.title, this.file, this.nav, h("span", { class: "spring" }), this.status, button("?", () => this.help.showModal(), { label: "Keys", kind: "bare" })),
      this.bar, this.main, this.foot, this.help);
    addEventListener("hashchange", () => this.show());
    addEventListener("keydown", (event) => this.key(event));
    store.addEventListener("film", () => this.update());
    store.addEventListener("reach", () => this.reach());
    store.addEventListener("pulse", () => this.views[here().view]?.pulse?.());
  }

  async begin() {
    this.main.replaceChildren(h("p", { class: "alone dim" }, "Reading the storyboard …"));
    try {
      await store.read();
    } catch (error) {
      this.main.replaceChildren(h("p", { class: "alone" }, error.message));
    }
    this.show();
    store.watch();
  }

  to(view) {
    const shot = here().shot ?? this.views.film?.selected ?? store.film?.shots[0]?.id;
    go(view, ["shot", "edit", "sound"].includes(view) ? shot : null);
  }

  show() {
    if (!store.film) return;
    const { view, shot } = here();
    const made = (this.views[view] ??= document.createElement(`swav-${view}`));
    if (this.main.firstElementChild !== made) {
      this.views[this.shown]?.leave?.();
      this.main.replaceChildren(made);
    }
    this.shown = view;
    for (const link of this.nav.children) {
      if (link.dataset.view === view) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    made.update(shot);
    this.frame();
  }

  update() {
    this.frame();
    if (!this.shown) return;
    this.views[this.shown].update(here().shot);
  }

  frame() {
    const { title, storyboard, film, plan, shots, faults } = store.film;
    document.title = `${title} · swav review`;
    this.title.textContent = title;
    this.file.textContent = storyboard ?? "";
    const behind = plan && !plan.ready;
    const said = faults.length ? `${counted(faults.length, "fault")} in the storyboard` : !plan ? "" : !behind ? "The film is up to date" : plan.pending.length
      ? `${counted(plan.pending.length, "take")} pending${plan.minutes ? `, ${Math.round(plan.minutes)} min` : ""}` : `${counted(plan.made, "file")} to make`;
    const kind = faults.length ? "fail" : behind ? "pending" : "pass";
    this.status.replaceChildren(h("span", { class: `is-${kind}`, title: (plan?.summary ?? []).join(" ") }, icon(kind), said));
    this.bar.hidden = store.reachable && !faults.length;
    if (store.reachable && faults.length) this.bar.replaceChildren(icon("warn"), h("span", {}, faults[0].said, faults.length > 1 ? ` (and ${faults.length - 1} more)` : ""), h("span", { class: "dim" }, shots.length ? "What is shown is the film as it was before." : ""));
    const takes = shots.filter((shot) => shot.state === "ready").length;
    this.foot.replaceChildren(
      h("span", {}, film ? `${film.current ? "Film" : "Earlier film"} of ${film.made}` : "No film yet: takes are played one after the other"),
      h("span", {}, `${takes} of ${counted(shots.length, "take")} ready`), h("span", { class: "spring" }),
      h("span", { class: "last" }, (plan?.summary ?? []).at(-1) ?? ""), h("span", {}, h("kbd", {}, "?"), " keys"));
  }

  reach() {
    if (!store.reachable) {
      this.bar.hidden = false;
      this.bar.replaceChildren(icon("warn"), store.why);
    } else this.frame();
  }

  key(event) {
    const inText = event.target.closest?.("input, textarea, select, dialog");
    if (inText && !event.ctrlKey) return;
    if (!inText && this.waiting === "g" && !event.ctrlKey) {
      this.waiting = null;
      const view = { f: "film", s: "shot", e: "edit", o: "sound", b: "build" }[event.key];
      if (view) return event.preventDefault(), this.to(view);
    }
    if (!inText && event.key === "g" && !event.ctrlKey) return void (this.waiting = "g");
    if (!inText && event.key === "?") return this.help.showModal();
    if (!inText && event.key === "Escape" && this.shown !== "film") return go("film");
    const onControl = event.target.closest?.("button, a") && [" ", "Enter"].includes(event.key);
    if (!onControl && this.views[this.shown]?.key?.(event)) event.preventDefault();
  }
}

new App().begin();
