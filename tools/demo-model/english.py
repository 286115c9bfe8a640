"""English word forms by rule: good enough for the names of emoji, and no further."""

import re


def plural(name):
    """The plural of a name: "fox" -> "foxes", "berry" -> "berries", "fireman" -> "firemen"."""
    if re.search(r"(s|x|ch|sh)$", name):
        return name + "es"
    if re.search(r"[^aeiou]y$", name):
        return name[:-1] + "ies"
    if name.endswith("man"):
        return name[:-3] + "men"
    return name + "s"


def singular(word):
    """The way back from plural(), for one word; a word that is no plural comes back as it is."""
    if re.search(r"(s|x|ch|sh)es$", word):
        return word[:-2]
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return re.sub("men$", "man", word)


def article(name):
    """The name behind "a" or "an". "u" takes "a", since "unicorn" and "university" are more frequent than "urn"."""
    return ("an " if name[0].lower() in "aeio" else "a ") + name
