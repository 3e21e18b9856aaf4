// Plays the mix, or some of its stems in step with it: each is fetched whole, so that none keeps a connection open.

const APART = 0.05; // seconds by which a stem may be away from the mix while both run
const AGAIN = 700; // milliseconds after which what is being made is asked for again

// What an address answers once it is made; null where it cannot be had.
export async function made(address, wanted = () => true) {
  for (let tries = 0; tries < 600 && wanted(); tries += 1) {
    try {
      const answer = await fetch(address);
      if (answer.status === 200) return answer;
      if (answer.status >= 400) return null;
    } catch { /* asked again below */ }
    await new Promise((done) => setTimeout(done, AGAIN));
  }
  return null;
}

export class Mixer extends EventTarget {
  #tracks = new Map(); // by name: the element that plays it
  #until = Infinity;
  chosen = null; // the names of the stems that are heard; null: the mix as it is delivered

  // mix and stems: addresses without their kind of answer, as kind/key; only those that are heard are fetched.
  load(mix, stems) {
    if (mix === this.mix) return;
    this.halt();
    for (const track of this.#tracks.values()) URL.revokeObjectURL(track.src);
    this.#tracks.clear();
    Object.assign(this, { mix, stems: new Map(stems), chosen: null });
    if (mix) this.#track("", mix);
  }

  #track(name, media) {
    if (this.#tracks.has(name)) return;
    const track = new Audio();
    this.#tracks.set(name, track);
    (async () => {
      const answer = await made(`/sound/${media}`, () => this.#tracks.get(name) === track);
      if (!answer || this.#tracks.get(name) !== track) return;
      track.src = URL.createObjectURL(await answer.blob());
      track.addEventListener("loadedmetadata", () => { this.#hear(); this.dispatchEvent(new Event("ready")); });
      if (!name) for (const event of ["play", "pause", "seeked", "ended"]) track.addEventListener(event, () => this.dispatchEvent(new Event("time")));
    })();
  }

  get #clock() {
    return this.#tracks.get("");
  }

  get ready() {
    return (this.#clock?.readyState ?? 0) > 0;
  }

  get paused() {
    return this.#clock?.paused ?? true;
  }

  get seconds() {
    return this.#clock?.currentTime ?? 0;
  }

  get length() {
    return this.ready ? this.#clock.duration : 0;
  }

  // Which stems are heard; all of them are the mix.
  choose(names) {
    this.chosen = names && names.size < this.stems.size ? names : null;
    for (const name of this.chosen ?? []) this.#track(name, this.stems.get(name));
    this.#hear();
  }

  #hear() {
    for (const [name, track] of this.#tracks) {
      track.muted = this.chosen ? !this.chosen.has(name) : name !== "";
      if (!name || !track.readyState) continue;
      if (track.muted || this.paused) track.pause();
      else if (track.paused) {
        track.currentTime = this.seconds;
        track.play().catch(() => {});
      }
    }
  }

  // Called at every picture of the screen: stems stay in step, and a stretch ends where it ends.
  tick() {
    if (this.paused) return;
    if (this.seconds >= this.#until) return this.halt();
    for (const [name, track] of this.#tracks) {
      if (name && !track.muted && track.readyState && Math.abs(track.currentTime - this.seconds) > APART && !track.seeking) track.currentTime = this.seconds;
    }
  }

  seek(seconds) {
    if (!this.ready) return;
    this.#until = Infinity;
    this.#clock.currentTime = Math.max(0, Math.min(seconds, this.length));
  }

  // From where it stands, or a stretch of it.
  async play(from = null, until = Infinity) {
    if (!this.ready) return;
    if (from !== null) this.seek(from);
    this.#until = until;
    await this.#clock.play().catch(() => {});
    this.#hear();
  }

  halt() {
    this.#until = Infinity;
    for (const track of this.#tracks.values()) track.pause();
  }
}
