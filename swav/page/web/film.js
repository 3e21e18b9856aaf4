// The film: player, the shots along the time, and what is known of the shot under the playhead.

import { badge, button, counted, h, image, mark, timecode } from "./dom.js";
import { NoteFiles } from "./note-files.js";
import { go } from "./route.js";
import { store } from "./store.js";

const LEAST_WIDTH = 26; // pixels a second, so that a long film scrolls

export class Film extends HTMLElement {
  selected = null;

  connectedCallback() {
    if (this.player) return;
    this.player = h("swav-player");
    this.rail = h("aside", { class: "rail", "aria-label": "The shot" });
    this.head = h("div", { class: "strip-head" });
    this.tracks = h("div", { class: "tracks", tabindex: "-1", onscroll: () => this.#scrolled() });
    this.append(h("div", { class: "screen" }, this.player), this.rail, h("section", { class: "strip", "aria-label": "Shots along the time" }, this.head, this.tracks));
    this.player.addEventListener("frame", () => this.#follow());
    this.player.addEventListener("shotstep", (event) => this.#beside(event.detail));
    this.player.addEventListener("finished", () => { if (!store.film.film) this.#beside(1, true); });
    this.resized = new ResizeObserver(() => this.#lay());
    this.resized.observe(this.tracks);
  }

  update() {
    const state = store.film;
    this.selected = store.shot(this.selected)?.id ?? state.shots[0]?.id ?? null;
    this.#head();
    this.#lay();
    this.#play();
    this.#rail();
  }

  // Where each shot stands: in the film that is there, else one after the other.
  #places() {
    const { film, shots, fps } = store.film;
    if (film) {
      const ends = film.spans.map((span, number) => film.spans[number + 1]?.start ?? span.start + span.frames);
      return new Map(film.spans.map((span, number) => [span.shot, { start: span.start / film.fps, seconds: (ends[number] - span.start) / film.fps }]));
    }
    let start = 0;
    return new Map(shots.map((shot) => {
      const place = { start, seconds: shot.frames / fps };
      start += place.seconds;
      return [shot.id, place];
    }));
  }

  #head() {
    const { shots, fps, width, height, film } = store.film;
    const seconds = film ? film.frames / film.fps : shots.reduce((sum, shot) => sum + shot.frames / fps, 0);
    const states = [[shots.filter((shot) => shot.state === "pending").length, "pending"], [shots.filter((shot) => shot.verdict === "fail").length, "failing"],
      [shots.filter((shot) => shot.verdict === "warn").length, "worth a look"], [shots.filter((shot) => shot.decided === "approve").length, "approved"]];
    this.find ??= h("input", { type: "search", placeholder: "Find: id, words, is:pending", "aria-label": "Find shots", oninput: () => this.#lay() });
    this.head.replaceChildren(
      h("h2", {}, counted(shots.length, "shot")),
      h("span", { class: "dim" }, [timecode(Math.round(seconds * fps), fps), `${Number(fps.toFixed(3))} fps`, `${width} × ${height}`,
        ...states.filter(([count]) => count).map(([count, words]) => `${count} ${words}`)].join(" · ")),
      h("span", { class: "spring" }), this.find);
  }

  #found(shot) {
    const words = (this.find?.value ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const said = [shot.id, shot.prompt, shot.line?.words, shot.engine, ...shot.lettering.map((item) => item.words)].join(" ").toLowerCase();
    const states = [shot.state, shot.verdict, shot.decided ?? "undecided", shot.standsIn ? "stand-in" : ""];
    return words.every((word) => (word.startsWith("is:") ? states.includes(word.slice(3)) : said.includes(word)));
  }

  #lay() {
    const state = store.film;
    if (!state || !this.tracks.clientWidth) return;
    const places = this.#places();
    const total = Math.max(1, ...[...places.values()].map((place) => place.start + place.seconds));
    const label = 84;
    this.scale = Math.max(LEAST_WIDTH, (this.tracks.clientWidth - label - 12) / total);
    const at = (start, seconds) => ({ left: `${start * this.scale}px`, width: `${Math.max(2, seconds * this.scale - 1)}px` });
    const width = { width: `${total * this.scale}px` };
    const piece = (start, seconds, make) => ({ from: start * this.scale, to: (start + seconds) * this.scale, make: () => make(at(start, seconds)) });
    this.rows = [];
    const row = (name, kind, pieces) => {
      const track = h("div", { class: `track ${kind}`, style: width });
      this.rows.push([track, pieces]);
      return [h("div", { class: "track-name" }, name), track];
    };
    const placed = state.shots.filter((shot) => places.has(shot.id));
    const loose = state.shots.filter((shot) => !places.has(shot.id));
    const whole = (make) => placed.map((shot) => piece(places.get(shot.id).start, places.get(shot.id).seconds, (style) => make(shot, style)));
    this.playhead = h("div", { class: "playhead", "aria-hidden": "true" });
    const rate = state.fps;
    const letters = placed.flatMap((shot) => shot.lettering.map((item) => {
      const place = places.get(shot.id);
      const start = item.start / rate;
      const end = item.end === null ? place.seconds : Math.min(place.seconds, item.end / rate);
      return piece(place.start + start, Math.max(0.2, end - start), (style) => h("div", { class: "clip", style, title: item.words }, item.words));
    }));
    const lines = placed.filter((shot) => shot.line).map((shot) => {
      const place = places.get(shot.id);
      const start = shot.line.start / rate;
      return piece(place.start + start, Math.max(0.2, place.seconds - start), (style) => h("div", { class: "clip", style, title: shot.line.words }, shot.line.words));
    });
    const moods = state.music.map((mood, number) => {
      const end = state.music[number + 1]?.start ?? total;
      return piece(mood.start, end - mood.start, (style) => h("div", { class: "clip", style, title: mood.words }, mood.words));
    });
    const grid = h("div", { class: "grid" },
      row("Film", "states", whole((shot, style) => h("div", { class: `part is-${this.#state(shot).replaceAll(" ", "-")}`, style }))),
      row("Picture", "pictures", whole((shot, style) => this.#tile(shot, style))),
      letters.length ? row("Lettering", "", letters) : [], lines.length ? row("Lines", "", lines) : [], moods.length ? row("Music", "", moods) : [], this.playhead);
    const scrolled = this.tracks.scrollLeft;
    this.tracks.replaceChildren(grid, ...(loose.length ? [h("div", { class: "loose" }, h("span", { class: "dim" }, "Not in this film yet"), loose.map((shot) => this.#tile(shot, { position: "static", width: "132px" })))] : []));
    this.tracks.scrollLeft = scrolled;
    this.places = places;
    this.#window();
    this.#mark(false);
    this.#follow();
  }

  // Only what is seen is made, and as much again on either side, so that a long film scrolls as a short one.
  #window() {
    const { scrollLeft, clientWidth } = this.tracks;
    this.seen = scrollLeft;
    for (const [track, pieces] of this.rows)
      track.replaceChildren(...pieces.filter((piece) => piece.to > scrollLeft - clientWidth && piece.from < scrollLeft + 2 * clientWidth).map((piece) => (piece.made ??= piece.make())));
  }

  #scrolled() {
    if (!this.rows || Math.abs(this.tracks.scrollLeft - this.seen) < this.tracks.clientWidth / 2) return;
    this.#window();
    this.#mark(false);
  }

  #state(shot) {
    if (shot.state === "pending") return "pending";
    return shot.decided ?? (shot.verdict === "pending" ? "not judged" : shot.verdict);
  }

  #tile(shot, style) {
    const state = this.#state(shot);
    return h("button", { type: "button", class: `tile${shot.standsIn ? " stands-in" : ""}${this.#found(shot) ? "" : " faint"}`, style, "data-shot": shot.id,
      "aria-label": `${shot.id}, ${shot.seconds.toFixed(1)} seconds, ${state}${shot.standsIn ? `, ${shot.engine} ${shot.standsIn}` : ""}`,
      title: shot.own || shot.said || shot.standsIn, onclick: () => this.select(shot.id, true), ondblclick: () => go("shot", shot.id) },
    shot.picture ? image(`/${shot.picture}`) : h("span", { class: "words" }, shot.prompt || shot.source),
    h("span", { class: "foot" }, h("b", {}, shot.id), h("span", { class: "dim" }, `${shot.estimated ? "~" : ""}${shot.seconds.toFixed(1)} s`), h("span", { class: "spring" }),
      shot.standsIn && mark("stand-in", `${shot.engine} ${shot.standsIn}`), mark(state)));
  }

  #play() {
    const { film, fps } = store.film;
    const shot = store.shot(this.selected);
    if (film) {
      if (this.player.media !== `reel/${film.key}`) this.player.show({ media: `reel/${film.key}`, fps: film.fps, frames: film.frames, at: this.player.media ? this.player.frame : 0 });
      return;
    }
    if (!shot) return this.player.show({ fps, frames: 0, words: "There is no shot yet." });
    const words = shot.picture ? "" : `${shot.id} is not made yet. ${shot.prompt}`;
    this.player.show({ media: shot.play || null, fps, frames: shot.frames, picture: shot.picture, words, at: this.player.media === shot.play ? null : 0 });
  }

  select(id, seek, play = false) {
    this.selected = id;
    const { film } = store.film;
    if (film && seek) {
      const span = film.spans.find((item) => item.shot === id);
      if (span) this.player.seek(span.start);
    } else if (!film) {
      this.#play();
      if (play) this.player.play();
    }
    this.#mark();
    this.#rail();
  }

  #beside(step, play) {
    const ids = store.film.shots.map((shot) => shot.id);
    const next = ids[ids.indexOf(this.selected) + step];
    if (next) this.select(next, true, play);
  }

  // The shot under the playhead, and where the playhead stands.
  #follow() {
    const { film, fps } = store.film ?? {};
    if (!this.playhead || !this.scale) return;
    let seconds = this.player.frame / this.player.fps;
    if (film) {
      const frame = this.player.frame;
      const under = film.spans.findLast((span) => span.start <= frame);
      if (under && under.shot !== this.selected && store.shot(under.shot)) {
        this.selected = under.shot;
        this.#mark();
        this.#rail();
      }
    } else seconds += this.#places().get(this.selected)?.start ?? 0;
    this.playhead.style.transform = `translateX(${seconds * this.scale}px)`;
    if (!this.player.paused) {
      const place = seconds * this.scale;
      if (place < this.tracks.scrollLeft || place > this.tracks.scrollLeft + this.tracks.clientWidth - 180) this.tracks.scrollLeft = Math.max(0, place - 80);
    }
  }

  #mark(toIt = true) {
    const place = this.places?.get(this.selected);
    if (toIt && place && this.player.paused) {
      const [from, to] = [place.start * this.scale, (place.start + place.seconds) * this.scale];
      const { scrollLeft, clientWidth } = this.tracks;
      if (from < scrollLeft) this.tracks.scrollLeft = from;
      else if (to > scrollLeft + clientWidth - 96) this.tracks.scrollLeft = Math.min(from, to - clientWidth + 96);
      this.#scrolled();
    }
    for (const tile of this.querySelectorAll(".tile")) {
      const here = tile.dataset.shot === this.selected;
      tile.classList.toggle("here", here);
      if (here) tile.setAttribute("aria-current", "true");
      else tile.removeAttribute("aria-current");
    }
  }

  #rail() {
    const shot = store.shot(this.selected);
    if (!shot) return this.rail.replaceChildren();
    const rows = [
      ["Made by", `${shot.engine}${shot.source === "prompt" ? ` · seed ${shot.seed}` : ""}`],
      ["Take", shot.take ? `${shot.take} is in the cut${shot.pinned ? ", pinned" : ""}` : shot.state === "pending" ? "not made yet" : "there, not judged yet"],
      shot.line && ["Line", shot.line.words], shot.prompt && ["Prompt", shot.prompt],
    ].filter(Boolean);
    this.rail.replaceChildren(
      h("section", {}, h("h2", {}, shot.id, h("span", { class: "dim" }, ` ${shot.seconds.toFixed(2)} s`)),
        h("p", { class: "badges" }, badge(shot.state), shot.verdict !== "pending" && badge(shot.verdict, `picture ${shot.verdict}`), shot.speech && badge(shot.speech, `line ${shot.speech}`), shot.decided && badge(shot.decided)),
        shot.why && h("p", { class: "why" }, shot.why),
        shot.standsIn && h("p", { class: "stands-in-words" }, `${shot.engine} ${shot.standsIn}`),
        shot.said && h("p", { class: "said" }, shot.said), shot.speechSaid && h("p", { class: "said" }, shot.speechSaid),
        h("div", { class: "buttons" }, button("Open the shot", () => go("shot", shot.id), { key: "Enter", kind: "first" }), button("Edit", () => go("edit", shot.id), { key: "E" }))),
      h("section", {}, h("dl", {}, rows.map(([name, words]) => [h("dt", {}, name), h("dd", {}, words)]))),
      this.#notices(), (this.files ??= new NoteFiles()).section);
  }

  #notices() {
    const { plan, notices, refusals } = store.film;
    const said = [...(refusals ?? []), ...(plan?.common ?? []), ...(notices ?? [])];
    return said.length ? h("section", {}, h("h3", {}, "To know"), h("ul", { class: "plain" }, said.slice(0, 12).map((words) => h("li", {}, words)))) : "";
  }

  key(event) {
    const acts = { ArrowUp: () => this.#beside(-1), ArrowDown: () => this.#beside(1), Enter: () => go("shot", this.selected), e: () => go("edit", this.selected) };
    if (acts[event.key] && !event.ctrlKey) return acts[event.key](), true;
    return this.player.key(event);
  }
}

customElements.define("swav-film", Film);
