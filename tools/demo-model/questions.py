"""What the model is asked in the evaluation, and so what training must not contain.

queries.json holds fixed queries with a rule each that says which concepts are right: "category" (wordings of one
category), "natural" and "fresh" (phrases as people type them). The other questions are names in unseen wordings.
"""

import json
import pathlib
import re

import numpy as np

HERE = pathlib.Path(__file__).parent
COUNTABLE = {"animals-nature", "food-drink", "objects", "travel-places", "activities"}
WORDINGS = ["{many}", "a photo of {a}", "picture of {a}", "the {x}", "an image of two {many}", "here you can see {a}"]

# Kept apart from english.plural so that a better plural there would not change what was asked here.
from english import article, plural  # noqa: E402
