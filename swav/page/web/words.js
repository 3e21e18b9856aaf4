// Two wordings beside each other, with the words marked that only one of them has.

import { h } from "./dom.js";

// The longest common run of words, by the table of lengths; prompts are a few hundred words at most.
export function marked(mine, other, kind) {
  const [a, b] = [mine, other].map((text) => text.split(/\s+/).filter(Boolean));
  if (a.length * b.length > 400000) return [mine];
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1) table[i][j] = a[i] === b[j] ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
  const runs = [];
  const put = (word, same) => (runs.at(-1)?.same === same ? runs.at(-1).words.push(word) : runs.push({ same, words: [word] }));
  let j = 0;
  for (let i = 0; i < a.length; ) {
    const same = j < b.length && a[i] === b[j];
    if (!same && j < b.length && table[i][j + 1] > table[i + 1][j]) {
      j += 1;
      continue;
    }
    put(a[i], same);
    i += 1;
    if (same) j += 1;
  }
  return runs.flatMap((run, number) => [number ? " " : "", run.same ? run.words.join(" ") : h("mark", { class: kind }, run.words.join(" "))]);
}
