// Waveforms: a byte for each hundredth of a second, drawn for the stretch that is seen and no more.

import { h } from "./dom.js";
import { made } from "./mixer.js";

const STEPS = 100; // values a second

export class Wave {
  #values = null;

  constructor(media, words, height) {
    this.element = h("canvas", { class: "wave", role: "img", "aria-label": words });
    this.height = height;
    made(`/waveform/${media}`).then(async (answer) => {
      this.#values = answer ? new Uint8Array(await answer.arrayBuffer()) : new Uint8Array();
      this.draw(...(this.last ?? []));
    });
  }

  // The loudest of each pixel's time, from a second on, at so many pixels a second.
  draw(begin = 0, width = 0, scale = 1) {
    this.last = [begin, width, scale];
    if (!width) return;
    const sharp = devicePixelRatio || 1;
    const canvas = this.element;
    canvas.width = Math.round(width * sharp);
    canvas.height = Math.round(this.height * sharp);
    Object.assign(canvas.style, { width: `${width}px`, height: `${this.height}px` });
    if (!this.#values) return;
    const pen = canvas.getContext("2d");
    pen.fillStyle = getComputedStyle(canvas).color;
    const middle = canvas.height / 2;
    for (let x = 0; x < canvas.width; x += 1) {
      const first = Math.floor((begin + x / sharp / scale) * STEPS);
      const last = Math.max(first + 1, Math.floor((begin + (x + 1) / sharp / scale) * STEPS));
      let loud = 0;
      for (let at = first; at < last && at < this.#values.length; at += 1) loud = Math.max(loud, this.#values[at]);
      const half = Math.max(0.5, middle * Math.sqrt(loud / 255)); // quiet passages are seen too
      if (first < this.#values.length) pen.fillRect(x, middle - half, 1, 2 * half);
    }
  }
}
