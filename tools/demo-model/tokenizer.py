"""Learns the vocabulary from the phrases and writes the tokenizer's files: CLIP's byte-level BPE, lower case, "</w>".

    python tokenizer.py OUT/phrases.json MODEL

The same phrases give the same bytes.
"""

import json
import pathlib
import sys

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from tokenizers.processors import RobertaProcessing

VOCABULARY, CONTEXT = 6027, 32
START, END, WORD_END = "<|startoftext|>", "<|endoftext|>", "</w>"
PATTERN = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
WORDING_WORDS = ("a an the of some two many picture photo image drawing pictures photos images show me this is here "
                 "you can see")


def pipeline(model):
    """CLIP's normalisation and splitting around a BPE model."""
    t = Tokenizer(model)
    t.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "),
                                         normalizers.Lowercase()])
    t.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(PATTERN), "removed", invert=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False)])
    return t


def byte_symbols():
    """GPT-2's printable character for each byte, in CLIP's order."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    return [chr(b) for b in plain] + [chr(256 + n) for n in range(256 - len(plain))]


def training_corpus(phrases):
    """Every phrase once; the words of wordings, tags and hand-written sets more often, so that they stay whole."""
    corpus = [x[1] for k in ("names", "sets", "foreign") for x in phrases[k]] + WORDING_WORDS.split() * 200
    return corpus + [w for x in phrases["sets"] if x[0] in ("words", "tag") for w in x[1].split() * 5]


def learn(corpus):
    """(tokens in the order of their ids, merges)."""
    base = byte_symbols()
    base += [x + WORD_END for x in base]
    learner = pipeline(models.BPE(end_of_word_suffix=WORD_END))
    # Given as special tokens the symbols keep their order, which settles every tie between merges. More is learnt than
    # is kept: different merges can make the same token.
    learner.train_from_iterator(corpus, trainers.BpeTrainer(
        vocab_size=VOCABULARY + 512, special_tokens=base, end_of_word_suffix=WORD_END, show_progress=False))
    merges = [tuple(m) for m in json.loads(learner.to_str())["model"]["merges"]][:VOCABULARY - 2 - len(base)]
    tokens = list(dict.fromkeys(base + [a + b for a, b in merges]))
    tokens += [f"<|unused{n}|>" for n in range(VOCABULARY - 2 - len(tokens))] + [START, END]
    return tokens, merges


def assemble(vocabulary, merges):
    """The tokenizer as the product loads it: start and end around the text, an unknown symbol reads as the end."""
    t = pipeline(models.BPE(vocabulary, merges, unk_token=END, continuing_subword_prefix="",
                            end_of_word_suffix=WORD_END))
    t.decoder = decoders.ByteLevel()
    t.add_special_tokens([AddedToken(x, normalized=x == START, special=True) for x in (START, END)])
    t.post_processor = RobertaProcessing((END, vocabulary[END]), (START, vocabulary[START]), trim_offsets=False,
                                         add_prefix_space=False)
    return t


def main():
    phrases, model = json.loads(pathlib.Path(sys.argv[1]).read_text()), pathlib.Path(sys.argv[2])
    corpus = training_corpus(phrases)
    tokens, merges = learn(corpus)
    vocabulary = {token: i for i, token in enumerate(tokens)}
    tokenizer = assemble(vocabulary, merges)
    model.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(model / "tokenizer.json"), pretty=False)
    (model / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False))
    (model / "merges.txt").write_text("#version: 0.2\n" + "\n".join(" ".join(m) for m in merges) + "\n")
    special = {"bos_token": START, "eos_token": END, "pad_token": END, "unk_token": END}
    (model / "special_tokens_map.json").write_text(json.dumps(special, indent=2))
    (model / "tokenizer_config.json").write_text(json.dumps(
        {"tokenizer_class": "CLIPTokenizer", "model_max_length": CONTEXT, **special, "do_lower_case": True,
         "errors": "replace", "add_prefix_space": False}, indent=2))
    lengths = [len(tokenizer.encode(x).ids) for x in corpus]
    print(len(vocabulary), "tokens; mean length", sum(lengths) / len(lengths), "longest", max(lengths))


if __name__ == "__main__":
    main()
