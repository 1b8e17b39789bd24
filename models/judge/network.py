"""The network: the lower layers of all-mpnet-base-v2 read a question, all statements of its rubric and an answer at once.

Question and answer are seen by everything; a statement sees itself, the question and the answer, and not the other
statements. Each statement starts at the position where the question ends, the answer at ANSWER_AT, so that the order of the
statements means nothing. Inputs are token ids, positions and parts [batch, length]; outputs are two ordinal logits
[batch, statements, 2] (at least partial; covered) and an evidence logit for each token [batch, statements, length].
"""

import math

import torch
import torch.nn.functional as F
from safetensors import safe_open
from torch import nn

LAYERS, WIDTH, HEADS, VOCABULARY, POSITIONS = 8, 768, 12, 30522, 512
BUCKETS, FAR = 32, 128  # of distances, as in the base
PADDING, QUESTION, FIRST_STATEMENT, ANSWER = 0, 1, 2, -1  # parts
ANSWER_AT = 96
CLS, SEP = 101, 102
DROP = 0.1


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, eps=1e-5)
        self.wide = nn.Linear(WIDTH, 4 * WIDTH)
        self.narrow = nn.Linear(4 * WIDTH, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=1e-5)

    def forward(self, x, bias):
        batch, length, _ = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        seen = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        x = self.norm1(x + F.dropout(self.out(seen.transpose(1, 2).reshape(batch, length, WIDTH)), DROP, self.training))
        return self.norm2(x + F.dropout(self.narrow(F.gelu(self.wide(x))), DROP, self.training))


def bucket(distance):
    """In which bucket a distance falls: half of them behind, half ahead, near ones apart and far ones together."""
    half = BUCKETS // 2
    exact, ahead, distance = half // 2, distance > 0, distance.abs()
    far = exact + (torch.log(distance.clamp(min=1).float() / exact) / math.log(FAR / exact) * (half - exact)).long()
    return ahead.long() * half + torch.where(distance < exact, distance, far.clamp(max=half - 1))


class Judge(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.segments = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-5)
        self.relative = nn.Embedding(BUCKETS, HEADS)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.point = nn.Linear(WIDTH, WIDTH)
        self.sharp = nn.Parameter(torch.tensor([8.0, -4.0]))
        self.mix = nn.Linear(4 * WIDTH + 1, WIDTH)
        self.verdict = nn.Linear(WIDTH, 2)

    def forward(self, ids, positions, parts, statements):
        answer = (parts == ANSWER).float()
        x = self.words(ids) + self.positions(positions) + self.segments(answer.long())
        x = F.dropout(self.norm(x), DROP, self.training)
        own, other = parts[:, :, None], parts[:, None, :]
        sees = (other != PADDING) & ((other == ANSWER) | (other == QUESTION) | (own == other) | (own == ANSWER))
        near = self.relative(bucket(positions[:, None, :] - positions[:, :, None])).permute(0, 3, 1, 2)
        bias = near.masked_fill(~sees[:, None], -1e4)
        for layer in self.layers:
            x = layer(x, bias)

        numbers = torch.arange(FIRST_STATEMENT, FIRST_STATEMENT + statements)
        share = (parts[:, None, :] == numbers[None, :, None]).float()
        s = share / share.sum(-1, keepdim=True).clamp(min=1) @ x
        alike = F.normalize(self.point(s), dim=-1) @ F.normalize(x, dim=-1).transpose(1, 2)
        evidence = self.sharp[0] * alike + self.sharp[1]
        at = evidence + (1 - answer)[:, None] * -1e4
        quote = torch.softmax(at, -1) @ x
        mean = (answer[..., None] * x).sum(1, keepdim=True) / answer.sum(1)[:, None, None].clamp(min=1)
        top = torch.logsumexp(at, -1, keepdim=True) - 2
        h = torch.tanh(self.mix(torch.cat([s, quote, s * quote, mean.expand_as(s), top], -1)))
        return self.verdict(F.dropout(h, DROP, self.training)), evidence


def load_base(folder):
    """The sentence encoder's lower layers with new heads. Its vocabulary is that of all-MiniLM-L6-v2 behind four marks, and is
    put in that order, so that one file cuts words for both. Word vectors stay as they are: few of the words of other roles are
    trained on."""
    net = Judge()
    with safe_open(f"{folder}/model.safetensors", "pt") as file:
        raw = file.get_tensor
        words = raw("embeddings.word_embeddings.weight")
        vectors = words[4 : 4 + VOCABULARY].clone()
        vectors[[CLS, SEP]] = words[[0, 2]]  # its own marks for start and end
        state = {
            "words.weight": vectors,
            "positions.weight": raw("embeddings.position_embeddings.weight")[2:],  # it counts from 2
            "segments.weight": torch.zeros(2, WIDTH),
            "norm.weight": raw("embeddings.LayerNorm.weight"),
            "norm.bias": raw("embeddings.LayerNorm.bias"),
            "relative.weight": raw("encoder.relative_attention_bias.weight"),
        }
        names = {
            "out": "attention.attn.o", "norm1": "attention.LayerNorm",
            "wide": "intermediate.dense", "narrow": "output.dense", "norm2": "output.LayerNorm",
        }
        for i in range(LAYERS):
            old, new = f"encoder.layer.{i}", f"layers.{i}"
            for part in ("weight", "bias"):
                state[f"{new}.qkv.{part}"] = torch.cat([raw(f"{old}.attention.attn.{n}.{part}") for n in "qkv"])
                for mine, theirs in names.items():
                    state[f"{new}.{mine}.{part}"] = raw(f"{old}.{theirs}.{part}")
    net.load_state_dict(state, strict=False)
    with torch.no_grad():
        for head in (net.mix, net.verdict):
            head.weight.normal_(0, 0.02)
            head.bias.zero_()
        net.point.weight.copy_(torch.eye(WIDTH))
        net.point.bias.zero_()
        net.verdict.bias.copy_(torch.tensor([0.0, -1.0]))
    return net
