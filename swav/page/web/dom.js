// Elements from data. Text becomes text nodes and nothing else, so no word of a storyboard is ever markup.

export function h(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "class") made.className = value;
    else if (name === "style") Object.assign(made.style, value);
    else if (name === "value" || name === "checked" || name === "disabled") made[name] = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return made;
}

const PATHS = {
  play: "M8 5v14l11-7z", pause: "M7 5h3.5v14H7zM13.5 5H17v14h-3.5z",
  back: "M15 6l-6 6 6 6", next: "M9 6l6 6-6 6", first: "M18 6l-6 6 6 6M8 6v12", last: "M6 6l6 6-6 6M16 6v12",
  loop: "M5 12a6 6 0 0 1 6-6h7l-2.5-2.5M19 12a6 6 0 0 1-6 6H6l2.5 2.5", safe: "M4 6h16v12H4zM7 9h10v6H7z",
  sound: "M5 9.5h3l4-3.5v12l-4-3.5H5zM15.5 9a4 4 0 0 1 0 6M18 6.8a7.5 7.5 0 0 1 0 10.4",
  full: "M5 9V5h4M15 5h4v4M19 15v4h-4M9 19H5v-4", pass: "M5 12.5l4.5 4.5L19 7.5", fail: "M7 7l10 10M17 7L7 17",
  warn: "M12 4.5L21 19.5H3zM12 10v4.5M12 16.8v.6", pending: "M12 4a8 8 0 1 0 0 16z",
  dashed: "M4 8V6h3M10.5 6h3M17 6h3v2M20 11v2M20 16v2h-3M13.500 18h-3M7 18H4v-2M4 13v-2",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7", note: "M5 5h14v10h-8l-4 4v-4H5z", undo: "M8 6L4 10l4 4M4 10h9a5.500 5.500 0 0 1 0 11h-2",
  pencil: "M5 19l1-4L16 5l3 3L9 18zM14 7l3 3", plus: "M12 5v14M5 12h14", stop: "M7 7h10v10H7z", clock: "M12 4a8 8 0 1 0 .01 0M12 8v4.500l3 2",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  if (name === "pending") {
    const ring = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    for (const [key, value] of Object.entries({ cx: 12, cy: 12, r: 8, class: "ring" })) ring.setAttribute(key, value);
    svg.append(ring);
  }
  svg.append(path);
  return svg;
}

// A button: its words are always there for those who cannot see its picture.
export function button(words, act, { picture, key, kind = "", label, pressed, disabled, title } = {}) {
  const made = h("button", { type: "button", class: `button ${kind}`, onclick: act, disabled, title: title ?? (key ? `${label ?? words} (${key})` : label),
    "aria-label": label, "aria-pressed": pressed === undefined ? undefined : String(pressed) },
  picture && icon(picture), words && h("span", {}, words), key && kind !== "bare" && h("kbd", {}, key));
  return made;
}

export const STATES = {
  ready: ["pass", "ready"], pending: ["pending", "pending"], pass: ["pass", "pass"], warn: ["warn", "worth a look"],
  fail: ["fail", "fails"], "not measured": ["dashed", "not measured"], "not judged": ["dashed", "not judged"],
  "not made": ["dashed", "not made"], approve: ["pass", "approved"], reject: ["fail", "rejected"],
};

// A state is a shape, a word and a colour.
export function badge(state, words) {
  const [picture, said] = STATES[state] ?? ["dashed", state];
  return h("span", { class: `badge is-${state.replaceAll(" ", "-")}` }, icon(picture), words ?? said);
}

export function mark(state, words) {
  const [picture, said] = STATES[state] ?? ["dashed", state];
  const made = h("span", { class: `mark is-${state.replaceAll(" ", "-")}`, role: "img", "aria-label": words ?? said, title: words ?? said }, icon(picture));
  return made;
}

export function timecode(frame, fps) {
  const base = Math.round(fps);
  const whole = Math.max(0, Math.floor(frame));
  const seconds = Math.floor(whole / base);
  const two = (number) => String(number).padStart(2, "0");
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}:${two(whole % base)}`;
}

export function counted(number, one, many = `${one}s`) {
  return `${number} ${number === 1 ? one : many}`;
}

// A small picture. One that is not made yet is asked for again, a little later each time.
export function image(address, words = "") {
  const made = h("img", { alt: words, loading: "lazy", decoding: "async", class: "waits" });
  let tries = 0;
  made.addEventListener("load", () => made.classList.remove("waits"));
  made.addEventListener("error", () => {
    tries += 1;
    if (tries < 40) setTimeout(() => { if (made.isConnected || tries < 3) made.src = `${address}?again=${tries}`; }, Math.min(4000, 400 * tries));
  });
  made.src = address;
  return made;
}
