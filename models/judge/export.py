"""Writes a trained judge as ONNX with 8-bit weights, of standard operators only.

usage: python export.py IN.pt [IN.pt …] --vocabulary VOCABULARY --out judge-int8.onnx   (several: their parameters are averaged)

Eight bits are shared out over all channels of what goes into a product, and a few channels reach far beyond the others. So
the inputs are divided by a scale for each channel and the weights multiplied by it, which changes nothing but the rounding
(SmoothQuant, Xiao et al. 2023).
"""

import argparse
import random
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from augment import ALL, augment
from encode import Encoder, pad
from labels import SETS, read_answers, read_banks
from network import ANSWER, HEADS, LAYERS, PADDING, POSITIONS, QUESTION, WIDTH, Judge, bucket


class Graph:
    def __init__(self, weights):
        self.weights, self.constants, self.nodes = weights, {}, []

    def constant(self, name, value):
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def weight(self, name):
        return self.constant(name, self.weights[name])

    def __call__(self, op, *inputs, **options):
        out = f"{op}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, list(inputs), [out], **options))
        return out

    def linear(self, x, name, scale=None):
        weight = self.weights[name + ".weight"].T
        if scale is not None:
            x = self("Mul", x, self.constant(f"{name}.scale", (1 / scale).astype(np.float32)))
            weight = weight * scale[:, None]
        product = self("MatMul", x, self.constant(name + ".weight", weight))
        return self("Add", product, self.weight(name + ".bias"))

    def norm(self, x, name):
        return self("LayerNormalization", x, self.weight(name + ".weight"), self.weight(name + ".bias"), axis=-1, epsilon=1e-5)

    def ints(self, *values):
        return self.constant("ints_" + "_".join(map(str, values)), np.array(values, np.int64))

    def integer(self, value):
        return self.constant(f"integer_{value}", np.array(value, np.int64))

    def number(self, value):
        return self.constant(f"number_{value}", np.array(value, np.float32))

    def length(self, x):
        """Euclidean length of the last axis."""
        return self("Sqrt", self("ReduceSum", self("Mul", x, x), self.ints(-1), keepdims=1))


def attention_bias(g, weights):
    """What is added to the scores of attention: by distance, and away from what a token does not see."""
    apart = lambda name, axis: g("Unsqueeze", name, g.ints(axis))
    distance = g("Sub", apart("positions", 1), apart("positions", 2))
    span = torch.arange(-(POSITIONS - 1), POSITIONS)
    table = g.constant("by_distance", weights["relative.weight"][bucket(span).numpy()])
    near = g("Transpose", g("Gather", table, g("Add", distance, g.integer(POSITIONS - 1))), perm=[0, 3, 1, 2])
    own, other = apart("parts", 2), apart("parts", 1)
    is_in = lambda part, of: g("Equal", part, g.integer(of))
    sees = g("Or", g("Or", is_in(other, ANSWER), is_in(other, QUESTION)), g("Or", g("Equal", own, other), is_in(own, ANSWER)))
    sees = g("And", sees, g("Not", is_in(other, PADDING)))
    return g("Add", near, apart(g("Where", sees, g.number(0.0), g.number(-1e4)), 1))


@torch.no_grad()
def inputs(net, texts):
    """For each product of the layers some of what goes into it: {name: [tokens, width]}."""
    seen, watched = {}, []
    for name, part in net.layers.named_modules():
        if isinstance(part, torch.nn.Linear):
            keep = lambda _, given, name=name: seen.setdefault(name, []).append(given[0].flatten(0, 1))
            watched.append(part.register_forward_pre_hook(keep))
    net.eval()
    for text in texts:
        ids, positions, parts, *_, there = pad([text])
        net(ids, positions, parts, there.shape[1])
    for one in watched:
        one.remove()
    return {name: torch.cat(parts) for name, parts in seen.items()}


def rounded(x, weight):
    """The product as it comes out of eight bits: one scale for all of x, one for each column of the weights."""
    low, high = x.min().clamp(max=0), x.max().clamp(min=0)
    step = (high - low) / 255
    x = ((x - low) / step).round() * step + low
    step = weight.abs().amax(0) / 127
    return x @ ((weight / step).round() * step)


@torch.no_grad()
def scales(net, texts):
    """For each product of the layers a scale for each channel of its input: of a few shares between inputs and weights the one
    that loses least."""
    found = {}
    for name, x in inputs(net, texts).items():
        weight = net.layers.get_submodule(name).weight.T
        reach, weights = x.abs().amax(0).clamp(min=1e-4), weight.abs().amax(1).clamp(min=1e-4)
        exact, tried = x @ weight, []
        for share in SHARES:
            scale = reach**share / weights ** (share if share else 0)
            scale = scale / scale.log().mean().exp()
            tried.append(((rounded(x / scale, weight * scale[:, None]) - exact).square().mean().item(), share, scale))
        loss, share, scale = min(tried, key=lambda one: one[0])
        print(f"{name}: share {share}, loss {loss / exact.square().mean().item():.5f} of {tried[0][0] / exact.square().mean().item():.5f}")
        found[f"layers.{name}"] = scale.numpy()
    return found


