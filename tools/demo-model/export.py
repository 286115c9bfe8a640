"""Writes both towers as ONNX, in float and as w8, and compares the two with PyTorch.

    python export.py OUT/last.pt MODEL

MODEL holds the files of tokenizer.py; config.json, preprocessor_config.json and onnx/*.onnx are added. w8 keeps weights
as int8 with a scale per output channel, dequantised in the graph; the arithmetic stays float, since the dynamic
quantisation of ONNX Runtime makes the CNN slower, not faster.
"""

import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import helper, numpy_helper
from tokenizers import Tokenizer
from torch import nn

from model import CONTEXT, DIM, HEADS, LAYERS, SIZE, WIDTH, Text, Vision
from train import MEAN, STD

SMALL = 4096  # weights with fewer numbers stay float
TEXTS = ["a red heart", "two dogs", "drapeau français", "a picture of something to drink in the evening"]


def write_configs(folder, tokenizer):
    start, end = (tokenizer.token_to_id(t) for t in ("<|startoftext|>", "<|endoftext|>"))
    write(folder / "config.json", {
        "model_type": "clip", "projection_dim": DIM, "logit_scale_init_value": 2.6592,
        "text_config": {"model_type": "clip_text_model", "hidden_act": "quick_gelu", "hidden_size": WIDTH,
                        "intermediate_size": 2 * WIDTH, "layer_norm_eps": 1e-05, "max_position_embeddings": CONTEXT,
                        "num_attention_heads": HEADS, "num_hidden_layers": LAYERS, "projection_dim": DIM,
                        "vocab_size": tokenizer.get_vocab_size(), "bos_token_id": start, "eos_token_id": end,
                        "pad_token_id": end},
        "vision_config": {"model_type": "vde_demo_cnn", "image_size": SIZE, "num_channels": 3, "projection_dim": DIM}})
    write(folder / "preprocessor_config.json", {
        "crop_size": {"height": SIZE, "width": SIZE}, "do_center_crop": True, "do_convert_rgb": True,
        "do_normalize": True, "do_rescale": True, "do_resize": True, "feature_extractor_type": "CLIPFeatureExtractor",
        "image_processor_type": "CLIPImageProcessor", "image_mean": MEAN, "image_std": STD, "resample": 3,
        "rescale_factor": 1 / 255, "size": {"shortest_edge": SIZE}})


def write(path, content):
    path.write_text(json.dumps(content, indent=2))


def fuse(net):
    """Folds every batch normalisation into the convolution before it."""
    for m in net.children():
        fuse(m)
    if isinstance(net, nn.Sequential):
        for i in range(len(net) - 1):
            if isinstance(net[i], nn.Conv2d) and isinstance(net[i + 1], nn.BatchNorm2d):
                net[i], net[i + 1] = nn.utils.fuse_conv_bn_eval(net[i], net[i + 1]), nn.Identity()
    return net


def output_axes(graph):
    """{name of a weight: its axis of output channels, or of tokens}."""
    axes = {}
    for node in graph.node:
        for j, name in enumerate(node.input):
            if (node.op_type, j) in (("Conv", 1), ("Gather", 0)):
                axes[name] = 0
            elif node.op_type == "Gemm" and j == 1:
                axes[name] = 0 if any(a.name == "transB" and a.i for a in node.attribute) else 1
            elif node.op_type == "MatMul" and j == 1:
                axes[name] = 1
    return axes


def quantise(source, target):
    """Replaces each large weight by int8 numbers, a scale per output channel and a DequantizeLinear node."""
    m = onnx.load(source)
    axes, nodes = output_axes(m.graph), []
    for w in list(m.graph.initializer):
        if w.name not in axes or np.prod(w.dims) < SMALL or w.data_type != onnx.TensorProto.FLOAT:
            continue
        x, k = numpy_helper.to_array(w), axes[w.name]
        scale = np.maximum(np.abs(x).max(tuple(d for d in range(x.ndim) if d != k)), 1e-12).astype("f4") / 127
        q = np.rint(x / scale.reshape([-1 if d == k else 1 for d in range(x.ndim)])).astype("i1")
        names = [f"{w.name}_{s}" for s in "qsz"]
        m.graph.initializer.remove(w)
        m.graph.initializer.extend(numpy_helper.from_array(v, n) for v, n in
                                   zip((q, scale, np.zeros(len(scale), "i1")), names))
        nodes.append(helper.make_node("DequantizeLinear", names, [w.name], axis=k))
    for node in reversed(nodes):
        m.graph.node.insert(0, node)
    onnx.checker.check_model(m)
    onnx.save(m, target)


def least_cosine(a, b):
    return float(((a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)).min())


def compare(folder, name, expected, feeds):
    """Prints the least cosine of PyTorch to ONNX and of ONNX to w8, and the sizes of both files."""
    files = [folder / f"{name}{suffix}.onnx" for suffix in ("", "_w8")]
    runs = [onnxruntime.InferenceSession(f).run(None, feeds)[0] for f in files]
    print(f"{name}: torch~onnx {least_cosine(expected.numpy(), runs[0]):.7f} onnx~w8 {least_cosine(*runs):.7f}"
          f" bytes {[f.stat().st_size for f in files]}")


def compare_padding(folder, tokenizer, padded):
    """Prints how much padding, with and without a mask, changes the text vectors: it must not."""
    w8 = onnxruntime.InferenceSession(folder / "text_model_w8.onnx")
    ids = [np.array([tokenizer.encode(t).ids], "i8") for t in TEXTS]
    alone = np.concatenate([w8.run(None, {"input_ids": x, "attention_mask": np.ones_like(x)})[0] for x in ids])
    masked = np.array([[1] * x.size + [0] * (padded.shape[1] - x.size) for x in ids], "i8")
    for mask in (np.ones_like(padded), masked):
        together = w8.run(None, {"input_ids": padded, "attention_mask": mask})[0]
        print("padding changes nothing: greatest difference", np.abs(alone - together).max())


def main():
    state, out = torch.load(sys.argv[1]), pathlib.Path(sys.argv[2])
    tokenizer = Tokenizer.from_file(str(out / "tokenizer.json"))
    end, folder = tokenizer.token_to_id("<|endoftext|>"), out / "onnx"
    folder.mkdir(exist_ok=True)
    write_configs(out, tokenizer)
    net = nn.ModuleList([Vision(), Text(tokenizer.get_vocab_size(), end)])
    net.load_state_dict(state)
    net.eval()
    vision, text = fuse(net[0]), net[1]
    pixels = torch.randn(4, 3, SIZE, SIZE)
    ids = [tokenizer.encode(t).ids for t in TEXTS]
    longest = max(map(len, ids))
    ids = torch.tensor([i + [end] * (longest - len(i)) for i in ids])
    for name, tower, inputs, names, answer, axes in (
            ("vision_model", vision, (pixels,), ["pixel_values"], "image_embeds", {0: "batch"}),
            ("text_model", text, (ids, torch.ones_like(ids)), ["input_ids", "attention_mask"], "text_embeds",
             {0: "batch", 1: "seq"})):
        torch.onnx.export(tower, inputs, folder / f"{name}.onnx", input_names=names, output_names=[answer],
                          dynamic_axes={**{n: axes for n in names}, answer: {0: "batch"}}, opset_version=17,
                          dynamo=False)
        quantise(folder / f"{name}.onnx", folder / f"{name}_w8.onnx")
        with torch.no_grad():
            compare(folder, name, tower(*inputs), {n: x.numpy() for n, x in zip(names, inputs)})
    compare_padding(folder, tokenizer, ids.numpy())


if __name__ == "__main__":
    main()
