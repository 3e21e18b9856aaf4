// Two takes in step: one alone, side by side, divided by a wipe, or what differs in them. The first leads, the
// second follows in time.

import { difference, said } from "./difference.js";
import { button, h, icon, timecode } from "./dom.js";
import { playable } from "./player.js";
import { Strokes } from "./strokes.js";

const FRAME = 1 / 48; // seconds: half a frame of 24, by which two takes may be apart while they run

class Compare extends HTMLElement {
  mode = "one";
  wipe = 50;
  noted = [];
  a = null;
  b = null;
  #ends = {};

  connectedCallback() {
    if (this.stage) return;
    this.videos = { a: this.#video("A"), b: this.#video("B") };
    this.handle = h("div", { class: "wipe-handle", role: "slider", tabindex: "0", "aria-label": "Wipe between A and B", "aria-valuemin": "0", "aria-valuemax": "100" }, h("span", {}, icon("back"), icon("next")));
    this.labels = { a: h("span", { class: "take-label a" }), b: h("span", { class: "take-label b" }) };
    this.panes = { a: h("div", { class: "pane a" }, this.videos.a, this.labels.a), b: h("div", { class: "pane b" }, this.videos.b, this.labels.b) };
    this.empty = h("p", { class: "empty" });
    this.strokes = new Strokes(this.videos.a);
    this.differs = h("p", { class: "differs-by", role: "status", hidden: true });
    this.stage = h("div", { class: "stage compare" }, h("div", { class: "pair" }, this.panes.a, this.panes.b), this.strokes.element, this.handle, this.differs, this.empty);
    this.code = h("output", { class: "timecode", "aria-label": "Timecode" }, "00:00:00:00");
    this.count = h("span", { class: "count" });
    this.bar = h("input", { type: "range", class: "scrub", min: "0", max: "0", step: "1", value: 0, "aria-label": "Frame", oninput: () => this.step(Number(this.bar.value) - this.frame) });
    this.marks = h("div", { class: "frame-marks", "aria-hidden": "true" });
    this.playing = button("", () => this.toggle(), { picture: "play", label: "Play", key: "Space", kind: "bare wide" });
    this.append(this.stage, h("div", { class: "transport scrubbing" },
      h("div", { class: "group" }, this.playing, button("", () => this.step(-1), { picture: "back", label: "One frame back", key: "←", kind: "bare" }), button("", () => this.step(1), { picture: "next", label: "One frame on", key: "→", kind: "bare" })),
      h("div", { class: "scrub-box" }, this.marks, this.bar), h("div", { class: "group" }, this.code, this.count)));
    this.#drag();
    const follow = () => {
      if (!this.isConnected) return;
      this.#inStep();
      requestAnimationFrame(follow);
    };
    requestAnimationFrame(follow);
  }

  #video(name) {
    const made = h("video", { preload: "auto", playsinline: true, loop: true, "aria-label": `Take ${name}` });
    made.muted = true;
    return made;
  }

  // noted: frames of the first take that notes are about.
  show(a, b, mode, noted = []) {
    this.noted = noted;
    const frame = this.a ? this.frame : 0;
    this.mode = b ? mode : "one";
    this.#load("a", a);
    this.#load("b", this.mode === "one" ? null : b);
    this.stage.dataset.mode = this.mode;
    this.handle.hidden = this.mode !== "wipe";
    this.differs.hidden = this.mode !== "diff";
    this.measured = null;
    this.shown = null;
    this.strokes.lay();
    this.empty.hidden = Boolean(a);
    this.empty.textContent = a ? "" : "No take of this shot was made yet.";
    this.bar.max = String(Math.max(0, (a?.frames ?? 1) - 1));
    this.#wiped();
    this.#marked(a);
    this.seek(Math.min(frame, (a?.frames ?? 1) - 1));
  }

