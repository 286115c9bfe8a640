#!/usr/bin/env python3
"""Tiny bundles of RANDOM weights in the layouts that are published, with the vectors that the
reference implementations give: transformers, open_clip and sentence-transformers, on PyTorch.

  make.py --clip ../../backend/src/test/resources/clip --out ../../backend/src/test/resources/families

--clip is the folder that holds tiny-clip/ and tokenizer.json. Versions: requirements.txt. The same
versions give the same weights. Every vector is there twice: from its input alone, and from all
inputs in one batch as the reference's processor pads it.
"""
import argparse
import json
import os
import shutil
import warnings

import numpy as np
import torch
from PIL import Image

import torchvision_without_operators  # noqa: F401, before all that imports torchvision
import texts as T
import tokenizers_tiny as tiny

warnings.filterwarnings("ignore")
ap = argparse.ArgumentParser()
ap.add_argument("--clip", required=True)
ap.add_argument("--out", required=True)
ap.add_argument("--only")
args = ap.parse_args()
torch.backends.mha.set_fastpath_enabled(False)  # it cannot be exported
PICTURES = [f"images/{i:02d}.png" for i in (0, 1, 3, 8, 12, 13, 14, 19)] + ["../../families/photo.jpg"]
SMALL = dict(hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4)
SIZE = 64


def folder(name):
    path = os.path.join(args.out, name)
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path + "/onnx")
    return path


def write(path, value):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        json.dump(value, f, ensure_ascii=False, indent=1)


def excite(model, factor):
    """A small random transformer maps all inputs to nearly one vector; larger weights part them."""
    with torch.no_grad():
        for name, p in model.named_parameters():
            if p.dim() > 1 and "position" not in name:
                p.mul_(factor)
    return model.eval()


def export(module, inputs, path, names, outputs, axes):
    torch.onnx.export(module, inputs, path, input_names=names, output_names=outputs,
                      dynamic_axes=axes, opset_version=17, dynamo=False)


class Call(torch.nn.Module):
    def __init__(self, model, function):
        super().__init__()
        self.model, self.function = model, function

    def forward(self, *inputs):
        return self.function(self.model, *inputs)


def number(vector):
    return [float(f"{v:.8g}") for v in vector]


def pictures():
    return [Image.open(os.path.join(args.clip, "tiny-clip", p)).convert("RGB") for p in PICTURES]


def references(path, words, ids, text_alone, text_batch, image_alone=None, image_batch=None):
    refs = {"texts": [dict(text=t, ids=i, embedding=number(a), batched=number(b))
                      for t, i, a, b in zip(words, ids, text_alone, text_batch)]}
    if image_alone is not None:
        refs["images"] = [dict(file=f, embedding=number(a), batched=number(b))
                          for f, a, b in zip(PICTURES, image_alone, image_batch)]
    write(path + "/references.json", refs)
    for key, items in refs.items():
        m = np.array([r["embedding"] for r in items])
        m /= np.linalg.norm(m, axis=1, keepdims=True)
        c = (m @ m.T)[np.triu_indices(len(m), 1)]
        size = sum(os.path.getsize(os.path.join(d, f)) for d, _, fs in os.walk(path) for f in fs)
        print(f"{os.path.basename(path)} {key}: pairwise cosine {c.min():.3f} to {c.max():.3f}, {size >> 10} KiB")


def pooled(output):
    return output if torch.is_tensor(output) else output.pooler_output


def alone(f, items):
    return [f([x])[0].numpy() for x in items]


@torch.no_grad()
def openclip():
    """LAION's OpenCLIP models as transformers holds them, exported as one graph with a mask."""
    from transformers import CLIPConfig, CLIPImageProcessorPil, CLIPModel
    out = folder("openclip")
    tok = tiny.clip(os.path.join(args.clip, "tokenizer.json"))
    tok.save_pretrained(out)
    torch.manual_seed(1)
    ids = dict(bos_token_id=len(tok) - 2, eos_token_id=len(tok) - 1, pad_token_id=1)
    cfg = CLIPConfig(
        projection_dim=32,
        text_config=dict(vocab_size=len(tok), max_position_embeddings=77, hidden_act="gelu", projection_dim=32, **SMALL, **ids),
        vision_config=dict(image_size=SIZE, patch_size=16, hidden_act="gelu", projection_dim=32, **SMALL))
    cfg._attn_implementation = "eager"
    model = excite(CLIPModel(cfg), 4)
    model.config.architectures = ["CLIPModel"]
    model.config.save_pretrained(out)
    write(out + "/preprocessor_config.json", tiny.published("clip", SIZE))
    proc = CLIPImageProcessorPil.from_pretrained(out)
    combined(out, model, tok, proc, ["input_ids", "pixel_values", "attention_mask"])


