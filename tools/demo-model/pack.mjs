// Draws every concept that is not yet in OUT/twemoji/ or OUT/noto/ as a 128-pixel PNG from the SVG sets.
//
//     node pack.mjs NPM CAPTIONS OUT
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const SIDE = 128;
const [npm, captions, out] = process.argv.slice(2);
const { Resvg } = createRequire(new URL(`${npm}/`, `file://${process.cwd()}/`))("@resvg/resvg-js");

// Sources differ in leading zeros and in variation selectors; without both they agree.
const key = (codes) =>
  codes
    .toLowerCase()
    .split("-")
    .filter((code) => code !== "fe0f")
    .map((code) => code.replace(/^0+/, ""))
    .join("-");

for (const set of ["twemoji", "noto"]) {
  const read = (file) => JSON.parse(readFileSync(`${npm}/@iconify-json/${set}/${file}.json`));
  const { icons, aliases, width, height } = read("icons");
  const named = Object.fromEntries(Object.entries(read("chars")).map(([codes, name]) => [key(codes), name]));
  mkdirSync(`${out}/${set}`, { recursive: true });
  for (const { file } of JSON.parse(readFileSync(captions))) {
    const target = `${out}/${set}/${file}`;
    const name = named[key(file.slice(0, -4))];
    const icon = icons[name] ?? icons[aliases?.[name]?.parent];
    if (!icon || existsSync(target)) continue;
    const [w, h] = [icon.width ?? width ?? 36, icon.height ?? height ?? 36];
    const size = `viewBox="0 0 ${w} ${h}" width="${SIDE}" height="${SIDE}"`;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${icon.body}</svg>`;
    writeFileSync(target, new Resvg(svg, { fitTo: { mode: "width", value: SIDE } }).render().asPng());
  }
}
