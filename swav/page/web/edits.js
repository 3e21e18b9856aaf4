// Edits as values: where two drafts differ, and how a draft takes them over.

export const copy = (value) => structuredClone(value);
export const equal = (a, b) => JSON.stringify(a) === JSON.stringify(b);
export const isGroup = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

// Where two values differ, as edits of the smallest places.
export function between(was, now, field = []) {
  if (equal(was, now)) return [];
  if (field.length && (isGroup(was) !== isGroup(now) || Array.isArray(was) !== Array.isArray(now))) return [{ field, was, value: now }];
  if (isGroup(was) && isGroup(now)) {
    if (field.length && !Object.keys(now).length) return [{ field, was, value: null }];
    return [...new Set([...Object.keys(was), ...Object.keys(now)])].flatMap((key) => between(was[key] ?? null, now[key] ?? null, [...field, key]));
  }
  if (Array.isArray(was) && was.length === now.length) return was.flatMap((item, number) => between(item, now[number], [...field, number]));
  return [{ field, was, value: now }];
}

// A fault belongs to a field if one of their routes leads to the other: shorthands have fewer levels.
export function matches(fault, route) {
  const short = Math.min(fault.length, route.length);
  return short > 0 && fault.slice(0, short).every((key, number) => String(key) === String(route[number]));
}

// Values put at their places.
export function laid(value, edits) {
  for (const edit of edits) {
    let at = value;
    for (const key of edit.field.slice(0, -1)) at = at?.[key];
    if (!at) continue;
    if (edit.value === null) delete at[edit.field.at(-1)];
    else at[edit.field.at(-1)] = edit.value;
  }
  return value;
}

export function kinds(made) {
  const counts = new Map();
  for (const item of made) counts.set(item.kind, (counts.get(item.kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => (count > 1 ? `${count} of ${kind}` : kind)).join(", ");
}

export function time(minutes) {
  if (minutes < 1.5) return `${Math.max(1, Math.round(minutes * 60))} s`;
  return minutes < 90 ? `${Math.round(minutes)} min` : `${(minutes / 60).toFixed(1)} h`;
}