def combined(out, model, tok, proc, names):
    def forward(m, input_ids, pixel_values, attention_mask, *rest):
        more = dict(token_type_ids=rest[0]) if rest else {}
        o = m(input_ids=input_ids, pixel_values=pixel_values, attention_mask=attention_mask, **more)
        return o.logits_per_image, o.logits_per_text, o.text_embeds, o.image_embeds

    def text(words):
        return pooled(model.get_text_features(**tok(words, padding=True, truncation=True, return_tensors="pt")))

    def image(ims):
        return pooled(model.get_image_features(pixel_values=proc(ims, return_tensors="pt")["pixel_values"]))

    x = tok(["a b", "a"], padding=True, return_tensors="pt")
    px = torch.randn(3, 3, SIZE, SIZE)
    inputs = [x["input_ids"], px, x["attention_mask"]]
    axes = {"input_ids": {0: "text_batch_size", 1: "sequence_length"},
            "attention_mask": {0: "text_batch_size", 1: "sequence_length"},
            "pixel_values": {0: "image_batch_size", 1: "num_channels", 2: "height", 3: "width"},
            "logits_per_image": {0: "image_batch_size", 1: "text_batch_size"},
            "logits_per_text": {0: "text_batch_size", 1: "image_batch_size"},
            "text_embeds": {0: "text_batch_size"}, "image_embeds": {0: "image_batch_size"}}
    if len(names) == 4:
        inputs.append(x["token_type_ids"])
        axes["token_type_ids"] = axes["input_ids"]
    export(Call(model, forward), tuple(inputs), out + "/onnx/model.onnx", names,
           ["logits_per_image", "logits_per_text", "text_embeds", "image_embeds"], axes)
    ims = pictures()
    references(out, T.MIXED, [tok(t, truncation=True)["input_ids"] for t in T.MIXED],
               alone(text, T.MIXED), text(T.MIXED).numpy(), alone(image, ims), image(ims).numpy())


@torch.no_grad()
def chinese_clip():
    """OFA-Sys' Chinese-CLIP: a BERT, squashed pictures, one graph."""
    from transformers import ChineseCLIPConfig, ChineseCLIPImageProcessor, ChineseCLIPModel
    out = folder("chinese-clip")
    tok = tiny.bert(T.MIXED + T.CORPUS, lower=True, limit=512)
    tok.save_pretrained(out)
    torch.manual_seed(2)
    cfg = ChineseCLIPConfig(
        projection_dim=32,
        text_config=dict(vocab_size=len(tok), max_position_embeddings=512, pad_token_id=0, hidden_dropout_prob=0, attention_probs_dropout_prob=0, **SMALL),
        vision_config=dict(image_size=SIZE, patch_size=16, projection_dim=32, **SMALL))
    cfg._attn_implementation = "eager"
    model = excite(ChineseCLIPModel(cfg), 8)
    model.config.architectures = ["ChineseCLIPModel"]
    model.config.save_pretrained(out)
    write(out + "/preprocessor_config.json", tiny.published("chinese_clip", SIZE))
    from transformers.models.chinese_clip.image_processing_pil_chinese_clip import ChineseCLIPImageProcessorPil
    combined(out, model, tok, ChineseCLIPImageProcessorPil.from_pretrained(out),
             ["input_ids", "pixel_values", "attention_mask", "token_type_ids"])


