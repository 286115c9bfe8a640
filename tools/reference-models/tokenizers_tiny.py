"""Tokenizers of the published kinds with a vocabulary of a few hundred, and preprocessing files as
they are published but for the size."""
import io
import json
import os
import re
import string

import sentencepiece as spm
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer, CLIPTokenizerFast, PreTrainedTokenizerFast

CLIP_MEAN, CLIP_STD = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]


def published(family, size):
    sides = {"height": size, "width": size}
    scale = {"do_rescale": True, "rescale_factor": 0.00392156862745098}
    if family == "clip":
        return {"crop_size": sides, "do_center_crop": True, "do_convert_rgb": True, "do_normalize": True, "do_resize": True, **scale,
                "image_mean": CLIP_MEAN, "image_std": CLIP_STD, "image_processor_type": "CLIPImageProcessor", "resample": 3, "size": {"shortest_edge": size}}
    if family == "chinese_clip":
        return {"do_center_crop": False, "do_convert_rgb": True, "do_normalize": True, "do_resize": True, **scale,
                "image_mean": CLIP_MEAN, "image_std": CLIP_STD, "image_processor_type": "ChineseCLIPImageProcessor", "resample": 3, "size": sides}
    if family in ("siglip", "siglip2"):
        return {"do_convert_rgb": None, "do_normalize": True, "do_resize": True, **scale, "image_mean": [.5] * 3, "image_std": [.5] * 3,
                "image_processor_type": "SiglipImageProcessor", "processor_class": "SiglipProcessor",
                "resample": 3 if family == "siglip" else 2, "size": sides}
    if family == "mobileclip":
        return {"crop_size": sides, "do_center_crop": True, "do_convert_rgb": True, "do_normalize": False, "do_resize": True, **scale,
                "image_processor_type": "CLIPFeatureExtractor", "resample": 2, "size": {"shortest_edge": size}}
    if family == "jina_clip":
        return {"fill_color": 0, "image_processor_type": "JinaCLIPImageProcessor", "interpolation": "bicubic", "mean": CLIP_MEAN, "std": CLIP_STD,
                "processor_class": "JinaCLIPProcessor", "resize_mode": "shortest", "size": size}
    raise ValueError(family)


def size(folder):
    model = json.load(open(os.path.join(folder, "tokenizer.json")))["model"]
    return len(model["vocab"])


def clip(tokenizer_json):
    """CLIP's own merges, the first few hundred."""
    merges = [tuple(m if isinstance(m, list) else m.split()) for m in json.load(open(tokenizer_json))["model"]["merges"]][:510]
    bs = [*range(33, 127), *range(161, 173), *range(174, 256)]
    cs, n = bs[:], 0
    for b in range(256):
        if b not in bs:
            bs.append(b)
            cs.append(256 + n)
            n += 1
    chars = [chr(c) for c in cs]
    vocab = chars + [c + "</w>" for c in chars] + ["".join(m) for m in merges] + ["<|startoftext|>", "<|endoftext|>"]
    return CLIPTokenizerFast(vocab={t: i for i, t in enumerate(vocab)}, merges=merges, model_max_length=77)


def bert(corpus, lower, limit):
    """WordPiece, Chinese characters apart, as BERT's."""
    t = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    t.normalizer = normalizers.BertNormalizer(lowercase=lower, handle_chinese_chars=True, strip_accents=None if lower else False)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    t.train_from_iterator(corpus, trainers.WordPieceTrainer(vocab_size=420, special_tokens=special, show_progress=False))
    t.decoder = decoders.WordPiece()
    t.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return PreTrainedTokenizerFast(
        tokenizer_object=t, model_max_length=limit, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]",
        model_input_names=["input_ids", "token_type_ids", "attention_mask"] if lower else ["input_ids", "attention_mask"])


def sentencepiece_model(corpus, **more):
    model = io.BytesIO()
    spm.SentencePieceTrainer.train(
        sentence_iterator=iter(corpus), model_writer=model, model_type="unigram", vocab_size=360, hard_vocab_limit=False,
        character_coverage=1.0, num_threads=1, minloglevel=2, **more)
    return model.getvalue()


def pieces(blob):
    p = spm.SentencePieceProcessor(model_proto=blob)
    return [(p.id_to_piece(i), p.get_score(i)) for i in range(p.get_piece_size())]


def charsmap(blob):
    from sentencepiece import sentencepiece_model_pb2 as pb
    m = pb.ModelProto()
    m.ParseFromString(blob)
    return m.normalizer_spec.precompiled_charsmap


