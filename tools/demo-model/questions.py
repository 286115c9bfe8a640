"""What the evaluation asks, and therefore what training must not contain.

queries.json holds the fixed queries, each with a rule that says which concepts are right: "category" (three wordings a
category), "natural" and "fresh" (phrases as people type them). The rest are names of concepts in everyday wordings; the
names of held_out() appear in training bare, never in such a wording.
"""

import json
import pathlib
import re

import numpy as np

from english import article, plural

QUERIES = pathlib.Path(__file__).parent / "queries.json"
COUNTABLE = {"animals-nature", "food-drink", "objects", "travel-places", "activities"}
WORDINGS = ["{many}", "a photo of {a}", "picture of {a}", "the {x}", "an image of two {many}", "here you can see {a}"]


def read_queries():
    return json.loads(QUERIES.read_text())


def countable(captions):
    """Concepts whose name is one or two plain words in the singular."""
    return [i for i, c in enumerate(captions) if c["group"] in COUNTABLE
            and re.fullmatch(r"[a-z]+( [a-z]+)?", c["label"]) and not c["label"].endswith("s")]


def held_out(captions):
    """Every fifth countable concept."""
    return countable(captions)[::5]


def worded(captions, concepts):
    """(query, concept) for every wording of every name, the wordings of one name in a row."""
    return [(w.format(x=name, a=article(name), many=plural(name)), i)
            for i in concepts for name in [captions[i]["label"]] for w in WORDINGS]


def relevant(captions, rule):
    """A mask of the concepts that a rule calls right: by subgroup, by group or by a pattern on the name, less "not"."""
    def right(c):
        if rule.get("not") and re.search(rule["not"], c["label"], re.I):
            return False
        return (c["sub"] in rule.get("sub", ()) or c["group"] in rule.get("group", ())
                or bool("match" in rule and c["group"] != "flags"
                        and re.search(rf"\b(?:{rule['match']})", c["label"], re.I)))
    return np.array([right(c) for c in captions])


def reserved(captions):
    """The queries, in lower case, that training must not contain word for word.

    "fresh" is not among them: those phrases were written while the model trained.
    """
    q = read_queries()
    texts = [text for x in q["category"] for text in x["q"]] + [x["q"] for x in q["natural"]]
    return {text.lower() for text in texts + [text for text, _ in worded(captions, held_out(captions))]}