  #load(which, take) {
    this.labels[which].textContent = take ? `${which.toUpperCase()} ${take.name}` : "";
    if (this[which]?.key === take?.key) return void (this[which] = take);
    this[which] = take;
    this.#ends[which]?.();
    const video = this.videos[which];
    video.removeAttribute("src");
    if (!take?.made) return video.load();
    this.#ends[which] = playable(take.media, (address) => {
      const at = this.frame;
      const runs = !this.videos.a.paused;
      video.src = address;
      video.currentTime = (at + 0.5) / (this.a?.fps ?? 24);
      if (runs) video.play().catch(() => {});
    });
  }

  // Frames that a gate found worst, and those that people spoke of.
  #marked(take) {
    const frames = (take?.findings ?? []).filter((item) => item.status !== "pass").flatMap((item) => item.frames.slice(0, 3).map((frame) => [frame, item]));
    const at = (frame) => ({ left: `${(100 * frame) / Math.max(1, take.frames - 1)}%` });
    this.marks.replaceChildren(...frames.map(([frame, item]) => h("i", { class: `is-${item.status}`, style: at(frame), title: item.sentence })),
      ...(take ? this.noted : []).map((frame) => h("i", { class: "is-note", style: at(frame) })));
  }

  get fps() {
    return this.a?.fps ?? 24;
  }

  get frame() {
    return Math.max(0, Math.min((this.a?.frames ?? 1) - 1, Math.floor(this.videos.a.currentTime * this.fps + 0.01)));
  }

  seek(frame) {
    const time = (Math.max(0, Math.min(frame, (this.a?.frames ?? 1) - 1)) + 0.5) / this.fps;
    for (const video of Object.values(this.videos)) if (video.src) video.currentTime = time;
  }

  step(count) {
    this.halt();
    this.seek(this.frame + count);
  }

  toggle() {
    if (this.videos.a.paused) for (const video of Object.values(this.videos)) video.src && video.play().catch(() => {});
    else this.halt();
  }

  halt() {
    for (const video of Object.values(this.videos)) video.pause();
    this.videos.a.playbackRate = 1;
    this.seek(this.frame);
  }

  #inStep() {
    const { a, b } = this.videos;
    if (b.src && !a.paused && Math.abs(a.currentTime - b.currentTime) > 2 * FRAME && !b.seeking) b.currentTime = a.currentTime;
    const frame = this.frame;
    this.#measure(frame);
    if (frame === this.shown && a.paused === this.still) return;
    if (a.paused !== this.still) {
      this.playing.replaceChildren(icon(a.paused ? "play" : "pause"));
      this.playing.setAttribute("aria-label", a.paused ? "Play" : "Stop");
    }
    Object.assign(this, { shown: frame, still: a.paused });
    this.code.textContent = timecode(frame, this.fps);
    this.count.textContent = this.a ? `${frame} of ${this.a.frames}` : "";
    this.bar.value = String(frame);
    this.dispatchEvent(new Event("frame"));
  }

  // How much the takes differ in the frame that stands; while they run the picture says enough.
  #measure(frame) {
    if (this.mode !== "diff" || !this.videos.a.paused || this.measured === frame) return;
    const found = difference(this.videos.a, this.videos.b);
    this.differs.textContent = said(found);
    if (found) this.measured = frame;
  }

  #drag() {
    const move = (event) => {
      const box = this.stage.getBoundingClientRect();
      this.wipe = Math.max(0, Math.min(100, (100 * (event.clientX - box.left)) / box.width));
      this.#wiped();
    };
    this.handle.addEventListener("pointerdown", (event) => {
      this.handle.setPointerCapture(event.pointerId);
      this.handle.addEventListener("pointermove", move);
      this.handle.addEventListener("pointerup", () => this.handle.removeEventListener("pointermove", move), { once: true });
    });
  }

  #wiped() {
    const whole = this.mode === "wipe";
    this.panes.b.style.clipPath = whole ? `inset(0 0 0 ${this.wipe}%)` : "";
    this.handle.style.left = `${this.wipe}%`;
    this.handle.setAttribute("aria-valuenow", Math.round(this.wipe));
  }

  key(event) {
    if ((event.altKey || event.target === this.handle) && ["ArrowLeft", "ArrowRight"].includes(event.key)) {
      this.wipe = Math.max(0, Math.min(100, this.wipe + (event.key === "ArrowLeft" ? -4 : 4)));
      return this.#wiped(), true;
    }
    const faster = () => { this.videos.a.playbackRate = this.videos.a.paused ? 1 : Math.min(8, this.videos.a.playbackRate * 2); if (this.videos.a.paused) this.toggle(); };
    const second = Math.round(this.fps);
    const acts = { " ": () => this.toggle(), k: () => this.halt(), l: faster, j: () => this.step(-second), ArrowLeft: () => this.step(event.shiftKey ? -second : -1), ArrowRight: () => this.step(event.shiftKey ? second : 1), Home: () => this.seek(0), End: () => this.seek(1e9) };
    if (event.ctrlKey || event.altKey || !acts[event.key]) return false;
    acts[event.key]();
    return true;
  }
}

customElements.define("swav-compare", Compare);
