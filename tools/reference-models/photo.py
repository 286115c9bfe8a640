#!/usr/bin/env python3
"""A picture with the statistics of a photograph (1/f noise, edges, grain) as a JPEG: photo.py OUT [WIDTH
HEIGHT], 400 x 300 unless said otherwise."""
import sys

import numpy as np
from PIL import Image

rng = np.random.default_rng(11)
width, height = map(int, sys.argv[2:4]) if len(sys.argv) > 2 else (400, 300)
image = np.zeros((height, width, 3))
for octave in range(1, 8):
    cells = rng.normal(0, 1, (3 * 2**octave // 4 + 2, 2**octave + 2, 3)) / 1.6**octave
    for channel in range(3):
        image[..., channel] += np.asarray(Image.fromarray(cells[..., channel].astype(np.float32)).resize((width, height), Image.BICUBIC))
image = 128 + 60 * image
image[120:220, 90:230] += (50, -30, 10)
image += rng.normal(0, 4, image.shape)
Image.fromarray(np.clip(image, 0, 255).astype(np.uint8)).save(sys.argv[1], quality=88)
