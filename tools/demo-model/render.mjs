// Draws the SVG sets that come without bitmaps, Fluent flat and FxEmoji, as 64-pixel PNGs: OUT/<set>/<code points>.png.
//
//     node render.mjs NPM OUT
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const [npm, out] = process.argv.slice(2).map((folder) => folder.replace(/\/?$/, "/"));
const { Resvg } = createRequire(new URL(npm, `file://${process.cwd()}/`))("@resvg/resvg-js");

for (const set of ["fluent-emoji-flat", "fxemoji"]) {
  const read = (file) => JSON.parse(readFileSync(`${npm}@iconify-json/${set}/${file}.json`));
  const { icons, width, height } = read("icons");
  mkdirSync(out + set, { recursive: true });
  // FxEmoji has no table of code points: its files keep the names of the icons, which prep.py looks up.
  const chars = Object.entries(read("chars"));
  for (const [code, name] of chars.length ? chars : Object.keys(icons).map((icon) => [icon, icon])) {
    const icon = icons[name];
    if (!icon) continue;
    const [w, h] = [icon.width ?? width ?? 16, icon.height ?? height ?? 16];
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}">${icon.body}</svg>`;
    const png = new Resvg(svg, { fitTo: { mode: "width", value: 64 } }).render().asPng();
    writeFileSync(`${out}${set}/${code}.png`, png);
  }
}
