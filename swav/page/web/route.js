// Where one is: the view and the shot stand in the address, so that back, reload and bookmarks work.

export const VIEWS = ["film", "shot", "edit", "sound", "build"];

export function here() {
  const [view, shot] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  return { view: VIEWS.includes(view) ? view : "film", shot: shot || null };
}

export function go(view, shot) {
  location.hash = shot ? `#/${view}/${encodeURIComponent(shot)}` : `#/${view}`;
}
