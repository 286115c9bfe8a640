"""Teaches the model concepts as a person would, and prints what that changes: an independent check of the method sgd.

    python teach.py MODEL IMAGES [--suffix _w8]

A simulated user types a loose phrase and marks three pages of nine by ground truth; each page holds the most similar
pictures not seen yet. Measured is the average precision over the whole dataset, both styles. First the phrases of
LESSONS, then all the phrases of queries.json ("natural" and "fresh") with their own rules, as means and counts.
"""

import argparse
import pathlib

import numpy as np

from encoder import STYLES, Encoder, read_captions, read_pack, unit
from evaluate import average_precision
from questions import read_queries, relevant

PAGES, PAGE = 3, 9
ITERATIONS, RATE = 5, 0.1

# Loose phrases for a subgroup each, the same ten as in the product's TeachingIT.
LESSONS = [("something to play in an orchestra", "musical-instrument"), ("letters", "mail"),
           ("gift for a date", "plant-flower"), ("athletics", "person-sport"), ("leisure", "game"),
           ("on a desk", "office"), ("ways to fly somewhere", "transport-air"), ("at the hospital", "medical"),
           ("things in a bathroom", "household"), ("relatives", "family")]


def fit(weight, x, y):
    """The method sgd: binary cross entropy of a linear layer, the weight normalised before each step."""
    for _ in range(ITERATIONS):
        weight = unit(weight)
        probability = 1 / (1 + np.exp(-x @ weight))
        weight = weight - RATE * x.T @ (probability - y) / len(y)
    return weight


def teach(query, pictures, right):
    """(untaught, taught) average precision and how many of each page were right."""
    weight, seen, found = query, [], []
    for _ in range(PAGES):
        fresh = np.argsort(-(pictures @ weight), kind="stable")
        fresh = fresh[~np.isin(fresh, seen)][:PAGE]
        seen += fresh.tolist()
        found.append(int(right[fresh].sum()))
        weight = fit(weight, pictures[seen], right[seen].astype("f4"))
    return average_precision(pictures @ query, right), average_precision(pictures @ weight, right), found


def main():
    p = argparse.ArgumentParser(description="Teaches the model concepts and prints the average precisions.")
    p.add_argument("model", type=pathlib.Path)
    p.add_argument("images", type=pathlib.Path)
    p.add_argument("--suffix", default="")
    a = p.parse_args()
    model, captions = Encoder(a.model, a.suffix), read_captions(a.images)
    pictures = np.concatenate([model.pictures(read_pack(a.images, style, captions)) for style in STYLES])
    for phrase, subgroup in LESSONS:
        right = np.tile(relevant(captions, {"sub": [subgroup]}), len(STYLES))
        before, after, found = teach(model.texts([phrase])[0], pictures, right)
        print(f"{before:.3f} -> {after:.3f}  {phrase} ({subgroup}, {right.sum()} pictures; right a page: {found})")
    q = read_queries()
    for key in ("natural", "fresh"):
        rows = np.array([teach(v, pictures, np.tile(relevant(captions, x), len(STYLES)))[:2]
                         for x, v in zip(q[key], model.texts([x["q"] for x in q[key]]))])
        gain = rows[:, 1] - rows[:, 0]
        print(f"{rows[:, 0].mean():.3f} -> {rows[:, 1].mean():.3f}  mean of {len(rows)} {key} phrases, "
              f"{(gain > 0).sum()} better, {(gain < 0).sum()} worse")


if __name__ == "__main__":
    main()
