"""Attention and activation in single steps: what onnxruntime's fused ones compute."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from assistant.embedding.unfusing import unfuse_activation, unfuse_attention

HEADS, HIDDEN = 3, 24


def fused_model() -> onnx.ModelProto:
    """Return an attention, an activation, and both once more on their result."""
    chance = np.random.default_rng(5)
    sizes = {"weight": (HIDDEN, 3 * HIDDEN), "weight_bias": (3 * HIDDEN,), "bias": (HIDDEN,)}
    weights = [
        numpy_helper.from_array(chance.normal(0, 0.3, size).astype(np.float32), name) for name, size in sizes.items()
    ]
    nodes = []
    for values, middle, result in (("values", "first", "second"), ("second", "third", "result")):
        nodes.append(
            helper.make_node(
                "Attention", [values, "weight", "weight_bias"], [middle], domain="com.microsoft", num_heads=HEADS
            )
        )
        nodes.append(helper.make_node("BiasGelu", [middle, "bias"], [result], domain="com.microsoft"))
    shape: list[str | int | None] = ["text", "token", HIDDEN]
    graph = helper.make_graph(
        nodes,
        "attention",
        [helper.make_tensor_value_info("values", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("result", TensorProto.FLOAT, shape)],
        weights,
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def run(model: onnx.ModelProto, texts: int, tokens: int) -> np.ndarray:
    values = np.random.default_rng(tokens).normal(0, 0.5, (texts, tokens, HIDDEN)).astype(np.float32)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    result: np.ndarray = session.run(["result"], {"values": values})[0]
    return result


@pytest.mark.parametrize(("texts", "tokens"), [(1, 1), (1, 2), (3, 37)])
def test_the_steps_give_what_the_fused_ones_give(texts: int, tokens: int) -> None:
    fused, steps = fused_model(), fused_model()
    assert unfuse_attention(steps, HEADS, HIDDEN) == 2
    assert unfuse_activation(steps) == 2
    assert not {"Attention", "BiasGelu"} & {node.op_type for node in steps.graph.node}
    np.testing.assert_allclose(run(steps, texts, tokens), run(fused, texts, tokens), rtol=1e-4, atol=1e-5)


def test_a_model_without_any_stays_as_it_is() -> None:
    model = fused_model()
    unfuse_attention(model, HEADS, HIDDEN)
    unfuse_activation(model)
    before = model.SerializeToString()
    assert (unfuse_attention(model, HEADS, HIDDEN), unfuse_activation(model)) == (0, 0)
    assert model.SerializeToString() == before
