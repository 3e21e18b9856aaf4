// What the page knows: what the server read from the disk. It is asked for again when the disk has changed.

class Refused extends Error {
  constructor(answer, status) {
    super(answer.said ?? "The answer cannot be read.");
    this.answer = answer;
    this.status = status;
  }
}

export async function ask(path, sent) {
  const options = sent === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(sent) };
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    store.reach(false, "swav review is not running; nothing is lost. Start it again, and open the address that it prints.");
    throw new Refused({ said: store.why }, 0);
  }
  if (answer.status === 403) {
    store.reach(false, "swav review was started anew; nothing is lost. Open the address that it printed.");
    throw new Refused({ said: store.why }, 403);
  }
  store.reach(true);
  const text = await answer.text();
  let plain;
  try {
    plain = JSON.parse(text);
  } catch {
    plain = { said: text || `The server answered ${answer.status}.` };
  }
  if (!answer.ok) throw new Refused(plain, answer.status);
  return plain;
}

class Store extends EventTarget {
  film = null;
  pulse = {};
  reachable = true;
  why = "";
  reading = false;

  reach(now, why = "") {
    if (now !== this.reachable || why !== this.why) {
      [this.reachable, this.why] = [now, why];
      this.dispatchEvent(new Event("reach"));
    }
  }

  shot(id) {
    return this.film?.shots.find((shot) => shot.id === id);
  }

  async read() {
    if (this.reading) return;
    this.reading = true;
    try {
      this.film = await ask("/api/film");
      this.dispatchEvent(new Event("film"));
    } finally {
      this.reading = false;
    }
  }

  async watch() {
    for (;;) {
      try {
        const found = await ask("/api/pulse");
        const changed = found.storyboard !== this.pulse.storyboard || found.made !== this.pulse.made;
        const known = Object.keys(this.pulse).length > 0;
        this.pulse = found;
        this.dispatchEvent(new Event("pulse"));
        if (changed && known) await this.read();
      } catch { /* said by the bar of what cannot be reached */ }
      await new Promise((done) => setTimeout(done, document.hidden ? 6000 : 1500));
    }
  }
}

export const store = new Store();
