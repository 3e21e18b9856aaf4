// A drawing on a frame: strokes of points as shares of its width and height, shown as lines over the picture.

const NS = "http://www.w3.org/2000/svg";
const LEAST = 0.003; // of the frame: a pointer that moved less has not moved
const MOST_POINTS = 500;
export const MOST_STROKES = 40;

const share = (value) => Math.round(Math.max(0, Math.min(1, value)) * 10000) / 10000;

// A layer over a video, as large as its picture; with ``pen`` it takes what a pointer draws.
export class Strokes {
  strokes = [];
  #pen = null;
  #line = null;

  constructor(video) {
    this.video = video;
    this.element = document.createElementNS(NS, "svg");
    this.element.setAttribute("class", "strokes");
    this.element.setAttribute("aria-hidden", "true");
    for (const [name, act] of [["pointerdown", "begin"], ["pointermove", "move"], ["pointerup", "end"], ["pointercancel", "end"]]) this.element.addEventListener(name, (event) => this[`_${act}`](event));
    video.addEventListener("loadedmetadata", () => this.lay());
    new ResizeObserver(() => this.lay()).observe(video);
  }

  show(strokes) {
    if (strokes === this.strokes) return;
    this.strokes = strokes;
    this.#draw();
  }

  // Who is told of each stroke; null: nobody draws.
  pen(told) {
    this.#pen = told;
    this.element.classList.toggle("with-pen", Boolean(told));
  }

  // Over the picture itself, which stands in the middle of its element.
  lay() {
    const { videoWidth, videoHeight, offsetLeft, offsetTop, clientWidth, clientHeight } = this.video;
    if (!videoWidth || !clientWidth) return;
    const scale = Math.min(clientWidth / videoWidth, clientHeight / videoHeight);
    const [width, height] = [videoWidth * scale, videoHeight * scale];
    const pane = this.video.offsetParent;
    Object.assign(this.element.style, { width: `${width}px`, height: `${height}px`, left: `${(pane?.offsetLeft ?? 0) + offsetLeft + (clientWidth - width) / 2}px`, top: `${(pane?.offsetTop ?? 0) + offsetTop + (clientHeight - height) / 2}px` });
    Object.assign(this, { width, height });
    this.#draw();
  }

  #draw() {
    if (!this.width) return;
    this.element.replaceChildren(...[...this.strokes, ...(this.#line ? [this.#line] : [])].flatMap((stroke) => ["under", "over"].map((kind) => {
      const line = document.createElementNS(NS, "polyline");
      const points = stroke.length > 1 ? stroke : [stroke[0], stroke[0]];
      line.setAttribute("points", points.map(([x, y]) => `${(x * this.width).toFixed(1)},${(y * this.height).toFixed(1)}`).join(" "));
      line.setAttribute("class", kind);
      return line;
    })));
  }

  #point(event) {
    const box = this.element.getBoundingClientRect();
    return [share((event.clientX - box.left) / box.width), share((event.clientY - box.top) / box.height)];
  }

  _begin(event) {
    if (!this.#pen || event.button !== 0 || this.#pen.may?.() === false) return;
    event.preventDefault();
    this.element.setPointerCapture(event.pointerId);
    this.#line = [this.#point(event)];
    this.#draw();
  }

  _move(event) {
    if (!this.#line || this.#line.length >= MOST_POINTS) return;
    const [x, y] = this.#point(event);
    const [before, above] = this.#line.at(-1);
    if (Math.abs(x - before) < LEAST && Math.abs(y - above) < LEAST) return;
    this.#line.push([x, y]);
    this.#draw();
  }

  _end() {
    const line = this.#line;
    this.#line = null;
    if (line) this.#pen?.drawn(line);
  }
}
