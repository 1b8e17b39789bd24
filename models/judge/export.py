"""Writes a trained judge as ONNX with 8-bit weights, of standard operators only.

usage: python export.py IN.pt [IN.pt …] --out judge-int8.onnx   (several: their parameters are averaged)
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from network import HEADS, LAYERS, WIDTH


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

    def linear(self, x, name):
        product = self("MatMul", x, self.constant(name + ".weight", self.weights[name + ".weight"].T))
        return self("Add", product, self.weight(name + ".bias"))

    def norm(self, x, name):
        return self("LayerNormalization", x, self.weight(name + ".weight"), self.weight(name + ".bias"), axis=-1, epsilon=1e-12)

    def ints(self, *values):
        return self.constant("ints_" + "_".join(map(str, values)), np.array(values, np.int64))

    def number(self, value):
        return self.constant(f"number_{value}", np.array(value, np.float32))


def build(weights):
    weights = {name: value.numpy() for name, value in weights.items()}
    for i in range(LAYERS):  # three products are easier to quantise well than one
        for part in ("weight", "bias"):
            for name, piece in zip("qkv", np.split(weights.pop(f"layers.{i}.qkv.{part}"), 3)):
                weights[f"layers.{i}.{name}.{part}"] = piece
    g = Graph(weights)
    length = g("Shape", "input_ids", start=1, end=2)
    place = g("Slice", g.weight("positions.weight"), g.ints(0), length, g.ints(0))
    words = g("Gather", g.weight("words.weight"), "input_ids")
    segments = g("Gather", g.weight("segments.weight"), "token_type_ids")
    x = g.norm(g("Add", g("Add", words, place), segments), "norm")
    mask, seg = (g("Cast", name, to=TensorProto.FLOAT) for name in ("attention_mask", "token_type_ids"))
    away = lambda kept: g("Mul", g("Sub", g.number(1.0), kept), g.number(-1e4))
    hidden = g("Unsqueeze", away(mask), g.ints(1, 2))
    heads, back = g.ints(0, 0, HEADS, WIDTH // HEADS), g.ints(0, 0, WIDTH)
    for i in range(LAYERS):
        name = f"layers.{i}"
        split = lambda part, order: g("Transpose", g("Reshape", g.linear(x, f"{name}.{part}"), heads), perm=order)
        q, k, v = split("q", [0, 2, 1, 3]), split("k", [0, 2, 3, 1]), split("v", [0, 2, 1, 3])
        seen = g("Mul", g("MatMul", q, k), g.number((WIDTH // HEADS) ** -0.5))
        seen = g("MatMul", g("Softmax", g("Add", seen, hidden), axis=-1), v)
        seen = g("Reshape", g("Transpose", seen, perm=[0, 2, 1, 3]), back)
        x = g.norm(g("Add", g.linear(seen, f"{name}.out"), x), f"{name}.norm1")
        wide = g.linear(x, f"{name}.wide")
        bent = g("Add", g("Erf", g("Mul", wide, g.number(2**-0.5))), g.number(1.0))
        wide = g("Mul", g("Mul", wide, g.number(0.5)), bent)
        x = g.norm(g("Add", g.linear(wide, f"{name}.narrow"), x), f"{name}.norm2")
    evidence = g("Squeeze", g.linear(x, "evidence"), g.ints(2))
    pointed = g("Softmax", g("Add", evidence, away(g("Mul", mask, seg))), axis=-1)
    weigh = lambda share: g("ReduceSum", g("Mul", x, g("Unsqueeze", share, g.ints(2))), g.ints(1), keepdims=0)
    mean = g("Div", weigh(mask), g("ReduceSum", mask, g.ints(1), keepdims=1))
    pooled = g("Concat", mean, weigh(pointed), axis=-1)
    verdict = g.linear(g("Tanh", g.linear(pooled, "mix")), "verdict")
    g.nodes += [helper.make_node("Identity", [verdict], ["verdict"]), helper.make_node("Identity", [evidence], ["evidence"])]
    grid = lambda name: helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"])
    graph = helper.make_graph(
        g.nodes, "hotseat-judge", [grid(name) for name in ("input_ids", "token_type_ids", "attention_mask")],
        [helper.make_tensor_value_info("verdict", TensorProto.FLOAT, ["batch", 2]), helper.make_tensor_value_info("evidence", TensorProto.FLOAT, ["batch", "sequence"])],
        list(g.constants.values()),
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("trained", nargs="+")
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    states = [torch.load(path, map_location="cpu") for path in options.trained]
    mean = {name: sum(state[name] for state in states) / len(states) for name in states[0]}
    with tempfile.TemporaryDirectory() as folder:
        whole = str(Path(folder) / "fp32.onnx")
        onnx.save(build(mean), whole)
        quantize_dynamic(whole, options.out, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul", "Gather"])
    print(options.out, Path(options.out).stat().st_size)


if __name__ == "__main__":
    main()
