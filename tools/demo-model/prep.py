"""Gathers the drawings and the phrases to train on: OUT/data.npz, OUT/flip.npy, OUT/unseen.npz, OUT/phrases.json.

    node render.mjs NPM OUT/svg
    python prep.py NPM IMAGES OUT

Every phrase comes with the whole set of concepts it is true of, so that training never punishes a right answer. No
question of the evaluation is kept word for word (questions.py), and the names it holds out stay bare: no wording, no
plural. The same input gives the same bytes.
"""

import collections
import colorsys
import json
import pathlib
import random
import re
import sys

import numpy as np
from PIL import Image

from encoder import SIDE, STYLES, read_captions, read_pack
from english import article, plural
from questions import COUNTABLE, held_out, reserved

LANGUAGES = ["de", "fr", "es", "zh", "ja", "it", "pt"]
WORDS = pathlib.Path(__file__).parent / "words.txt"

# Hue in degrees up to which a saturated colour has this name.
HUES = ((16, "red"), (42, "orange"), (68, "yellow"), (165, "green"), (255, "blue"), (295, "purple"), (342, "pink"),
        (361, "red"))

COLOUR_PHRASES = ("{}", "something {}", "{} things", "a {} thing", "{} colour", "mostly {}", "things that are {}",
                  "coloured {}")

# What a name of this shape is also called.
OTHER_NAMES = [
    (r"flag: (.*)", r"flag of \1", r"\1 flag", r"the flag of \1", r"\1"),
    (r"man (.*)", r"male \1", r"a man \1", r"a man, \1"),
    (r"keycap: (.*)", r"number \1", r"key \1"),
    (r"woman (.*)", r"female \1", r"a woman \1", r"a woman, \1"),
    (r"person (.*)", r"somebody \1"),
    (r"kiss: (.*)", r"kissing \1"),
    (r"(man|woman|person): (.*)", r"\1 with \2", r"a \1 with \2"),
    (r"(.*) button.*", r"\1 sign"),
    (r"(.*)\bface\b(.*)", r"\1smiley\2", r"\1emoji\2", r"a \1face\2"),
    (r"(.*) o’clock", r"\1 o'clock", r"it is \1"),
    (r"family: (.*)", r"family of \1")]

# A mirror image of these says something else, or something wrong.
NEVER_MIRRORED = re.compile(
    r"left|right|facing|index|button|writing|sign|text|book|news|calendar|statue|map|globe|compass")


def key(codes):
    """Code points as all sources agree on them: no variation selectors, no leading zeros."""
    return "-".join(x.lstrip("0") for x in codes.lower().split("-") if x != "fe0f")


def concept_by_name(npm, captions, concept):
    """FxEmoji files carry names, not code points: letters and digits of every name in use -> concept."""
    named = {}
    for e in json.loads((npm / "emoji-datasource-google/emoji.json").read_text()):
        code = key(e["image"][:-4])
        label = [captions[concept[code]]["label"]] if code in concept else []
        for name in [e["name"] or ""] + e["short_names"] + label:
            named.setdefault(re.sub("[^a-z0-9]", "", name.lower()), concept.get(code))
    return named


