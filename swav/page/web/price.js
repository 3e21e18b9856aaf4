// What edits would cost, before they are written: faults, conflicts, what a build makes then, and what stays.

import { button, counted, h, icon, mark } from "./dom.js";
import { kinds, time } from "./edits.js";
import { ask } from "./store.js";

const MOST_ROWS = 30;
const MOST_FAULTS = 8;

// The server's word on edits; what cannot be asked is said in the same form.
export async function priceOf(edits) {
  try {
    return await ask("/api/preview", { edits });
  } catch (error) {
    return refused(error);
  }
}

export function refused(error, difference = []) {
  return { problem: error.message, faults: error.answer?.faults ?? [], conflicts: [], difference };
}

// Why these edits cannot be saved; empty where they can.
export function hindrance({ faults, problem }) {
  return faults.length ? `${counted(faults.length, "fault")} must go first.` : problem ? "Not to be saved as it is." : "";
}

// All of it as sections. ``choose`` is told which of two texts is kept where both hands edited one place.
export function priced(answer, count, choose) {
  const { plan, edited, faults, conflicts, problem } = answer;
  return [
    problem && !faults.length && h("p", { class: "is-fail" }, problem),
    conflicts.length && asking(conflicts, choose),
    faults.length && h("section", {}, h("h2", { class: "is-fail" }, icon("warn"), ` ${counted(faults.length, "fault")}`),
      h("ul", { class: "plain faults" }, faults.slice(0, MOST_FAULTS).map((fault) => h("li", {}, h("b", {}, fault.field), ` line ${fault.line}: ${fault.message}; ${fault.remedy}`)))),
    ...(plan ? planned(plan, count) : []),
    plan && count && edited && h("section", {}, h("h3", { class: "is-pass" }, icon("pass"), " Stays as it is"),
      h("p", { class: "dim" }, `${counted(edited.stays, "file")}; ${counted(edited.made.length, "other")} ${edited.made.length === 1 ? "is" : "are"} made anew: ${kinds(edited.made)}.`)),
  ].filter(Boolean);
}

function planned(plan, count) {
  const takes = plan.pending.length;
  const big = plan.ready ? "Nothing to make" : !takes ? "No take" : plan.renders && plan.minutes ? time(plan.minutes) : counted(takes, "take");
  const reasons = [...plan.pending.filter((item) => item.why).map((item) => [item.shot, "a new take", item.why, item.minutes]), ...plan.edits.map((item) => [item.about, "", item.words, 0])];
  return [
    h("section", {}, h("p", { class: "dim" }, count ? `With ${count === 1 ? "this edit" : `these ${count} edits`} a build makes` : "A build makes"), h("p", { class: "big" }, big),
      [...plan.summary, ...plan.common].map((words) => h("p", { class: "dim" }, words))),
    reasons.length && h("section", {}, h("ul", { class: "reasons" }, reasons.slice(0, MOST_ROWS).map(([about, what, why, minutes]) => h("li", {}, mark("pending"),
      h("div", {}, h("b", {}, about), what && ` ${what}`, h("p", { class: "dim" }, why)), h("span", { class: "count" }, minutes ? time(minutes) : minutes === null ? "?" : ""))))),
  ];
}

// Both hands touched the same place: both texts, and the choice.
function asking(conflicts, choose) {
  const words = (value) => (value === null ? "nothing" : typeof value === "string" ? value : JSON.stringify(value));
  return h("section", { class: "conflict", role: "alert" }, h("h2", { class: "is-warn" }, "Edited elsewhere meanwhile"), conflicts.map((item) => h("div", {}, h("p", {}, h("b", {}, [item.shot, ...item.field].filter((part) => part !== "").join(" · "))),
    h("p", {}, h("span", { class: "dim" }, "yours: "), words(item.value)), h("p", {}, h("span", { class: "dim" }, "in the file: "), words(item.now)),
    h("div", { class: "buttons" }, button("Keep mine", () => choose(item, true)), button("Keep the file's", () => choose(item, false))))));
}

// The lines that would be written.
export function written(difference, file) {
  if (!difference.length) return [];
  const kind = { "+": "added", "-": "removed", "@": "place" };
  return [h("h3", {}, `What is written into ${file}`), h("pre", { tabindex: "0", "aria-label": `What is written into ${file}` }, difference.map((line) => h("span", { class: kind[line[0]] }, `${line}\n`)))];
}
