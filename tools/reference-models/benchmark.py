#!/usr/bin/env python3
"""What the original demo does: transformers on PyTorch, one image or text at a time, from the files'
bytes. Speed only: the weights are random in the architecture of the bundle's config.json.

  benchmark.py --model BUNDLE --images FOLDER --texts FILE --threads 2

Prints one line of JSON. EncoderBench runs it.
"""
import argparse
import io
import json
import os
import resource
import statistics
import time

import torch

import torchvision_without_operators  # noqa: F401
from PIL import Image
from transformers import CLIPConfig, CLIPImageProcessorPil, CLIPModel, CLIPTokenizerFast

ap = argparse.ArgumentParser()
ap.add_argument("--model", required=True)
ap.add_argument("--images", required=True)
ap.add_argument("--texts", required=True)
ap.add_argument("--threads", type=int, required=True)
args = ap.parse_args()
torch.set_num_threads(args.threads)
model = CLIPModel(CLIPConfig.from_pretrained(args.model)).eval()
processor = CLIPImageProcessorPil.from_pretrained(args.model)
tokenizer = CLIPTokenizerFast.from_pretrained(args.model)
files = [open(os.path.join(args.images, f), "rb").read() for f in sorted(os.listdir(args.images))]
texts = open(args.texts, encoding="utf-8").read().splitlines()


def now():
    return time.perf_counter()


@torch.no_grad()
def images():
    parts = [0.0, 0.0, 0.0]
    start = now()
    for data in files:
        a = now()
        image = Image.open(io.BytesIO(data)).convert("RGB")
        b = now()
        pixels = processor(images=image, return_tensors="pt")["pixel_values"]
        c = now()
        model.get_image_features(pixel_values=pixels)
        d = now()
        parts = [p + t for p, t in zip(parts, (b - a, c - b, d - c))]
    return len(files) / (now() - start), [p / len(files) * 1000 for p in parts]


@torch.no_grad()
def text(words):
    start = now()
    model.get_text_features(**tokenizer([words], padding=True, return_tensors="pt"))
    return (now() - start) * 1000


def resize():
    """Of a photograph of 12 megapixels to what the model sees, without decoding it."""
    image = Image.frombytes("RGB", (4000, 3000), os.urandom(36_000_000))
    times = []
    for _ in range(10):
        start = now()
        image.resize((298, 224), Image.Resampling.BICUBIC)
        times.append((now() - start) * 1000)
    return min(times)


images()
rounds = [images() for _ in range(2)]
rate, parts = max(rounds)
for words in texts[:20]:
    text(words)
times = [text(words) for words in texts]
print(json.dumps({
    "imagesPerSecond": rate, "decode": parts[0], "preprocess": parts[1], "forward": parts[2],
    "textP50": statistics.median(times), "resize": resize(), "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))
