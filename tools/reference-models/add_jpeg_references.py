#!/usr/bin/env python3
"""Adds JPEGs to a bundle's references: add_jpeg_references.py BUNDLE JPEG... Decoded by Pillow,
preprocessed by transformers, run by ONNX Runtime for Python."""
import json
import os
import sys

import torchvision_without_operators  # noqa: F401
import onnxruntime
from PIL import Image
from transformers import CLIPImageProcessorPil

bundle, jpegs = sys.argv[1], sys.argv[2:]
session = onnxruntime.InferenceSession(bundle + "/onnx/vision_model.onnx")
processor = CLIPImageProcessorPil.from_pretrained(bundle)
references = json.load(open(bundle + "/references.json"))
references["images"] = [i for i in references["images"] if not i["file"].endswith(".jpg")]
for jpeg in jpegs:
    pixels = processor(Image.open(jpeg).convert("RGB"), return_tensors="np")["pixel_values"]
    vector = session.run(["image_embeds"], {"pixel_values": pixels})[0][0]
    references["images"].append({"file": os.path.abspath(jpeg), "embedding": [float(f"{v:.8g}") for v in vector]})
json.dump(references, open(bundle + "/references.json", "w"), ensure_ascii=False, indent=0)
