// Notes as files: out for those who finish the film, and in when they come back.

import { button, counted, h } from "./dom.js";
import { ask, store } from "./store.js";

const FORMS = { csv: "CSV", edl: "EDL", otio: "OTIO" };
const MOST = 900000; // characters: what the server takes of one request

export class NoteFiles {
  constructor() {
    this.said = h("div", { class: "small dim", role: "status" });
    this.input = h("input", { type: "file", accept: ".csv,.edl,.otio,.xml", hidden: true, "aria-label": "A file of notes", onchange: () => this.read() });
    this.section = h("section", {}, h("h3", {}, "Notes as a file"),
      h("div", { class: "buttons" }, Object.entries(FORMS).map(([form, words]) => h("a", { class: "button", href: `/api/notes/${form}`, download: `notes.${form}`, "aria-label": `All notes as ${words}` }, words)),
        button("Take one in …", () => this.input.click(), { title: "Notes of a CSV, EDL, OTIO or XML file that are not here yet are added" }), this.input), this.said);
  }

  async read() {
    const [file] = this.input.files;
    this.input.value = "";
    if (!file) return;
    if (file.size > MOST) return this.#say([`${file.name} is too large for the page: swav notes --import takes it.`]);
    try {
      const found = await ask("/api/notes", { name: file.name, text: await file.text(), by: localStorage.getItem("by") ?? "" });
      this.#say([`${counted(found.added, "note")} added${found.known ? `, ${found.known} known already` : ""}.`, ...found.remarks]);
      if (found.added) await store.read();
    } catch (error) {
      this.#say([error.message]);
    }
  }

  #say(lines) {
    this.said.replaceChildren(...lines.map((line) => h("p", {}, line)));
  }
}
