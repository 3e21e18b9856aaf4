// How much two pictures differ: measured in small, so that it costs nothing while one steps.

const WIDTH = 240;
const SEEN = 8; // of 255: what differs by less is not seen

// Of two videos: {mean, share}, the mean difference of 255, and which share of the picture differs visibly. Null
// while one of them has no picture.
export function difference(a, b) {
  if (a.readyState < 2 || b.readyState < 2 || a.seeking || b.seeking || !a.videoWidth) return null;
  const height = Math.max(1, Math.round((WIDTH * a.videoHeight) / a.videoWidth));
  const [mine, its] = [a, b].map((video) => pixels(video, height));
  let sum = 0;
  let seen = 0;
  for (let at = 0; at < mine.length; at += 4) {
    const apart = [0, 1, 2].map((colour) => Math.abs(mine[at + colour] - its[at + colour]));
    sum += (apart[0] + apart[1] + apart[2]) / 3;
    seen += Math.max(...apart) > SEEN;
  }
  return { mean: sum / (mine.length / 4), share: seen / (mine.length / 4) };
}

function pixels(video, height) {
  const canvas = new OffscreenCanvas(WIDTH, height);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(video, 0, 0, WIDTH, height);
  return pen.getImageData(0, 0, WIDTH, height).data;
}

export function said(found) {
  if (!found) return "Comparing …";
  if (found.mean === 0) return "A and B are the same here.";
  return `A and B differ by ${found.mean.toFixed(1)} of 255, visibly in ${(100 * found.share).toFixed(found.share < 0.1 ? 1 : 0)} % of the picture. Shown four times as bright.`;
}
