// A player that knows frames. It steps in a proxy in which every frame is a key frame, as soon as that is made.

import { button, h, icon, image, timecode } from "./dom.js";

const SPEEDS = [1, 2, 4, 8];

// The address that is played now, and told again once the proxy is there. Returns a function that ends the waiting.
export function playable(media, use) {
  let wanted = true;
  (async () => {
    for (let tries = 0; wanted && tries < 600; tries += 1) {
      let status = 0;
      try {
        status = (await fetch(`/proxy/${media}`, { method: "HEAD" })).status;
      } catch { /* asked again below */ }
      if (!wanted) return;
      if (status === 200) return use(`/proxy/${media}`, true);
      if (tries === 0) use(`/media/${media}`, false);
      if (status >= 400) return;
      await new Promise((done) => setTimeout(done, 700));
    }
  })();
  return () => { wanted = false; };
}

class Player extends HTMLElement {
  fps = 24;
  frames = 0;
  media = null;
  #end = () => {};
  #backwards = null;
  #speed = 1;
  #ticks = 0;

  connectedCallback() {
    if (this.video) return;
    this.video = h("video", { preload: "auto", playsinline: true, "aria-label": "The film" });
    this.video.addEventListener("ended", () => { this.#said(); this.dispatchEvent(new Event("finished")); });
    for (const name of ["play", "pause", "seeked", "loadedmetadata"]) this.video.addEventListener(name, () => this.#said());
    this.stage = h("div", { class: "stage" }, this.video, h("div", { class: "safe-areas", "aria-hidden": "true" }));
    this.still = h("div", { class: "still", hidden: true });
    this.stage.append(this.still);
    this.code = h("output", { class: "timecode", "aria-label": "Timecode" }, "00:00:00:00");
    this.count = h("span", { class: "count" });
    this.rate = h("span", { class: "count" }, "1×");
    this.kind = h("span", { class: "count", title: "A proxy is for motion; it is not the quality of the film." });
    this.playing = button("", () => this.toggle(), { picture: "play", label: "Play", key: "Space", kind: "bare wide" });
    this.transport = h("div", { class: "transport", role: "group", "aria-label": "Playing" },
      h("div", { class: "group" }, this.code, this.count),
      h("div", { class: "group" },
        button("", () => this.dispatchEvent(new CustomEvent("shotstep", { detail: -1 })), { picture: "first", label: "Earlier shot", key: "↑", kind: "bare" }),
        button("", () => this.step(-1), { picture: "back", label: "One frame back", key: "←", kind: "bare" }),
        this.playing,
        button("", () => this.step(1), { picture: "next", label: "One frame on", key: "→", kind: "bare" }),
        button("", () => this.dispatchEvent(new CustomEvent("shotstep", { detail: 1 })), { picture: "last", label: "Later shot", key: "↓", kind: "bare" })),
      h("div", { class: "group" }, this.kind, this.rate,
        this.looping = button("", () => this.loop(), { picture: "loop", label: "Loop", key: "Ctrl L", kind: "bare", pressed: false }),
        this.areas = button("", () => this.safeAreas(), { picture: "safe", label: "Safe areas", key: "Shift S", kind: "bare", pressed: false }),
        this.sound = button("", () => this.mute(), { picture: "sound", label: "Sound", key: "M", kind: "bare", pressed: true }),
        button("", () => this.fullScreen(), { picture: "full", label: "Full screen", key: "F", kind: "bare" })));
    this.append(this.stage, this.transport);
    const follow = () => {
      if (!this.isConnected) return;
      if (!this.video.paused && (this.#ticks += 1) % 2 === 0) this.#said();
      requestAnimationFrame(follow);
    };
    requestAnimationFrame(follow);
  }

  // media: kind and key, as in an address; words: what is said where there is nothing to play.
  show({ media, fps, frames, picture, words, at = 0, play = false }) {
    const same = media && media === this.media;
    Object.assign(this, { media, fps, frames });
    this.still.hidden = Boolean(media);
    this.video.hidden = !media;
    if (!media) {
      this.#end();
      this.video.removeAttribute("src");
      this.video.load();
      this.kind.textContent = "";
      this.still.replaceChildren(picture ? image(`/${picture}`) : "", h("p", {}, words ?? ""));
      this.#said();
      return;
    }
    if (same) return at === null ? undefined : this.seek(at);
    this.#end();
    this.halt();
    if (picture) this.video.poster = `/${picture}`;
    this.#end = playable(media, (address, isProxy) => {
      const frame = this.video.src ? this.frame : at ?? 0;
      const playing = play || !this.video.paused;
      play = false;
      this.video.src = address;
      this.kind.textContent = isProxy ? "proxy" : "";
      this.seek(this.loaded === media ? frame : at ?? 0);
      this.loaded = media;
      if (playing) this.play();
    });
  }

  get frame() {
    return Math.min(Math.max(0, this.frames - 1), Math.floor(this.video.currentTime * this.fps + 0.01));
  }

  get paused() {
    return this.video.paused && !this.#backwards;
  }

  seek(frame) {
    const whole = Math.max(0, Math.min(this.frames - 1, Math.round(frame)));
    this.video.currentTime = (whole + 0.5) / this.fps;
    this.#said();
  }

  step(count) {
    this.halt();
    this.seek(this.frame + count);
  }

  play() {
    this.#stopBackwards();
    this.video.playbackRate = this.#speed;
    this.video.play().catch(() => {});
  }

  halt() {
    this.#stopBackwards();
    this.#speed = 1;
    this.video.pause();
    this.rate.textContent = "1×";
  }

  toggle() {
    if (this.paused) this.play();
    else this.halt();
  }

  faster() {
    if (!this.video.paused) this.#speed = SPEEDS[Math.min(SPEEDS.length - 1, SPEEDS.indexOf(this.#speed) + 1)];
    else this.#speed = 1;
    this.rate.textContent = `${this.#speed}×`;
    this.play();
  }

  // A video element does not run backwards: frames are stepped through, without sound.
  backwards() {
    const speed = this.#backwards ? Math.min(8, this.#backwards.speed * 2) : 1;
    this.halt();
    const began = { time: performance.now(), frame: this.frame };
    this.#backwards = { speed };
    this.rate.textContent = `−${speed}×`;
    const run = () => {
      if (this.#backwards?.speed !== speed || !this.isConnected) return;
      const frame = began.frame - ((performance.now() - began.time) / 1000) * this.fps * speed;
      if (!this.video.seeking) this.seek(frame);
      if (frame <= 0) return this.halt();
      requestAnimationFrame(run);
    };
    requestAnimationFrame(run);
  }

  #stopBackwards() {
    this.#backwards = null;
  }

  loop() {
    this.video.loop = !this.video.loop;
    this.looping.setAttribute("aria-pressed", this.video.loop);
  }

  mute() {
    this.video.muted = !this.video.muted;
    this.sound.setAttribute("aria-pressed", !this.video.muted);
  }

  safeAreas() {
    this.stage.classList.toggle("with-areas");
    this.areas.setAttribute("aria-pressed", this.stage.classList.contains("with-areas"));
  }

  fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.stage.requestFullscreen?.().catch(() => {});
  }

  #said() {
    const runs = !this.paused;
    if (runs !== this.runs) {
      this.runs = runs;
      this.playing.replaceChildren(icon(runs ? "pause" : "play"));
      this.playing.setAttribute("aria-label", runs ? "Stop" : "Play");
    }
    this.code.textContent = timecode(this.frame, this.fps);
    this.count.textContent = this.media ? `${this.frame} of ${this.frames}` : "";
    this.dispatchEvent(new Event("frame"));
  }

  // Whether a key was one of the player's.
  key(event) {
    const acts = {
      " ": () => this.toggle(), j: () => this.backwards(), k: () => this.halt(), l: () => this.faster(),
      ArrowLeft: () => this.step(event.shiftKey ? -Math.round(this.fps) : -1),
      ArrowRight: () => this.step(event.shiftKey ? Math.round(this.fps) : 1),
      Home: () => this.seek(0), End: () => this.seek(this.frames), m: () => this.mute(), f: () => this.fullScreen(),
      S: () => this.safeAreas(),
    };
    if (event.ctrlKey && event.key === "l") return this.loop(), true;
    if (event.ctrlKey || event.altKey || !acts[event.key]) return false;
    acts[event.key]();
    return true;
  }
}

customElements.define("swav-player", Player);