def read_drawings(npm, images, out, captions):
    """[pictures, concept, style] of the training styles, and [pictures, concept, style] of the unseen one.

    Styles 0 and 1 are the product's packs, 2 to 6 the folders in their order here.
    """
    concept = {key(c["file"][:-4]): i for i, c in enumerate(captions)}
    named = concept_by_name(npm, captions, concept)
    folders = {"noto": npm / "emoji-datasource-google/img/google/64", "blob": npm / "google-old/img/google/64",
               "twemoji": npm / "emoji-datasource-twitter/img/twitter/64",
               "fluent3d": npm / "@lobehub/fluent-emoji-3d/assets", "flat": out / "svg/fluent-emoji-flat",
               "unseen": out / "svg/fxemoji"}
    rows = [(picture, i, n) for n, style in enumerate(STYLES)
            for i, picture in enumerate(read_pack(images, style, captions))]
    unseen = []
    for n, (name, folder) in enumerate(folders.items(), len(STYLES)):
        for file in sorted(folder.iterdir()):
            i = named.get(file.stem) if name == "unseen" else concept.get(key(file.stem))
            if i is not None:
                im = Image.open(file).convert("RGBA")
                pixels = np.asarray(im if im.size == (SIDE, SIDE) else im.resize((SIDE, SIDE), Image.BICUBIC))
                (unseen if name == "unseen" else rows).append((pixels, i, n))
        print(name, len(rows), len(unseen), flush=True)
    return [np.array(x) for x in zip(*rows)], [np.array(x) for x in zip(*unseen)]


def colour_name(r, g, b):
    """An everyday name of a colour, channels in 0..1."""
    h, s, v = colorsys.rgb_to_hsv(r, g, b)
    h *= 360
    if v < 0.25 or (v < 0.4 and s < 0.4):
        return "black"
    if s < 0.15:
        return "white" if v > 0.85 else "grey"
    if 15 <= h < 45 and v < 0.72:
        return "brown"
    return next(name for limit, name in HUES if h < limit)


def colours(pictures):
    """Colours that cover more than two fifths of the opaque pixels; every third pixel counts."""
    opaque = pictures[pictures[..., 3] > 128][:, :3][::3] / 255
    count = collections.Counter(colour_name(*pixel) for pixel in opaque)
    return {name for name, n in count.items() if n > 0.4 * len(opaque)}


def name_phrases(concept, held):
    """[(text, form)] for one concept, its name and what else it is called; form is one, many or raw."""
    name = concept["label"]
    out = [(name, "raw")] * 3
    if held:
        return out
    if concept["group"] in COUNTABLE and not name[0].isdigit() and not name.endswith("s"):
        out += [(name, "one"), (name, "one"), (plural(name), "many"), (plural(name), "many")]
    for pattern, *others in OTHER_NAMES:
        if re.fullmatch(pattern, name):
            out += [(re.sub(f"^{pattern}$", other, name), "raw") for other in others]
    if concept["sub"] == "person-role" and name.startswith(("man ", "woman ")):
        who, role = name.split(" ", 1)
        out += [(f"a {who} working as {article(role)}", "raw"), (f"{who} who is {article(role)}", "raw")]
    for tag in concept["tags"]:
        if tag.lower() not in name.lower():
            out += [(f"{name}, {tag}", "raw"), (f"{tag} {name}", "raw")][:1 + (len(out) % 2)]
    return out


def read_words(captions):
    """Yields (concepts, one, many, raw) for each line of words.txt."""
    for line in WORDS.read_text().splitlines():
        if line.startswith("#"):
            continue
        which, *words = [x.strip() for x in line.split(" ; ")]
        how, value = which.split("=", 1)
        if how == "label":
            concepts = {i for i, c in enumerate(captions) if c["group"] != "flags"
                        and re.match(rf"(?:{value})(?![a-z])", c["label"], re.I)}
        else:
            concepts = {i for i, c in enumerate(captions) if c[how] in value.split(",")}
        if not concepts:
            sys.exit(f"words.txt: nothing is {which}")
        yield concepts, *([x for x in w.split("|") if x] for w in (words + ["", "", ""])[:3])


def tag_with_word(tag, one, many, rng):
    """(text, form): a tag put together with a word for the set, such as "romantic flowers"."""
    a, b, draw = rng.choice(one), rng.choice(many), rng.random()
    if draw < 0.35:
        return f"{tag} {a}", "one"
    if draw < 0.6:
        return f"{tag} {b}", "many"
    if draw < 0.75:
        return f"{a} with {tag}", "one"
    if draw < 0.9:
        return f"{b}, {tag}", "raw"
    return f"{a} for {tag}", "one"


