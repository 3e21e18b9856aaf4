// What the tests measure of a view in the browser.

// Texts whose contrast with what lies under them is less than 4.5 to 1 (3 to 1 where nothing can be done with
// them), as WCAG 2.2 asks in 1.4.3.
function contrast() {
  const parsed = (colour) => {
    const found = /rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)/.exec(colour);
    return found ? [...found.slice(1, 4).map(Number), found[4] === undefined ? 1 : Number(found[4])] : [0, 0, 0, 0];
  };
  const over = (top, under) => [0, 1, 2].map((at) => top[3] * top[at] + (1 - top[3]) * under[at]);
  // Relative luminance and contrast: WCAG 2.2, definitions.
  const luminance = (colour) => {
    const [r, g, b] = colour.map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    const chain = [];
    for (let at = element; at; at = at.parentElement) chain.unshift(parsed(getComputedStyle(at).backgroundColor));
    return chain.reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !element.checkVisibility({ visibilityProperty: true }) || element.closest("option, noscript")) continue;
    const under = ground(element);
    const colour = parsed(getComputedStyle(element).color);
    for (let at = element; at; at = at.parentElement) colour[3] *= Number(getComputedStyle(at).opacity);
    const ink = over(colour, under);
    const [high, low] = [luminance(ink), luminance(under)].sort((a, b) => b - a);
    const least = element.closest(":disabled, .faint") ? 3 : 4.5;
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < least) found.push(`${ratio.toFixed(2)} ${element.className || element.tagName}: ${walk.currentNode.data.trim().slice(0, 40)}`);
  }
  return { low: found, texts: document.body.innerText.length };
}

// Controls that the keyboard does not reach, that are too small for a finger, or that lie outside the window.
function reach() {
  const controls = [...document.querySelectorAll("button, a[href], input, textarea, select, audio[controls], [tabindex]")]
    .filter((item) => item.checkVisibility({ visibilityProperty: true }) && !item.disabled && item.tabIndex >= 0);
  const before = document.activeElement;
  const lost = controls.filter((item) => { item.focus({ preventScroll: true }); return document.activeElement !== item; });
  before?.focus?.();
  const small = controls.filter((item) => { const box = item.getBoundingClientRect(); return box.width && Math.min(box.width, box.height) < 20; });
  const scrolls = (item) => { for (let at = item.parentElement; at; at = at.parentElement) if (/auto|scroll/.test(getComputedStyle(at).overflowX) && at !== document.documentElement) return true; return false; };
  const outside = controls.filter((item) => !scrolls(item) && (item.getBoundingClientRect().right > innerWidth + 1 || item.getBoundingClientRect().left < -1));
  const said = (items) => items.map((item) => item.outerHTML.slice(0, 120));
  const behind = [...document.querySelectorAll("button, a[href], input, textarea, select")].filter((item) => item.tabIndex < 0 && item.checkVisibility());
  return { count: controls.length, lost: said(lost), small: said(small), outside: said(outside), behind: said(behind), wide: document.documentElement.scrollWidth - innerWidth };
}
