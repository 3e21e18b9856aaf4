// The form of a shot, or of the film: a row for each field that is written, and one to add what is not.

import { button, h, icon } from "./dom.js";
import { equal, isGroup, matches } from "./edits.js";

const ROOM = 62; // characters of a line of a text field

export const fieldId = (route) => `field-${route.join("-")}`;

// What stands in a field that was added and is empty yet.
export function blank(field) {
  if (field.parts && !field.plain && !field.choices) return Object.fromEntries((field.needs?.length ? field.needs : [Object.keys(field.parts)[0]]).map((part) => [part, ""]));
  return field.item && !field.plain && !field.parts ? [""] : "";
}

// A row a field. ``hand`` is told of what is done: set(route, value, whether it is a step of its own) and rest().
export function rows(form, hand) {
  const names = Object.keys(form.draft).filter((name) => name !== "id");
  const absent = Object.fromEntries(Object.entries(form.fields).filter(([name]) => !(name in form.draft)));
  const add = adding("Add a field", "Add a field …", absent, (name) => hand.set([name], blank(form.fields[name]), true));
  return [...names.map((name) => row(name, form.draft[name], form.fields[name] ?? {}, [name], hand)), h("div", { class: "row" }, h("span"), add)];
}

function adding(label, words, parts, add, kind) {
  const made = h("select", { class: kind, "aria-label": label, onchange: () => made.value && add(made.value) }, h("option", { value: "" }, words),
    Object.entries(parts).map(([name, field]) => h("option", { value: name }, `${name}: ${field.help}`.slice(0, 110))));
  return made;
}

function row(name, value, field, route, hand, depth = 0) {
  const remove = button("", () => hand.set(route, null, true), { picture: "fail", label: `Take ${route.join(" ")} out`, kind: "bare remove" });
  if (isGroup(value)) {
    const parts = field.parts ?? {};
    const absent = Object.fromEntries(Object.entries(parts).filter(([part]) => !(part in value)));
    const add = Object.keys(absent).length ? adding(`Add to ${name}`, "Add …", absent, (part) => hand.set([...route, part], "", true), "more") : "";
    return group(name, field, depth, remove, [...Object.entries(value).map(([part, item]) => row(part, item, parts[part] ?? {}, [...route, part], hand, depth + 1)), add]);
  }
  if (Array.isArray(value)) return group(name, field, depth, remove, value.map((each, number) => row(String(number + 1), each, field.item ?? {}, [...route, number], hand, depth + 1)));
  const label = depth ? name : h("span", { title: field.help }, name);
  return h("div", { class: `row leaf depth-${depth}`, "data-route": JSON.stringify(route) }, h("label", { class: "name", for: fieldId(route), title: field.help }, label), h("div", { class: "field" }, control(value, field, route, hand), h("p", { class: "fault", id: `${fieldId(route)}-fault`, role: "alert", hidden: true })), remove);
}

function group(name, field, depth, remove, parts) {
  return h("fieldset", { class: `row group depth-${depth}` }, h("legend", { class: "name", title: field.help }, name), h("div", { class: "parts" }, parts), remove);
}

function control(value, field, route, hand) {
  const shared = { id: fieldId(route), oninput: (event) => hand.set(route, event.target.value), onchange: () => hand.rest(), spellcheck: String(Boolean(field.long)), "aria-describedby": `${fieldId(route)}-fault` };
  const text = value ?? "";
  if (field.choices && !field.plain && !field.parts && (value === "" || field.choices.includes(value)))
    return h("select", { ...shared, value }, value === "" && h("option", { value: "" }, "choose …"), field.choices.map((choice) => h("option", { value: choice, selected: choice === value }, choice)));
  if (field.long || text.length > 48) {
    const made = h("textarea", { ...shared, rows: String(Math.min(9, Math.max(2, Math.ceil(text.length / ROOM)))) });
    made.value = text;
    return made;
  }
  const many = [...(field.choices ?? []), ...(field.examples ?? [])];
  const list = many.length ? h("datalist", { id: `${shared.id}-list` }, many.map((choice) => h("option", { value: choice }))) : null;
  return [h("input", { ...shared, value: text, list: list?.id, autocomplete: "off", placeholder: "", size: String(Math.max(14, Math.min(48, text.length + 4))) }), list, !value || (field.help?.length ?? 0) > 76 ? null : h("span", { class: "help dim" }, field.help)];
}

// What is said at each field: that it was edited, and its faults. ``faults`` have routes inside the form.
export function judge(fields, form, faults) {
  for (const leaf of fields.querySelectorAll(".leaf")) {
    const route = JSON.parse(leaf.dataset.route);
    const mine = faults.filter((fault) => matches(fault.inside, route));
    leaf.classList.toggle("faulty", mine.length > 0);
    const said = leaf.querySelector(".fault");
    said.hidden = !mine.length;
    said.replaceChildren(...mine.flatMap((fault) => [icon("warn"), h("span", {}, `line ${fault.line}: ${fault.message}; ${fault.remedy}`)]));
    leaf.querySelector("input, textarea, select")?.setAttribute("aria-invalid", String(mine.length > 0));
    const [was, now] = [form.was, form.draft].map((value) => route.reduce((at, key) => at?.[key], value) ?? null);
    leaf.classList.toggle("edited", !equal(was, now));
  }
}
