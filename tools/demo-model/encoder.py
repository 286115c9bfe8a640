"""The exported model as the product runs it: both ONNX towers, the tokenizer and the pixels, to unit vectors."""

import io
import json
import pathlib
import zipfile

import numpy as np
import onnxruntime
from PIL import Image
from tokenizers import Tokenizer

STYLES = ("noto", "twemoji")
SIDE, CONTEXT = 64, 32


class Encoder:
    """A model folder in the Hugging Face layout; suffix picks the variant: onnx/text_model<suffix>.onnx."""

    def __init__(self, folder, suffix=""):
        folder = pathlib.Path(folder)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        self.text, self.vision = (onnxruntime.InferenceSession(folder / f"onnx/{tower}_model{suffix}.onnx", options)
                                  for tower in ("text", "vision"))
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(CONTEXT)
        p = json.loads((folder / "preprocessor_config.json").read_text())
        self.mean, self.std = np.array(p["image_mean"], "f4"), np.array(p["image_std"], "f4")

    def texts(self, texts):
        """Unit vectors float32 [n, 512], each text run alone and unpadded."""
        rows = []
        for text in texts:
            ids = np.array([self.tokenizer.encode(text).ids], "i8")
            rows.append(self.text.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0])
        return unit(np.array(rows))

    def pictures(self, rgba):
        """Unit vectors float32 [n, 512] of pictures uint8 [n, 64, 64, 4], laid on white."""
        rgb, alpha = rgba[..., :3].astype("f4"), rgba[..., 3:].astype("f4") / 255
        x = np.rint(rgb * alpha + 255 * (1 - alpha)) / 255
        x = ((x - self.mean) / self.std).transpose(0, 3, 1, 2).astype("f4")
        return unit(np.concatenate([self.vision.run(None, {"pixel_values": x[i:i + 64]})[0]
                                    for i in range(0, len(x), 64)]))


def unit(x):
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def read_captions(images):
    """The concepts of captions.json: file, label, tags, group and sub (the subgroup)."""
    return json.loads((images / "captions.json").read_text())


def read_pack(images, style, captions):
    """A style's pictures in the order of the captions, at the model's size: uint8 [n, 64, 64, 4]."""
    with zipfile.ZipFile(images / f"{style}-128.zip") as pack:
        pictures = (Image.open(io.BytesIO(pack.read(c["file"]))).convert("RGBA") for c in captions)
        return np.stack([np.asarray(im.resize((SIDE, SIDE), Image.BICUBIC)) for im in pictures])
