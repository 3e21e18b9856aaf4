// The sound: the mix and its stems along the time, line by line; what was heard, and another voice.

import { badge, button, h, icon, timecode } from "./dom.js";
import { Mixer } from "./mixer.js";
import { go } from "./route.js";
import { ask, store } from "./store.js";
import { Voices } from "./voices.js";
import { Wave } from "./waves.js";

const LEAST_WIDTH = 26; // pixels a second, so that a long film scrolls
const LABEL = 96;
const HEIGHTS = { mix: 96, stem: 40 };

class Sound extends HTMLElement {
  state = null;
  shot = null;
  waves = new Map();

  connectedCallback() {
    requestAnimationFrame(() => this.#follow());
    if (this.tracks) return;
    this.mixer = new Mixer();
    this.voices = new Voices();
    this.playing = button("", () => this.toggle(), { picture: "play", label: "Play", key: "Space", kind: "bare wide" });
    this.code = h("output", { class: "timecode", "aria-label": "Timecode" }, "00:00:00:00");
    this.stems = h("div", { class: "modes", role: "group", "aria-label": "Stems that are heard" });
    this.said = h("span", { class: "dim", role: "status" });
    this.rows = h("div", { class: "sound-rows" });
    this.playhead = h("div", { class: "playhead", "aria-hidden": "true" });
    this.tracks = h("div", { class: "tracks sound-tracks", tabindex: "0", "aria-label": "The sound along the time", onscroll: () => this.#draw(), onpointerdown: (event) => this.#point(event) }, this.rows);
    this.lines = h("ul", { class: "lines", "aria-label": "Lines" });
    this.about = h("div");
    this.append(h("div", { class: "left sound-left" }, h("div", { class: "transport sound-transport", role: "group", "aria-label": "Playing" }, h("div", { class: "group" }, this.playing, this.code), this.stems, this.said), this.tracks, this.lines),
      h("aside", { class: "rail", "aria-label": "The line" }, this.about, this.voices.section, this.voices.price));
    for (const event of ["ready", "time"]) this.mixer.addEventListener(event, () => this.#ready());
    new ResizeObserver(() => this.#lay()).observe(this.tracks);
  }

  async update(shot) {
    try {
      this.state = await ask("/api/sound");
    } catch (error) {
      return this.about.replaceChildren(h("section", {}, h("p", { class: "is-fail" }, error.message)));
    }
    const { mix, stems, lines } = this.state;
    const wanted = lines.find((line) => line.shot === (shot ?? this.shot)) ?? lines[0] ?? null;
    this.shot = wanted?.shot ?? null;
    this.#lay(); // waveforms are asked for first: they are made in a moment
    this.mixer.load(mix && `mix/${mix}`, stems.map((stem) => [stem.name, `${stem.name}/${stem.key}`]));
    this.#stems();
    this.#lines();
    this.#about(wanted);
    this.#ready();
  }

  get line() {
    return this.state?.lines.find((line) => line.shot === this.shot) ?? null;
  }

  #stems() {
    const { stems, mix, current } = this.state;
    const heard = (name) => (this.mixer.chosen ? this.mixer.chosen.has(name) : true);
    this.stems.replaceChildren(...(stems.length > 1 ? [button("Mix", () => this.#choose(null), { pressed: !this.mixer.chosen, label: "The whole mix", key: "0" }),
      ...stems.map((stem, number) => button(stem.name, () => this.#choose(stem.name), { pressed: heard(stem.name), label: `${stem.name} on or off`, key: String(number + 1) }))] : []));
    this.said.textContent = !mix ? "There is no mix yet: a build makes it." : this.mixer.chosen ? "Stems are heard as they are before mastering." : current ? "" : "The mix of the earlier film.";
  }

  // A stem on or off; without a name: all of them, which is the mix.
  #choose(name) {
    const names = new Set(this.mixer.chosen ?? this.state.stems.map((stem) => stem.name));
    if (name === null) this.mixer.choose(null);
    else {
      if (names.has(name)) names.delete(name);
      else names.add(name);
      this.mixer.choose(names);
    }
    this.#stems();
    for (const [stem, row] of this.stemRows ?? []) row.classList.toggle("is-off", Boolean(this.mixer.chosen) && !this.mixer.chosen.has(stem));
  }

  #wave(media, words, height) {
    if (!this.waves.has(media)) this.waves.set(media, new Wave(media, words, height));
    return this.waves.get(media);
  }

  // Rows of the same time: shots, the mix, its stems, lines.
  #lay() {
    if (!this.state || !this.tracks.clientWidth) return;
    const { shots, stems, mix, lines } = this.state;
    const total = Math.max(1, ...shots.map((shot) => shot.start + shot.seconds));
    this.scale = Math.max(LEAST_WIDTH, (this.tracks.clientWidth - LABEL - 12) / total);
    const at = (start, seconds) => ({ left: `${start * this.scale}px`, width: `${Math.max(2, seconds * this.scale - 1)}px` });
    const width = { width: `${total * this.scale}px` };
    const row = (name, kind, ...items) => h("div", { class: `sound-row ${kind}` }, h("div", { class: "track-name" }, name), h("div", { class: "track", style: width }, items));
    const wave = (media, name, height) => h("div", { class: "sound-row wave-row", "data-name": name }, h("div", { class: "track-name" }, name), h("div", { class: "track", style: { ...width, height: `${height}px` } }, (this.drawn.push(this.#wave(media, `How loud ${name} is along the time`, height)), this.drawn.at(-1).element)));
    this.drawn = [];
    const waves = mix ? [wave(`mix/${mix}`, "mix", HEIGHTS.mix), ...stems.map((stem) => wave(`${stem.name}/${stem.key}`, stem.name, HEIGHTS.stem))] : [];
    this.stemRows = stems.map((stem, number) => [stem.name, waves[number + 1]]);
    this.rows.replaceChildren(row("shots", "shot-names", shots.map((shot) => h("a", { class: "clip", style: at(shot.start, shot.seconds), href: `#/shot/${encodeURIComponent(shot.shot)}` }, shot.shot))), ...waves,
      row("lines", "", lines.filter((line) => line.start !== null).map((line) => h("button", { type: "button", class: "clip line-clip", style: at(line.start, line.seconds ?? 1), title: line.words, "data-shot": line.shot, "aria-label": `Line of ${line.shot}: ${line.words}`, onclick: () => this.pick(line.shot, true) }, line.words))), this.playhead);
    this.#draw();
    this.#mark();
  }

  // Only what is seen is drawn: the canvas stands still while the rows scroll under it.
  #draw() {
    const begin = this.tracks.scrollLeft;
    const width = Math.max(0, this.tracks.clientWidth - LABEL);
    for (const wave of this.drawn ?? []) {
      wave.element.style.left = `${LABEL}px`;
      wave.draw(begin / this.scale, width, this.scale);
    }
  }

  #point(event) {
    if (event.target.closest("button, a") || !event.target.closest(".wave-row")) return;
    const box = this.rows.getBoundingClientRect();
    this.mixer.seek((event.clientX - box.left - LABEL) / this.scale);
  }

  #lines() {
    const found = new Map(store.film.shots.map((shot) => [shot.id, shot]));
    this.lines.replaceChildren(...this.state.lines.map((line) => {
      const shot = found.get(line.shot);
      return h("li", { "data-shot": line.shot }, button("", () => this.listen(line), { picture: "play", label: `Listen to the line of ${line.shot}`, kind: "bare", disabled: !line.key && line.start === null }),
        h("button", { type: "button", class: "line-words", onclick: () => this.pick(line.shot) }, h("b", {}, line.shot), h("span", {}, line.words)),
        h("span", { class: "dim line-voice" }, line.recorded ? "recorded" : [line.engine, line.speaker].filter(Boolean).join(" · ")), shot?.speech ? badge(shot.speech) : h("span", { class: "dim" }, line.key ? "" : "not spoken yet"));
    }), ...(this.state.lines.length ? [] : [h("li", { class: "dim" }, "No shot of this film has a line.")]));
    this.#mark();
  }

  pick(shot, seek = false) {
    this.shot = shot;
    this.#mark();
    this.#about(this.line);
    if (seek && this.line?.start !== null) this.mixer.seek(this.line.start);
  }

  #mark() {
    for (const item of this.querySelectorAll("[data-shot]")) item.classList.toggle("here", item.dataset.shot === this.shot);
  }

  // In the film, with what lies under it; a line that is in no film yet, by itself.
  listen(line) {
    this.pick(line.shot);
    if (line.start !== null && this.mixer.ready) this.mixer.play(line.start, line.start + (line.seconds ?? 4) + 0.2);
    else if (line.key) this.own?.play();
  }

  #about(line) {
    const shot = store.shot(this.shot);
    this.own = line?.key ? h("audio", { controls: true, preload: "none", src: `/media/line/${line.key}`, "aria-label": "The line by itself" }) : null;
    const rows = line ? [["Voice", line.recorded ? "recorded by somebody" : [line.engine, line.speaker || "its own voice", line.language].join(" · ")], ["Lasts", line.seconds === null ? "not spoken yet" : `${line.seconds.toFixed(2)} s`],
      line.heard && ["Heard", line.heard], shot?.speechSaid && ["Said of it", shot.speechSaid]].filter(Boolean) : [];
    this.about.replaceChildren(h("section", {}, line ? [h("h2", {}, line.shot, h("span", { class: "dim" }, " its line")), h("p", { class: "spoken" }, line.words), h("dl", {}, rows.map(([name, words]) => [h("dt", {}, name), h("dd", {}, words)])), this.own,
      h("div", { class: "buttons" }, button("Listen in the film", () => this.listen(line), { picture: "play", key: "Enter", disabled: line.start === null }), button("Edit", () => go("edit", line.shot), { key: "E" }))] : h("p", { class: "dim" }, "A line of the film is shown here.")));
    this.voices.show(line, this.state.voices).catch((error) => { this.said.textContent = error.message; });
  }

  #ready() {
    const runs = !this.mixer.paused;
    this.playing.disabled = !this.mixer.ready;
    if (runs !== this.runs) {
      this.runs = runs;
      this.playing.replaceChildren(icon(runs ? "pause" : "play"));
      this.playing.setAttribute("aria-label", runs ? "Stop" : "Play");
    }
    this.#stand();
  }

  #stand() {
    const { seconds } = this.mixer;
    this.code.textContent = timecode(Math.floor(seconds * store.film.fps + 0.01), store.film.fps);
    if (this.scale) this.playhead.style.transform = `translateX(${LABEL + seconds * this.scale}px)`;
    const place = seconds * (this.scale ?? 0);
    if (this.runs && (place < this.tracks.scrollLeft || place > this.tracks.scrollLeft + this.tracks.clientWidth - LABEL - 60)) this.tracks.scrollLeft = Math.max(0, place - 80);
  }

  #follow() {
    if (!this.isConnected) return;
    this.mixer.tick();
    if (this.runs) this.#stand();
    requestAnimationFrame(() => this.#follow());
  }

  toggle() {
    if (this.mixer.paused) this.mixer.play();
    else this.mixer.halt();
  }

  leave() {
    this.mixer.halt();
  }

  #beside(step) {
    const next = this.state.lines[this.state.lines.findIndex((line) => line.shot === this.shot) + step];
    if (next) this.pick(next.shot, true);
  }

  key(event) {
    if (event.ctrlKey || event.altKey || !this.state) return false;
    const digit = /^Digit(\d)$/.exec(event.code);
    const stem = digit && this.state.stems[digit[1] - 1];
    if (digit && (digit[1] === "0" || stem)) return this.#choose(digit[1] === "0" ? null : stem.name), true;
    const { mixer } = this;
    const far = event.shiftKey ? 5 : 1;
    const acts = { " ": () => this.toggle(), k: () => mixer.halt(), l: () => mixer.play(), j: () => mixer.seek(mixer.seconds - 1), ArrowLeft: () => mixer.seek(mixer.seconds - far), ArrowRight: () => mixer.seek(mixer.seconds + far), Home: () => mixer.seek(0), End: () => mixer.seek(1e9),
      ArrowUp: () => this.#beside(-1), ArrowDown: () => this.#beside(1), Enter: () => this.line && this.listen(this.line), e: () => this.shot && go("edit", this.shot) };
    if (!acts[event.key]) return false;
    acts[event.key]();
    return true;
  }
}

customElements.define("swav-sound", Sound);
