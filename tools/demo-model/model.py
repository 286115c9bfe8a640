"""The two towers, both to 512 numbers: a residual CNN for pictures of 64 pixels, a CLIP-style transformer for texts."""

import torch
import torch.nn.functional as F
from torch import nn

SIZE, CONTEXT, DIM, WIDTH, LAYERS, HEADS = 64, 32, 512, 192, 3, 3


def conv(channels_in, channels_out, kernel=3, stride=1):
    return nn.Sequential(nn.Conv2d(channels_in, channels_out, kernel, stride, kernel // 2, bias=False),
                         nn.BatchNorm2d(channels_out))


class Block(nn.Module):
    """Two 3x3 convolutions with a shortcut; stride 2 halves the picture, and the shortcut averages it."""

    def __init__(self, channels_in, channels_out, stride):
        super().__init__()
        self.a, self.b = conv(channels_in, channels_out, 3, stride), conv(channels_out, channels_out)
        self.d = nn.Sequential(nn.AvgPool2d(2), conv(channels_in, channels_out, 1)) if stride == 2 else nn.Identity()

    def forward(self, x):
        return F.relu(self.b(F.relu(self.a(x))) + self.d(x))


class Vision(nn.Module):
    """pixel_values [batch, 3, 64, 64] -> image_embeds [batch, 512], pooled as the mean of average and maximum."""

    def __init__(self):
        super().__init__()
        sizes = [(32, 64, 2), (64, 128, 2), (128, 128, 1), (128, 256, 2), (256, 256, 1)]
        self.stem = conv(3, 32, 3, 2)
        self.body = nn.Sequential(*(Block(*s) for s in sizes))
        self.head = nn.Linear(256, DIM, bias=False)

    def forward(self, x):
        x = self.body(F.relu(self.stem(x)))
        return self.head(0.5 * (x.mean((2, 3)) + x.amax((2, 3))))


class Layer(nn.Module):
    """A pre-norm transformer layer with CLIP's quick GELU."""

    def __init__(self):
        super().__init__()
        self.n1, self.n2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 2 * WIDTH), nn.Linear(2 * WIDTH, WIDTH)

    def forward(self, x, mask):
        b, s, w = x.shape
        q, k, v = self.qkv(self.n1(x)).view(b, s, 3, HEADS, w // HEADS).permute(2, 0, 3, 1, 4)
        a = (q @ k.transpose(-1, -2) * (w // HEADS) ** -0.5 + mask).softmax(-1) @ v
        x = x + self.out(a.transpose(1, 2).reshape(b, s, w))
        h = self.up(self.n2(x))
        return x + self.down(h * torch.sigmoid(1.702 * h))


class Text(nn.Module):
    """input_ids, attention_mask [batch, seq <= 32] -> text_embeds [batch, 512], read at the first end token.

    Attention is causal: what follows the first end token, padding for instance, cannot change the result.
    """

    def __init__(self, vocabulary, end):
        super().__init__()
        self.end = end
        self.token, self.place = nn.Embedding(vocabulary, WIDTH), nn.Embedding(CONTEXT, WIDTH)
        nn.init.normal_(self.token.weight, std=0.02)
        nn.init.normal_(self.place.weight, std=0.01)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.norm, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, DIM, bias=False)
        self.register_buffer("mask", torch.full((CONTEXT, CONTEXT), -1e4).triu(1), persistent=False)

    def forward(self, input_ids, attention_mask):
        s = input_ids.shape[1]
        x = self.token(input_ids) + self.place.weight[:s]
        mask = self.mask[:s, :s] + (1 - attention_mask[:, None, None, :].to(x.dtype)) * -1e4
        for layer in self.layers:
            x = layer(x, mask)
        first = (input_ids == self.end).to(torch.int32).argmax(1)[:, None, None].expand(-1, 1, WIDTH)
        return self.head(self.norm(x.gather(1, first)[:, 0]))
