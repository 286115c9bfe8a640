"""Draws a training phrase for a concept and puts it into an everyday wording."""

import json

import numpy as np

from english import article

WORDINGS = {
    "one": ["{x}", "a {x}", "{a}", "the {x}", "picture of {a}", "a picture of {a}", "photo of {a}", "a photo of {a}",
            "an image of {a}", "a drawing of {a}", "an icon of {a}", "show me {a}", "this is {a}", "there is {a}",
            "i am looking for {a}", "find {a}", "my {x}", "one {x}", "some kind of {x}", "emoji of {a}", "just {a}",
            "i want to see {a}", "where is the {x}", "do you have {a}", "it looks like {a}", "what {a} looks like"],
    "many": ["{x}", "the {x}", "some {x}", "many {x}", "two {x}", "several {x}", "pictures of {x}", "photos of {x}",
             "a picture of {x}", "a photo of two {x}", "a group of {x}", "all {x}", "images with {x}", "different {x}",
             "a few {x}", "i like {x}", "show me {x}", "kinds of {x}", "lots of {x}"],
    "raw": ["{x}", "something about {x}", "pictures about {x}", "{x} picture", "a symbol for {x}", "an image of {x}",
            "a picture showing {x}", "photo of {x}", "it has to do with {x}", "things for {x}", "{x} emoji",
            "a picture of {x}", "a photo of {x}", "i am looking for {x}", "the {x}"]}
FILLER = """
i you we they it he she is are was be can could will would please find look see show want need like love have
has there here that these those this my your our her his very really nice beautiful good best little small big
large old new cute funny simple with without and or for from in on at to by near next not only also one any
other more most great what which where when who how why something someone picture pictures photo image drawn
painted colourful let me us give get go search seen made kind sort type example typical quick today now again
just maybe hello ok so then well
""".split()


class Phrases:
    """The phrases of prep.py. A set phrase is a row of truth: bool [phrases, concepts], what it is true of."""

    def __init__(self, path, concepts):
        p = json.loads(path.read_text())
        self.asked, self.plain = set(p["asked"]), set(p["plain"])
        self.names = [[] for _ in range(concepts)]
        for i, text, form in p["names"]:
            self.names[i].append((text, form))
        rows = [tuple(x) for x in p["sets"]] + [(kind, text, None, s) for kind, text, s in p["foreign"]]
        self.text, self.form = [r[1] for r in rows], [r[2] for r in rows]
        self.truth = np.zeros((len(rows), concepts), bool)
        self.by_kind = [{} for _ in range(concepts)]
        for n, (kind, _, _, s) in enumerate(rows):
            self.truth[n, s] = True
            for i in s:
                self.by_kind[i].setdefault(kind, []).append(n)
        # Only the foreign kinds ("de name", "fr tag") have a space.
        self.foreign = [[kind for kind in kinds if " " in kind] for kinds in self.by_kind]

    def dress(self, text, form, rng):
        """The phrase in an everyday wording, or with a few common words around it, so that those come to mean little.

        It stays bare where its name is held out, where the result would be a question of the evaluation, where it has
        no form (it is foreign), and about every third time.
        """
        if form is None or text.lower() in self.plain or rng.random() < 0.35:
            return text
        dressed = rng.choice(WORDINGS[form]).format(x=text, a=article(text))
        if rng.random() < 0.3:
            before, after = rng.choice([(1, 0), (2, 0), (3, 0), (4, 0), (0, 1), (0, 2), (2, 1)])
            if rng.random() < 0.5:
                dressed = article(text) if form == "one" else text
            dressed = " ".join(rng.choices(FILLER, k=before) + [dressed] + rng.choices(FILLER, k=after))
        return text if dressed.lower() in self.asked else dressed

    def name(self, concept, rng):
        return self.dress(*rng.choice(self.names[concept]), rng)

    def set(self, concept, rng):
        """A phrase that is true of the concept and of others, and its row in truth."""
        kind = rng.choices(["words", "tag", "both", "colour"], [5, 3, 2, 1])[0]
        n = rng.choice(self.by_kind[concept].get(kind) or self.by_kind[concept]["words"])
        return self.dress(self.text[n], self.form[n], rng), n

    def abroad(self, concept, rng):
        """A name (two in three) or a name or tag in another language, and its row in truth."""
        kinds = self.foreign[concept]
        kind = rng.choice([k for k in kinds if k.endswith("name")] if rng.random() < 0.65 else kinds)
        n = rng.choice(self.by_kind[concept][kind])
        return self.text[n], n