@torch.no_grad()
def siglip(name="siglip"):
    """SigLIP and SigLIP 2 of a fixed resolution: two graphs, 64 tokens without a mask."""
    from transformers import SiglipConfig, SiglipModel
    from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil
    out = folder(name)
    tok = tiny.siglip(out, T.CORPUS) if name == "siglip" else tiny.siglip2(out, T.CORPUS)
    torch.manual_seed(3 if name == "siglip" else 4)
    cfg = SiglipConfig(
        text_config=dict(vocab_size=tiny.size(out), max_position_embeddings=64, projection_size=32, **SMALL),
        vision_config=dict(image_size=SIZE, patch_size=16, **SMALL))
    cfg._attn_implementation = "eager"
    model = excite(SiglipModel(cfg), 3)
    model.config.architectures = ["SiglipModel"]
    model.config.save_pretrained(out)
    write(out + "/preprocessor_config.json", tiny.published(name, SIZE))
    proc = SiglipImageProcessorPil.from_pretrained(out)

    def ids(words):
        return tok(words, padding="max_length", max_length=64, truncation=True, return_tensors="pt")["input_ids"]

    def text(words):
        return pooled(model.get_text_features(input_ids=ids(words)))

    def image(ims):
        return pooled(model.get_image_features(pixel_values=proc(ims, return_tensors="pt")["pixel_values"]))

    def both(o):
        return o.last_hidden_state, o.pooler_output
    export(Call(model.text_model, lambda m, x: both(m(input_ids=x))), (ids(["a", "b c"]),),
           out + "/onnx/text_model.onnx", ["input_ids"], ["last_hidden_state", "pooler_output"],
           {"input_ids": {0: "batch_size", 1: "sequence_length"}, "last_hidden_state": {0: "batch_size", 1: "sequence_length"}, "pooler_output": {0: "batch_size"}})
    export(Call(model.vision_model, lambda m, x: both(m(pixel_values=x))), (torch.randn(2, 3, SIZE, SIZE),),
           out + "/onnx/vision_model.onnx", ["pixel_values"], ["last_hidden_state", "pooler_output"],
           {"pixel_values": {0: "batch_size"}, "last_hidden_state": {0: "batch_size"}, "pooler_output": {0: "batch_size"}})
    ims = pictures()
    references(out, T.MIXED, [tok(t, max_length=64, truncation=True)["input_ids"] for t in T.MIXED],
               alone(text, T.MIXED), text(T.MIXED).numpy(), alone(image, ims), image(ims).numpy())


@torch.no_grad()
def mobileclip():
    """Apple's MobileCLIP, after open_clip: the text tower has no causal mask and reads its padding."""
    import open_clip
    from transformers import CLIPImageProcessorPil
    out = folder("mobileclip")
    tok = tiny.clip(os.path.join(args.clip, "tokenizer.json"))
    tok.save_pretrained(out)
    torch.manual_seed(5)
    from open_clip.model import CLIP
    model = CLIP(embed_dim=32, vision_cfg=dict(image_size=SIZE, patch_size=16, width=32, head_width=8, layers=2),
                 text_cfg=dict(context_length=77, vocab_size=len(tok), width=32, heads=4, layers=2, no_causal_mask=True))
    excite(model, 4)
    write(out + "/config.json", {"architectures": ["CLIPModel"], "model_type": "clip", "projection_dim": 32})
    write(out + "/preprocessor_config.json", tiny.published("mobileclip", SIZE))
    proc = CLIPImageProcessorPil.from_pretrained(out)

    def ids(words):
        return tok(words, padding="max_length", max_length=77, truncation=True, return_tensors="pt")["input_ids"]

    def text(words):
        return model.encode_text(ids(words))

    def image(ims):
        return model.encode_image(proc(ims, return_tensors="pt")["pixel_values"])

    # open_clip slices what it has for 77 positions, so that shorter rows pass through the graph too.
    export(Call(model, lambda m, x: m.encode_text(x)), (ids(["a", "b c"]),), out + "/onnx/text_model.onnx",
           ["input_ids"], ["text_embeds"], {"input_ids": {0: "batch_size", 1: "sequence_length"}, "text_embeds": {0: "batch_size"}})
    export(Call(model, lambda m, x: m.encode_image(x)), (torch.randn(2, 3, SIZE, SIZE),), out + "/onnx/vision_model.onnx",
           ["pixel_values"], ["image_embeds"], {"pixel_values": {0: "batch_size"}, "image_embeds": {0: "batch_size"}})
    ims = pictures()
    references(out, T.MIXED, [tok(t, truncation=True)["input_ids"] for t in T.MIXED],
               alone(text, T.MIXED), text(T.MIXED).numpy(), alone(image, ims), image(ims).numpy())