def set_phrases(captions, colour, rng):
    """[(kind, text, form, concepts)] of phrases that are true of several concepts; colour[i] are those of concept i."""
    tagged, coloured = collections.defaultdict(set), collections.defaultdict(set)
    for i, c in enumerate(captions):
        for tag in c["tags"]:
            tagged[tag.lower()].add(i)
    for i, found in enumerate(colour):
        for x in sorted(found):
            coloured[x].add(i)
    out = [("tag", tag, "raw", s) for tag, s in tagged.items()]
    for x, s in coloured.items():
        out += [("colour", phrase.format(x), "raw", s) for phrase in COLOUR_PHRASES]
    for concepts, one, many, raw in read_words(captions):
        out += [("words", p, form, concepts) for form, ps in (("one", one), ("many", many), ("raw", raw)) for p in ps]
        for x, s in coloured.items():
            if s & concepts:
                out += [("colour", f"{x} {p}", form, s & concepts)
                        for form, ps in (("one", one), ("many", many)) for p in ps]
        for tag, s in tagged.items():
            both = s & concepts
            if both and not any(tag in p for p in one + many) and len(both) < len(concepts):
                out.append(("both", *tag_with_word(tag, one, many, rng), both))
    return out


def foreign_phrases(npm, captions):
    """{("de name" or "de tag" and so on, text): concepts}."""
    concept = {key(c["file"][:-4]): i for i, c in enumerate(captions)}
    out = collections.defaultdict(set)
    for lang in LANGUAGES:
        for row in json.loads((npm / f"emojibase-data/{lang}/compact.json").read_text()):
            i = concept.get(key(row["hexcode"]))
            if i is not None:
                out[f"{lang} name", row["label"]].add(i)
                for tag in row.get("tags", ()):
                    out[f"{lang} tag", tag].add(i)
    return out


def gather_phrases(npm, captions, colour):
    """What phrases.py reads."""
    asked, held = reserved(captions), set(held_out(captions))
    sets, true_of = collections.defaultdict(set), collections.defaultdict(set)
    for kind, text, form, s in set_phrases(captions, colour, random.Random(1)):
        sets[kind, text, form] |= s
    for (_, text, _), s in sets.items():
        true_of[text] |= s  # the same words of two sets are true of both
    return {"asked": sorted(asked), "plain": sorted(captions[i]["label"] for i in held),
            "names": [[i, text, form] for i, c in enumerate(captions) for text, form in name_phrases(c, i in held)
                      if text.lower() not in asked],
            "sets": [[kind, text, form, sorted(true_of[text])] for kind, text, form in sets
                     if text.lower() not in asked],
            "foreign": [[kind, text, sorted(s)] for (kind, text), s in foreign_phrases(npm, captions).items()]}


def mirrored(concept):
    """Whether training may show the concept in a mirror."""
    return (concept["group"] not in ("symbols", "flags") and concept["sub"] not in ("time", "heart", "office")
            and not NEVER_MIRRORED.search(concept["label"]))


def main():
    npm, images, out = (pathlib.Path(x) for x in sys.argv[1:4])
    captions = read_captions(images)
    (pictures, concept, style), unseen = read_drawings(npm, images, out, captions)
    np.savez(out / "data.npz", pictures=pictures, concept=concept, style=style)
    np.savez(out / "unseen.npz", pictures=unseen[0], concept=unseen[1])
    np.save(out / "flip.npy", [mirrored(c) for c in captions])
    colour = [colours(pictures[(concept == i) & (style < len(STYLES))]) for i in range(len(captions))]
    phrases = gather_phrases(npm, captions, colour)
    (out / "phrases.json").write_text(json.dumps(phrases, ensure_ascii=False))
    print({k: len(v) for k, v in phrases.items()}, collections.Counter(x[0] for x in phrases["sets"]))


if __name__ == "__main__":
    main()
