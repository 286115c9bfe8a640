#!/usr/bin/env python3
"""Adds 8-bit variants to a bundle: quantise.py BUNDLE. Signed weights per channel, MatMul and Gemm
only (`_int8`), and unsigned ones, as many published `_quantized` files hold them."""
import sys

from onnxruntime.quantization import QuantType, quantize_dynamic

for tower in ("text_model", "vision_model"):
    for suffix, kind in (("int8", QuantType.QInt8), ("quantized", QuantType.QUInt8)):
        quantize_dynamic(f"{sys.argv[1]}/onnx/{tower}.onnx", f"{sys.argv[1]}/onnx/{tower}_{suffix}.onnx", weight_type=kind,
                         per_channel=suffix == "int8", op_types_to_quantize=["MatMul", "Gemm"])