@torch.no_grad()
def jina_clip():
    """jina-clip-v2's layout: one graph without a mask, which it makes of the padding itself."""
    from torchvision.transforms import CenterCrop, Compose, InterpolationMode, Normalize, Resize, ToTensor
    from transformers import CLIPVisionConfig, XLMRobertaConfig, XLMRobertaModel
    from transformers import CLIPVisionModelWithProjection
    out = folder("jina-clip")
    tok = tiny.xlm_roberta(T.CORPUS, limit=8192)
    tok.save_pretrained(out)
    torch.manual_seed(6)
    tc = XLMRobertaConfig(vocab_size=len(tok), max_position_embeddings=130, pad_token_id=1, **SMALL)
    tc._attn_implementation = "eager"
    text_model = excite(XLMRobertaModel(tc, add_pooling_layer=False), 4)
    vc = CLIPVisionConfig(image_size=SIZE, patch_size=16, projection_dim=32, **SMALL)
    vc._attn_implementation = "eager"
    vision = excite(CLIPVisionModelWithProjection(vc), 4)
    write(out + "/config.json", {
        "architectures": ["JinaCLIPModel"], "model_type": "jina_clip", "add_projections": False, "projection_dim": 32,
        "text_config": {"embed_dim": 32, "model_type": "jina_clip_text"},
        "vision_config": {"embed_dim": 32, "image_size": SIZE, "model_type": "jina_clip_vision"}})
    pre = tiny.published("jina_clip", SIZE)
    write(out + "/preprocessor_config.json", pre)
    transform = Compose([Resize(SIZE, InterpolationMode.BICUBIC), CenterCrop(SIZE), ToTensor(), Normalize(pre["mean"], pre["std"])])

    class Jina(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.text, self.vision = text_model, vision

        def encode_text(self, ids):
            mask = (ids != 1).long()
            states = self.text(input_ids=ids, attention_mask=mask).last_hidden_state
            m = mask.unsqueeze(-1).to(states.dtype)
            return (states * m).sum(1) / m.sum(1).clamp(min=1e-9)

        def forward(self, ids, pixels):
            t, i = self.encode_text(ids), self.vision(pixel_values=pixels).image_embeds
            return t, i, torch.nn.functional.normalize(t, dim=-1), torch.nn.functional.normalize(i, dim=-1)
    model = Jina().eval()
    x = tok(["a b", "a"], padding=True, return_tensors="pt")["input_ids"]
    outputs = ["text_embeddings", "image_embeddings", "l2norm_text_embeddings", "l2norm_image_embeddings"]
    export(model, (x, torch.randn(3, 3, SIZE, SIZE)), out + "/onnx/model.onnx", ["input_ids", "pixel_values"], outputs,
           {"input_ids": {0: "text_batch", 1: "sequence"}, "pixel_values": {0: "image_batch"},
            **{o: {0: "text_batch" if "text" in o else "image_batch"} for o in outputs}})

    def text(words):
        return model.encode_text(tok(words, padding=True, truncation=True, max_length=128, return_tensors="pt")["input_ids"])

    def image(ims):
        return vision(pixel_values=torch.stack([transform(im) for im in ims])).image_embeds
    words = [t for t in T.MIXED if len(t) < 90]
    ims = pictures()
    references(out, words, [tok(t)["input_ids"] for t in words], alone(text, words), text(words).numpy(),
               alone(image, ims), image(ims).numpy())


@torch.no_grad()
def multilingual():
    """sentence-transformers/clip-ViT-B-32-multilingual-v1: token states, mean, a linear layer."""
    from safetensors.torch import save_file
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Dense, Pooling, Transformer
    from transformers import DistilBertConfig, DistilBertModel
    out = folder("multilingual")
    tok = tiny.bert(T.MIXED + T.CORPUS, lower=False, limit=512)
    torch.manual_seed(7)
    cfg = DistilBertConfig(vocab_size=len(tok), dim=48, hidden_dim=96, n_layers=2, n_heads=4, max_position_embeddings=512, dropout=0, attention_dropout=0)
    cfg._attn_implementation = "eager"
    body = excite(DistilBertModel(cfg), 4)
    tmp = out + "/tmp"
    body.save_pretrained(tmp)
    tok.save_pretrained(tmp)
    transformer = Transformer(tmp, max_seq_length=128)
    dense = Dense(48, 32, bias=False, activation_function=torch.nn.Identity())
    st = SentenceTransformer(modules=[transformer, Pooling(48, pooling_mode="mean"), dense], device="cpu")
    shutil.rmtree(tmp)
    tok.save_pretrained(out)
    cfg.architectures = ["DistilBertModel"]
    cfg.save_pretrained(out)
    # As the published repository has them, which an older version of the library wrote.
    write(out + "/modules.json", [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
        {"idx": 2, "name": "2", "path": "2_Dense", "type": "sentence_transformers.models.Dense"}])
    write(out + "/sentence_bert_config.json", {"max_seq_length": 128, "do_lower_case": False})
    write(out + "/1_Pooling/config.json", {"word_embedding_dimension": 48, "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True, "pooling_mode_max_tokens": False, "pooling_mode_mean_sqrt_len_tokens": False})
    write(out + "/2_Dense/config.json", {"in_features": 48, "out_features": 32, "bias": False, "activation_function": "torch.nn.modules.linear.Identity"})
    save_file({"linear.weight": dense.linear.weight.detach().contiguous()}, out + "/2_Dense/model.safetensors")
    states(out, body, tok)

    def text(words):
        return torch.tensor(st.encode(words))
    references(out, T.MIXED, [tok(t, truncation=True, max_length=128)["input_ids"] for t in T.MIXED],
               alone(text, T.MIXED), text(T.MIXED).numpy())


def states(out, body, tok):
    x = tok(["a b", "a"], padding=True, return_tensors="pt")
    axes = {0: "batch_size", 1: "sequence_length"}
    export(Call(body, lambda m, i, a: m(input_ids=i, attention_mask=a).last_hidden_state), (x["input_ids"], x["attention_mask"]),
           out + "/onnx/model.onnx", ["input_ids", "attention_mask"], ["last_hidden_state"],
           {"input_ids": axes, "attention_mask": axes, "last_hidden_state": axes})


@torch.no_grad()
def mclip():
    """M-CLIP's XLM-R: masked mean, a linear layer with bias; half floats, as such files may be."""
    from safetensors.torch import save_file
    from transformers import XLMRobertaConfig, XLMRobertaModel
    out = folder("m-clip")
    tok = tiny.xlm_roberta(T.CORPUS, limit=512)
    tok.save_pretrained(out)
    torch.manual_seed(8)
    cfg = XLMRobertaConfig(vocab_size=len(tok), max_position_embeddings=514, pad_token_id=1, hidden_dropout_prob=0, attention_probs_dropout_prob=0, **SMALL)
    cfg._attn_implementation = "eager"
    body = excite(XLMRobertaModel(cfg, add_pooling_layer=False), 4)
    linear = torch.nn.Linear(32, 32).half().float()
    write(out + "/config.json", {"architectures": ["MultilingualCLIP"], "modelBase": "xlm-roberta-large", "model_type": "M-CLIP", "numDims": 32, "transformerDimensions": 32})
    save_file({"LinearTransformation.weight": linear.weight.detach().half().contiguous(), "LinearTransformation.bias": linear.bias.detach().half().contiguous()}, out + "/model.safetensors")
    states(out, body, tok)

    def text(words):
        x = tok(words, padding=True, truncation=True, max_length=512, return_tensors="pt")
        e = body(**x).last_hidden_state
        m = x["attention_mask"].unsqueeze(2)
        return linear((e * m).sum(1) / x["attention_mask"].sum(1)[:, None])
    references(out, T.MIXED, [tok(t, truncation=True)["input_ids"] for t in T.MIXED],
               alone(text, T.MIXED), text(T.MIXED).numpy())


@torch.no_grad()
def clip_224():
    """A CLIP that sees as many pixels as the real ones, for a photograph that is decoded at a half of its size. Another
    model reads its texts."""
    from transformers import CLIPConfig, CLIPImageProcessorPil, CLIPModel
    out = folder("clip-224")
    torch.manual_seed(10)
    cfg = CLIPConfig(projection_dim=32, text_config=dict(vocab_size=2, projection_dim=32, **SMALL),
                     vision_config=dict(image_size=224, patch_size=16, projection_dim=32, **SMALL))
    cfg._attn_implementation = "eager"
    model = excite(CLIPModel(cfg), 4)
    model.config.save_pretrained(out)
    write(out + "/preprocessor_config.json", tiny.published("clip", 224))
    export(Call(model, lambda m, x: pooled(m.get_image_features(pixel_values=x))), (torch.randn(2, 3, 224, 224),),
           out + "/onnx/vision_model.onnx", ["pixel_values"], ["image_embeds"], {"pixel_values": {0: "batch"}, "image_embeds": {0: "batch"}})
    proc = CLIPImageProcessorPil.from_pretrained(out)
    refs = []
    for file in ("../../families/photo.jpg", "../../families/photo-large.jpg"):
        picture = Image.open(os.path.join(args.clip, "tiny-clip", file)).convert("RGB")
        vector = pooled(model.get_image_features(pixel_values=proc([picture], return_tensors="pt")["pixel_values"]))[0].numpy()
        refs.append(dict(file=file, embedding=number(vector)))
    write(out + "/references.json", {"images": refs})


@torch.no_grad()
def int8():
    """A CLIP quantised as published ones are: signed weights per channel, and unsigned ones. Compared
    with itself, so without references."""
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from transformers import CLIPConfig, CLIPModel
    out = folder("int8")
    tok = tiny.clip(os.path.join(args.clip, "tokenizer.json"))
    tok.save_pretrained(out)
    torch.manual_seed(9)
    wide = dict(hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4, projection_dim=32)
    cfg = CLIPConfig(projection_dim=32, vision_config=dict(image_size=SIZE, patch_size=16, **wide),
                     text_config=dict(vocab_size=len(tok), max_position_embeddings=77, bos_token_id=len(tok) - 2, eos_token_id=len(tok) - 1, **wide))
    cfg._attn_implementation = "eager"
    model = CLIPModel(cfg).eval()
    model.config.save_pretrained(out)
    write(out + "/preprocessor_config.json", tiny.published("clip", SIZE))
    graphs = {"text_model": (lambda m, x: pooled(m.get_text_features(input_ids=x)), tok(["a b", "c d"], return_tensors="pt")["input_ids"], "input_ids", "text_embeds", {0: "batch", 1: "sequence"}),
              "vision_model": (lambda m, x: pooled(m.get_image_features(pixel_values=x)), torch.randn(2, 3, SIZE, SIZE), "pixel_values", "image_embeds", {0: "batch"})}
    for tower, (call, example, taken, given, axes) in graphs.items():
        path = f"{out}/onnx/{tower}.onnx"
        export(Call(model, call), (example,), path, [taken], [given], {taken: axes, given: {0: "batch"}})
        for suffix, kind in (("int8", QuantType.QInt8), ("quantized", QuantType.QUInt8)):
            quantize_dynamic(path, f"{out}/onnx/{tower}_{suffix}.onnx", weight_type=kind,
                             per_channel=suffix == "int8", op_types_to_quantize=["MatMul", "Gemm"])
        os.remove(path)
    os.remove(f"{out}/onnx/text_model_quantized.onnx")


def forms():
    """tiny-clip's graphs in every other precision that is published but int8, and with weights outside."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.matmul_bnb4_quantizer import MatMulBnb4Quantizer
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
    from onnxruntime.transformers.float16 import convert_float_to_float16
    source = os.path.join(args.clip, "tiny-clip/onnx")
    out = folder("tiny-clip-forms") + "/onnx"
    for tower in ("text_model", "vision_model"):
        onnx.save(convert_float_to_float16(onnx.load(f"{source}/{tower}.onnx"), keep_io_types=False), f"{out}/{tower}_fp16.onnx")
        for four, graph in (("q4", f"{source}/{tower}.onnx"), ("q4f16", f"{out}/{tower}_fp16.onnx")):
            quantizer = MatMulNBitsQuantizer(onnx.load(graph), block_size=32, is_symmetric=True)
            quantizer.process()
            quantizer.model.save_model_to_file(f"{out}/{tower}_{four}.onnx")
        quantizer = MatMulBnb4Quantizer(onnx.load(f"{source}/{tower}.onnx"), MatMulBnb4Quantizer.NF4, 64)
        quantizer.process()
        quantizer.model.save_model_to_file(f"{out}/{tower}_bnb4.onnx")
    # Of pictures int8's `_quantized` is the same: these weights are larger than any trained ones, and leave .9987.
    quantize_dynamic(f"{source}/text_model.onnx", f"{out}/text_model_uint8.onnx", weight_type=QuantType.QUInt8, op_types_to_quantize=["MatMul", "Gemm"])
    onnx.save(onnx.load(f"{source}/vision_model.onnx"), f"{out}/vision_model.onnx", save_as_external_data=True,
              all_tensors_to_one_file=True, location="vision_model.onnx_data", size_threshold=1024)


for f in (openclip, chinese_clip, siglip, lambda: siglip("siglip2"), mobileclip, jina_clip, multilingual, mclip, clip_224, int8, forms):
    name = f.__name__ if f.__name__ != "<lambda>" else "siglip2"
    if args.only in (None, name):
        f()
