"""The network: all-MiniLM-L6-v2 as a cross-encoder, with a verdict head that reads where an evidence head points.

Inputs are token ids, segment ids (0: question and statement, 1: answer) and a mask, each [batch, length]. Outputs are two
ordinal logits [batch, 2] (at least partial; covered) and one evidence logit for each token [batch, length].
"""

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

LAYERS, WIDTH, HEADS = 6, 384, 12
LONGEST = 384
CLS, SEP = 101, 102
DROP = 0.1


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.wide = nn.Linear(WIDTH, 4 * WIDTH)
        self.narrow = nn.Linear(4 * WIDTH, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12)

    def forward(self, x, hidden):
        batch, length, _ = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        seen = F.scaled_dot_product_attention(q, k, v, attn_mask=hidden)
        x = self.norm1(x + F.dropout(self.out(seen.transpose(1, 2).reshape(batch, length, WIDTH)), DROP, self.training))
        return self.norm2(x + F.dropout(self.narrow(F.gelu(self.wide(x))), DROP, self.training))


class Judge(nn.Module):
    def __init__(self, vocabulary=30522, positions=512):
        super().__init__()
        self.words = nn.Embedding(vocabulary, WIDTH)
        self.positions = nn.Embedding(positions, WIDTH)
        self.segments = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.evidence = nn.Linear(WIDTH, 1)
        self.mix = nn.Linear(2 * WIDTH, WIDTH)
        self.verdict = nn.Linear(WIDTH, 2)

    def forward(self, ids, seg, mask):
        x = self.words(ids) + self.positions.weight[: ids.shape[1]] + self.segments(seg)
        x = F.dropout(self.norm(x), DROP, self.training)
        hidden = (1 - mask)[:, None, None, :] * -1e4
        for layer in self.layers:
            x = layer(x, hidden)
        evidence = self.evidence(x).squeeze(-1)
        pointed = torch.softmax(evidence + (1 - mask * seg) * -1e4, -1)
        mean = (x * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        pooled = torch.cat([mean, (x * pointed[..., None]).sum(1)], -1)
        h = F.dropout(torch.tanh(self.mix(pooled)), DROP, self.training)
        return self.verdict(h), evidence


def load_base(folder):
    """The sentence encoder with new heads. Its word vectors stay as they are: few of the words of other roles are trained on."""
    raw, net = load_file(f"{folder}/model.safetensors"), Judge()
    state = {
        "words.weight": raw["embeddings.word_embeddings.weight"],
        "positions.weight": raw["embeddings.position_embeddings.weight"],
        "segments.weight": raw["embeddings.token_type_embeddings.weight"],
        "norm.weight": raw["embeddings.LayerNorm.weight"],
        "norm.bias": raw["embeddings.LayerNorm.bias"],
    }
    names = {
        "out": "attention.output.dense", "norm1": "attention.output.LayerNorm",
        "wide": "intermediate.dense", "narrow": "output.dense", "norm2": "output.LayerNorm",
    }
    for i in range(LAYERS):
        old, new = f"encoder.layer.{i}", f"layers.{i}"
        for part in ("weight", "bias"):
            state[f"{new}.qkv.{part}"] = torch.cat([raw[f"{old}.attention.self.{n}.{part}"] for n in ("query", "key", "value")])
            for mine, theirs in names.items():
                state[f"{new}.{mine}.{part}"] = raw[f"{old}.{theirs}.{part}"]
    net.load_state_dict(state, strict=False)
    with torch.no_grad():
        for head in (net.evidence, net.mix, net.verdict):
            head.weight.normal_(0, 0.02)
            head.bias.zero_()
        net.evidence.bias.fill_(-1.0)
        net.verdict.bias.copy_(torch.tensor([0.0, -1.0]))
    net.words.weight.requires_grad = False
    return net