def siglip(folder, corpus):
    """The reference is transformers' SiglipTokenizer on SentencePiece itself; tokenizer.json is laid
    out as the converted ones are published: its rules written as normalizers."""
    from transformers import SiglipTokenizer
    blob = sentencepiece_model([c.lower() for c in corpus], pad_id=0, eos_id=1, unk_id=2, bos_id=-1)
    with open(os.path.join(folder, "spiece.model"), "wb") as f:
        f.write(blob)
    reference = SiglipTokenizer(os.path.join(folder, "spiece.model"), model_max_length=64, pad_token="</s>")
    os.remove(os.path.join(folder, "spiece.model"))
    t = Tokenizer(models.Unigram(pieces(blob), unk_id=2))
    t.normalizer = normalizers.Sequence([
        normalizers.Precompiled(charsmap(blob)), normalizers.Lowercase(),
        normalizers.Replace(Regex("[" + re.escape(string.punctuation) + "]"), ""), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()])
    t.pre_tokenizer = pre_tokenizers.Metaspace()
    t.decoder = decoders.Metaspace()
    t.post_processor = processors.TemplateProcessing(single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)])
    t.add_special_tokens(["</s>", "<unk>"])
    t.save(os.path.join(folder, "tokenizer.json"))
    write_config(folder, {"clean_up_tokenization_spaces": True, "do_lower_case": True, "eos_token": "</s>", "model_input_names": ["input_ids"],
                          "model_max_length": 64, "pad_token": "</s>", "sp_model_kwargs": {}, "tokenizer_class": "SiglipTokenizer", "unk_token": "<unk>"})
    return reference


def siglip2(folder, corpus):
    """Gemma's tokenizer as published with SigLIP 2: nothing in its tokenizer.json lower-cases."""
    t = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    t.normalizer = normalizers.Replace(" ", "▁")
    t.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    special = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]
    letters = [f"<0x{b:02X}>" for b in range(256)]
    t.train_from_iterator([c.lower() for c in corpus], trainers.BpeTrainer(vocab_size=700, special_tokens=special + letters, show_progress=False))
    t.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    t.post_processor = processors.TemplateProcessing(single="$A <eos>", pair="$A <eos> $B <eos>", special_tokens=[("<eos>", 1)])
    raw = json.loads(t.to_str())
    raw["added_tokens"] = [a for a in raw["added_tokens"] if a["content"] in special]
    json.dump(raw, open(os.path.join(folder, "tokenizer.json"), "w"), ensure_ascii=False, indent=1)
    write_config(folder, {"add_bos_token": False, "add_eos_token": True, "bos_token": "<bos>", "clean_up_tokenization_spaces": False, "eos_token": "<eos>",
                          "model_max_length": 64, "pad_token": "<pad>", "padding_side": "right", "processor_class": "SiglipProcessor",
                          "tokenizer_class": "GemmaTokenizer", "unk_token": "<unk>"})
    lower = Tokenizer.from_str(json.dumps(raw))
    lower.normalizer = normalizers.Sequence([normalizers.Lowercase(), lower.normalizer])  # as Siglip2Tokenizer has it
    return PreTrainedTokenizerFast(tokenizer_object=lower, model_max_length=64, unk_token="<unk>", pad_token="<pad>", eos_token="<eos>", bos_token="<bos>",
                                   padding_side="right", model_input_names=["input_ids"])


def write_config(folder, value):
    json.dump(value, open(os.path.join(folder, "tokenizer_config.json"), "w"), indent=1)


def xlm_roberta(corpus, limit):
    blob = sentencepiece_model(corpus, bos_id=-1, eos_id=-1, pad_id=-1, unk_id=0)
    vocab = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)] + pieces(blob)[1:] + [("<mask>", 0.0)]
    t = Tokenizer(models.Unigram(vocab, unk_id=3))
    t.normalizer = normalizers.Sequence([normalizers.Precompiled(charsmap(blob)), normalizers.Replace(Regex(" {2,}"), " ")])
    t.pre_tokenizer = pre_tokenizers.Metaspace()
    t.decoder = decoders.Metaspace()
    t.post_processor = processors.TemplateProcessing(single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    return PreTrainedTokenizerFast(tokenizer_object=t, model_max_length=limit, bos_token="<s>", eos_token="</s>", unk_token="<unk>", pad_token="<pad>",
                                   cls_token="<s>", sep_token="</s>", mask_token="<mask>", model_input_names=["input_ids", "attention_mask"])
