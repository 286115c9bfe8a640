"""Measures a model folder on the demo's pictures and prints one JSON line.

    python evaluate.py MODEL IMAGES NPM [--suffix _w8] [--unseen out/unseen.npz] [--phrases out/phrases.json]
                                        [--against SUFFIX] [--top "query" ...]

MODEL is a folder in the Hugging Face layout, IMAGES the folder of captions.json and the packs, NPM a node_modules with
emojibase-data. A figure is the mean over the Noto and the Twemoji pictures unless its key names one of them. README.md
says what each key means.
"""

import argparse
import json
import pathlib
import re

import numpy as np

from encoder import STYLES, Encoder, read_captions, read_pack
from english import singular
from phrases import FILLER
from questions import WORDINGS, countable, held_out, read_queries, relevant, worded

MAIN, OTHER = ["de", "fr", "es", "zh", "ja"], ["it", "pt", "nl", "pl", "ru", "uk", "ko"]


def recall(scores, truth, k):
    """The share of rows whose right column, truth[row], is among the k best."""
    return float(np.mean((scores > scores[np.arange(len(truth)), truth][:, None]).sum(1) < k))


def average_precision(scores, mask):
    hits = mask[np.argsort(-scores)]
    return float((np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits].mean())


def precision(scores, mask, k=5):
    """Precision at k, or at the size of the set where that is smaller."""
    return float(mask[np.argsort(-scores)[:min(k, mask.sum())]].mean())


def content(text):
    """The words of a phrase that carry meaning, in the singular."""
    return frozenset(singular(w) for w in re.findall(r"\w+", text.lower())
                     if w not in FILLER and w not in ("a", "an", "the", "of"))


class Evaluation:
    """One model on one set of pictures."""

    def __init__(self, model, packs, captions):
        self.model, self.captions, self.figures = model, captions, {}
        self.style = {name: model.pictures(pictures) for name, pictures in packs.items()}

    def note(self, key, value):
        self.figures[key] = round(value, 4)

    def mean(self, figure):
        """A figure of a style's vectors, averaged over the styles."""
        return float(np.mean([figure(v) for v in self.style.values()]))

    def names(self):
        texts = self.model.texts([c["label"] for c in self.captions])
        for style, v in self.style.items():
            for k in (1, 5, 10):
                self.note(f"a_{style}_r{k}", recall(texts @ v.T, np.arange(len(texts)), k))
        return texts

    def queries(self, keep=lambda text: True, suffix=""):
        """mAP of the category queries and precision at 5 of the phrases, of those that keep() lets through."""
        q = read_queries()
        for key, rows, measure in (
                ("b_map", [(t, x) for x in q["category"] for t in x["q"]], average_precision),
                ("c_natural_p5", [(x["q"], x) for x in q["natural"]], precision),
                ("f_fresh_p5", [(x["q"], x) for x in q["fresh"]], precision)):
            rows = [(t, relevant(self.captions, rule)) for t, rule in rows if keep(t)]
            texts = self.model.texts([t for t, _ in rows])
            self.note(key + suffix, self.mean(
                lambda v: np.mean([measure(s, mask) for s, (_, mask) in zip(texts @ v.T, rows)])))
            if suffix:
                self.figures[f"{key}{suffix}_queries"] = len(rows)

    def languages(self, translated):
        for lang, labels in translated.items():
            texts, truth = self.model.texts(list(labels.values())), np.array(list(labels))
            self.note(f"d_{lang}_r5", self.mean(lambda v: recall(texts @ v.T, truth, 5)))
        for name, langs in (("main", MAIN), ("other", OTHER)):
            self.note(f"d_{name}_r5", float(np.mean([self.figures[f"d_{x}_r5"] for x in langs])))

    def wordings(self, key, concepts):
        pairs = worded(self.captions, concepts)
        texts, truth, step = self.model.texts([t for t, _ in pairs]), np.array([i for _, i in pairs]), len(WORDINGS)
        self.note(f"{key}_r5", self.mean(lambda v: recall(texts @ v.T, truth, 5)))
        for j, wording in enumerate(WORDINGS):
            self.note(f"{key}_{wording}", self.mean(lambda v: recall((texts @ v.T)[j::step], truth[j::step], 5)))

    def unseen(self, names, pictures, concept):
        """Names against drawings in a style that training never saw; concept[n] is what picture n shows."""
        scores = names[concept] @ self.model.pictures(pictures).T
        for k in (1, 5):
            self.note(f"unseen_r{k}", recall(scores, np.arange(len(concept)), k))


def untrained(phrases):
    """A test for queries whose content words are not, all together and alone, those of an English training phrase."""
    seen = {content(x[1]) for key in ("names", "sets") for x in phrases[key]}
    return lambda text: content(text) not in seen


def translations(npm, captions, langs):
    """{language: {concept: name}} from emojibase-data."""
    code = {c["file"][:-4].replace("-fe0f", "").lstrip("0"): i for i, c in enumerate(captions)}
    out = {}
    for lang in langs:
        rows = json.loads((npm / f"emojibase-data/{lang}/compact.json").read_text())
        found = {code.get(r["hexcode"].lower().replace("-fe0f", "").lstrip("0")): r["label"] for r in rows}
        out[lang] = {i: name for i, name in found.items() if i is not None}
    return out


def least_cosine(a, b, packs, captions):
    """The least cosine between two variants of a model, over all pictures, and over all names and category queries."""
    texts = [c["label"] for c in captions] + [t for x in read_queries()["category"] for t in x["q"]]
    return {"pictures": round(float(min((a.pictures(p) * b.pictures(p)).sum(1).min() for p in packs.values())), 6),
            "texts": round(float((a.texts(texts) * b.texts(texts)).sum(1).min()), 6)}


def arguments():
    p = argparse.ArgumentParser(description="Measures a model folder on the demo's pictures.")
    for name in ("model", "images", "npm"):
        p.add_argument(name, type=pathlib.Path)
    p.add_argument("--suffix", default="", help="variant of the towers: _w8 in a fresh export, none in the product")
    p.add_argument("--unseen", help="drawings in a style outside training, from prep.py")
    p.add_argument("--phrases", type=pathlib.Path, help="training phrases, from prep.py: adds the *_untrained figures")
    p.add_argument("--against", metavar="SUFFIX", help="only compare with this variant: the least cosine")
    p.add_argument("--top", nargs="+", metavar="QUERY", help="only print the five nearest Twemoji pictures of each")
    return p.parse_args()


def main():
    a = arguments()
    model, captions = Encoder(a.model, a.suffix), read_captions(a.images)
    packs = {style: read_pack(a.images, style, captions) for style in STYLES}
    if a.top:
        pictures = model.pictures(packs["twemoji"])
        for text, scores in zip(a.top, model.texts(a.top) @ pictures.T):
            print(f"{text}: " + ", ".join(captions[i]["label"] for i in np.argsort(-scores)[:5]))
        return
    if a.against is not None:
        print(json.dumps(least_cosine(model, Encoder(a.model, a.against), packs, captions)))
        return
    e = Evaluation(model, packs, captions)
    names = e.names()
    e.queries()
    if a.phrases:
        e.queries(untrained(json.loads(a.phrases.read_text())), "_untrained")
    e.languages(translations(a.npm, captions, MAIN + OTHER))
    held = held_out(captions)
    e.wordings("e", held)
    e.wordings("trained", [i for i in countable(captions) if i not in held])
    if a.unseen:
        z = np.load(a.unseen)
        e.unseen(names, z["pictures"], z["concept"])
    print(json.dumps(e.figures))


if __name__ == "__main__":
    main()
