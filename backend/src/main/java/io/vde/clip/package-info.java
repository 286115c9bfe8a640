/**
 * Texts and images to vectors: model bundles, their tokenizer and preprocessing, ONNX Runtime, and
 * the queue in front of it. Uses {@code media} for pixels and {@code hub} for files; nothing else
 * of ours.
 */
package io.vde.clip;
