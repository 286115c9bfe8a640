"""Trains both towers from nothing, with a contrastive loss that knows every right answer.

    python train.py OUT MODEL --steps 2800

OUT holds the files of prep.py, MODEL those of tokenizer.py. Writes OUT/last.pt, the averaged weights, every 400 steps
and at the end. A step shows 256 concepts, each in a drawing style drawn at random, with a name, one or two set phrases
and a foreign phrase for each.
"""

import argparse
import copy
import io
import math
import pathlib
import random
import time

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from tokenizers import Tokenizer

from model import Text, Vision
from phrases import Phrases

MEAN, STD = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]
BATCH = 256
STYLES = [0.22, 0.22, 0.12, 0.1, 0.12, 0.11, 0.11]  # how often each style of prep.py is shown
LONGEST = 24  # tokens of a text in training; the model takes 32, but the last eight places stay untrained


def jpeg(x, rng):
    """A picture [3, 64, 64] in 0..1, through JPEG of a random quality."""
    b = io.BytesIO()
    Image.fromarray((x.permute(1, 2, 0) * 255).byte().numpy()).save(b, "JPEG", quality=rng.randint(30, 90))
    return torch.from_numpy(np.asarray(Image.open(b)).copy()).permute(2, 0, 1) / 255


def augment(pictures, flip, rng):
    """Random place, background, light, blur and JPEG; two in five stay in place, most lie on white."""
    x = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
    n, rgb, alpha = len(x), x[:, :3] * x[:, 3:], x[:, 3:]
    move = (torch.rand(n) < 0.6).float()
    angle, scale = move * torch.randn(n) * 0.14, 1 + move * (torch.rand(n) * 0.4 - 0.15)
    mirror = 1 - 2 * ((torch.rand(n) < 0.5) & flip).float()
    shift = move[:, None] * (torch.rand(n, 2) - 0.5) * 0.2
    c, s = torch.cos(angle) * scale, torch.sin(angle) * scale
    rows = [c * mirror, -s, shift[:, 0]], [s * mirror, c, shift[:, 1]]
    theta = torch.stack([torch.stack(r, 1) for r in rows], 1)
    x = F.grid_sample(torch.cat([rgb, alpha], 1), F.affine_grid(theta, (n, 4, 64, 64), align_corners=False),
                      align_corners=False)
    ground = torch.where(torch.rand(n, 1) < 0.85, torch.ones(n, 3), torch.rand(n, 3))[:, :, None, None]
    x = x[:, :3] + ground * (1 - x[:, 3:])
    light, contrast = (1 + move[:, None, None, None] * (torch.rand(2, n, 1, 1, 1) - 0.5) * 0.2)
    x = ((x - 0.5) * contrast + 0.5) * light
    k = n // 10
    x[:k] = F.interpolate(F.avg_pool2d(x[:k], 2), scale_factor=2, mode="bilinear")
    x = x.clamp(0, 1)
    for i in range(k, k + n // 20):
        x[i] = jpeg(x[i], rng)
    return (x - torch.tensor(MEAN)[:, None, None]) / torch.tensor(STD)[:, None, None]


def embed_texts(text, tokenizer, texts, end):
    """Unit vectors of texts. Every fourth text is split with BPE dropout, so that unknown word endings hurt less.

    They run in four parts, shortest first, which keeps padding cheap.
    """
    ids = []
    for dropout, part in ((0.15, texts[::4]), (None, [t for i, t in enumerate(texts) if i % 4])):
        tokenizer.model.dropout = dropout
        ids.append([e.ids for e in tokenizer.encode_batch(part)])
    ids = [ids[0][i // 4] if i % 4 == 0 else ids[1][i - i // 4 - 1] for i in range(len(texts))]
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    out = []
    for part in np.array_split(order, 4):
        m = max(len(ids[i]) for i in part)
        x = torch.tensor([ids[i] + [end] * (m - len(ids[i])) for i in part])
        out.append(text(x, torch.ones_like(x)))
    return F.normalize(torch.cat(out).float(), dim=-1)[torch.tensor(np.argsort(order))]


def contrast(texts, images, truth, scale):
    """CLIP's cross entropy both ways, with the target spread over all right answers: truth bool [texts, images]."""
    logits, t = scale.exp().clamp(max=100) * texts @ images.T, torch.from_numpy(truth).float()
    rows = -(t / t.sum(1, keepdim=True) * logits.log_softmax(1)).sum(1).mean()
    columns = -(t / t.sum(0, keepdim=True).clamp(min=1) * logits.log_softmax(0)).sum(0).mean()
    return (rows + columns) / 2


def arguments():
    p = argparse.ArgumentParser(description="Trains both towers from nothing.")
    p.add_argument("out", type=pathlib.Path, help="the folder of prep.py")
    p.add_argument("model", type=pathlib.Path, help="the folder of tokenizer.py")
    p.add_argument("--steps", type=int, default=2800)
    p.add_argument("--lr", type=float, default=2e-3, help="the highest learning rate")
    p.add_argument("--seed", type=int, default=1)
    return p.parse_args()


def main():
    a = arguments()
    torch.set_num_threads(2)
    torch.manual_seed(a.seed)
    rng = random.Random(a.seed)
    z = np.load(a.out / "data.npz")
    pictures, concept, style = z["pictures"], z["concept"], z["style"]
    where = {(c, s): n for n, (c, s) in enumerate(zip(concept.tolist(), style.tolist()))}
    concepts = int(concept.max()) + 1
    styles = [[s for s in range(len(STYLES)) if (c, s) in where] for c in range(concepts)]
    phrases, flip = Phrases(a.out / "phrases.json", concepts), torch.from_numpy(np.load(a.out / "flip.npy"))
    tokenizer = Tokenizer.from_file(str(a.model / "tokenizer.json"))
    tokenizer.enable_truncation(LONGEST)
    end = tokenizer.token_to_id("<|endoftext|>")
    vision, text = Vision().to(memory_format=torch.channels_last), Text(tokenizer.get_vocab_size(), end)
    # The logarithm of one temperature each for names, set phrases and foreign phrases.
    scales = torch.nn.Parameter(torch.tensor([2.66] * 3))
    net = torch.nn.ModuleList([vision, text])
    parameters = [p for p in net.parameters()]
    optimizer = torch.optim.AdamW(
        [{"params": [p for p in parameters if p.ndim > 1], "weight_decay": 0.05},
         {"params": [p for p in parameters if p.ndim < 2] + [scales], "weight_decay": 0}], a.lr, (0.9, 0.98))
    average, began, deck = copy.deepcopy(net), time.time(), []
    for step in range(a.steps):
        warm = min(1, (step + 1) / 200)
        for g in optimizer.param_groups:
            g["lr"] = a.lr * warm * (0.01 + 0.99 * (1 + math.cos(math.pi * step / a.steps)) / 2)
        if len(deck) < BATCH:
            deck = rng.sample(range(concepts), concepts)
        batch, deck = deck[:BATCH], deck[BATCH:]
        drawn = [where[c, rng.choices(styles[c], [STYLES[s] for s in styles[c]])[0]] for c in batch]
        x = augment(pictures[drawn], flip[batch], rng).contiguous(memory_format=torch.channels_last)
        sets = [phrases.set(c, rng) for c in batch + batch[::2]]
        abroad = [phrases.abroad(c, rng) for c in batch]
        texts = [phrases.name(c, rng) for c in batch] + [t for t, _ in sets + abroad]
        with torch.autocast("cpu", torch.bfloat16):
            images, words = F.normalize(vision(x).float(), dim=-1), embed_texts(text, tokenizer, texts, end)
        truths = [np.eye(BATCH, dtype=bool)] + [phrases.truth[[n for _, n in r]][:, batch] for r in (sets, abroad)]
        losses = [contrast(w, images, t, s) for w, t, s in
                  zip(words.split([len(t) for t in truths]), truths, scales)]
        optimizer.zero_grad()
        (losses[0] + losses[1] + losses[2]).backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        decay = min(0.998, (step + 1) / (step + 20))
        with torch.no_grad():
            for p, q in zip(average.state_dict().values(), net.state_dict().values()):
                p.lerp_(q, 1 - decay) if p.is_floating_point() else p.copy_(q)
        if step % 100 == 0 or step == a.steps - 1:
            print(step, f"{time.time() - began:.0f} s", *(f"{v.item():.3f}" for v in losses),
                  *(f"{s.exp().item():.1f}" for s in scales), flush=True)
        if (step + 1) % 400 == 0 or step == a.steps - 1:
            torch.save(average.state_dict(), a.out / "last.pt")


if __name__ == "__main__":
    main()