def build(weights, scales):
    weights = {name: value.numpy() for name, value in weights.items()}
    for i in range(LAYERS):  # three products are easier to quantise well than one
        for part in ("weight", "bias"):
            for name, piece in zip("qkv", np.split(weights.pop(f"layers.{i}.qkv.{part}"), 3)):
                weights[f"layers.{i}.{name}.{part}"] = piece
    g = Graph(weights)
    is_answer = g("Equal", "parts", g.integer(ANSWER))
    answer = g("Cast", is_answer, to=TensorProto.FLOAT)
    x = g("Add", g("Gather", g.weight("words.weight"), "input_ids"), g("Gather", g.weight("positions.weight"), "positions"))
    x = g.norm(g("Add", x, g("Gather", g.weight("segments.weight"), g("Cast", is_answer, to=TensorProto.INT64))), "norm")
    bias = attention_bias(g, weights)
    heads, back = g.ints(0, 0, HEADS, WIDTH // HEADS), g.ints(0, 0, WIDTH)
    for i in range(LAYERS):
        name = f"layers.{i}"
        spread = scales[f"{name}.qkv"]
        split = lambda part, order: g("Transpose", g("Reshape", g.linear(x, f"{name}.{part}", spread), heads), perm=order)
        q, k, v = split("q", [0, 2, 1, 3]), split("k", [0, 2, 3, 1]), split("v", [0, 2, 1, 3])
        seen = g("Mul", g("MatMul", q, k), g.number((WIDTH // HEADS) ** -0.5))
        seen = g("MatMul", g("Softmax", g("Add", seen, bias), axis=-1), v)
        seen = g("Reshape", g("Transpose", seen, perm=[0, 2, 1, 3]), back)
        x = g.norm(g("Add", g.linear(seen, f"{name}.out", scales[f"{name}.out"]), x), f"{name}.norm1")
        wide = g.linear(x, f"{name}.wide", scales[f"{name}.wide"])
        bent = g("Add", g("Erf", g("Mul", wide, g.number(2**-0.5))), g.number(1.0))
        wide = g("Mul", g("Mul", wide, g.number(0.5)), bent)
        x = g.norm(g("Add", g.linear(wide, f"{name}.narrow", scales[f"{name}.narrow"]), x), f"{name}.norm2")

    numbers = g("Unsqueeze", "statements", g.ints(0, 2))
    own = g("Cast", g("Equal", g("Unsqueeze", "parts", g.ints(1)), numbers), to=TensorProto.FLOAT)
    own = g("Div", own, g("Max", g("ReduceSum", own, g.ints(2), keepdims=1), g.number(1.0)))
    s = g("MatMul", own, x)
    unit = lambda y: g("Div", y, g("Max", g.length(y), g.number(1e-12)))
    alike = g("MatMul", unit(g.linear(s, "point")), g("Transpose", unit(x), perm=[0, 2, 1]))
    sharp = weights["sharp"]
    evidence = g("Add", g("Mul", alike, g.number(float(sharp[0]))), g.number(float(sharp[1])))
    outside = g("Unsqueeze", g("Mul", g("Sub", g.number(1.0), answer), g.number(-1e4)), g.ints(1))
    at = g("Add", evidence, outside)
    quote = g("MatMul", g("Softmax", at, axis=-1), x)
    share = g("Unsqueeze", g("Div", answer, g("Max", g("ReduceSum", answer, g.ints(1), keepdims=1), g.number(1.0))), g.ints(1))
    mean = g("Add", g("MatMul", share, x), g("Mul", s, g.number(0.0)))
    most = g("ReduceMax", at, g.ints(2), keepdims=1)
    top = g("Add", most, g("Log", g("ReduceSum", g("Exp", g("Sub", at, most)), g.ints(2), keepdims=1)))
    top = g("Sub", top, g.number(2.0))
    pooled = g("Concat", s, quote, g("Mul", s, quote), mean, top, axis=-1)
    verdict = g.linear(g("Tanh", g.linear(pooled, "mix")), "verdict")
    g.nodes += [helper.make_node("Identity", [verdict], ["verdict"]), helper.make_node("Identity", [evidence], ["evidence"])]
    grid = lambda name: helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"])
    out = lambda name, last: helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", "statements", last])
    graph = helper.make_graph(
        g.nodes, "hotseat-judge",
        [grid("input_ids"), grid("positions"), grid("parts"), helper.make_tensor_value_info("statements", TensorProto.INT64, ["statements"])],
        [out("verdict", 2), out("evidence", "sequence")],
        list(g.constants.values()),
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    onnx.checker.check_model(model)
    return model


OPSET = 18
TEXTS = 24  # of the training groups, from which the scales are read
SHARES = (0.0, 0.15, 0.3, 0.5)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("trained", nargs="+")
    parser.add_argument("--vocabulary", required=True, help="tokenizer.json of all-MiniLM-L6-v2")
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    states = [torch.load(path, map_location="cpu") for path in options.trained]
    mean = {name: sum(state[name] for state in states) / len(states) for name in states[0]}
    net = Judge()
    net.load_state_dict(mean)
    rng, banks, encode = random.Random(1), read_banks(SETS), Encoder(options.vocabulary)
    answers = [answer for folder in SETS for answer in read_answers(folder, banks)]
    texts = [encode(group) for group in augment(answers, banks, rng, ALL)]
    spread = scales(net, rng.sample(texts, TEXTS))
    with tempfile.TemporaryDirectory() as folder:
        whole = str(Path(folder) / "fp32.onnx")
        onnx.save(build(mean, spread), whole)
        quantize_dynamic(
            whole, options.out, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul", "Gather"],
            extra_options={"MatMulConstBOnly": True},
        )
    print(options.out, Path(options.out).stat().st_size)


if __name__ == "__main__":
    main()
