"""Layer normalisation in single steps: what onnxruntime's fused one computes."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from assistant.embedding.normalisation import unfuse_normalisation

HIDDEN = 12


def fused_model(*, with_bias: bool) -> onnx.ModelProto:
    """Return two fused normalisations, the second of which takes the result of the first."""
    chance = np.random.default_rng(3)
    names = ["scale", "shift", "bias"]
    weights = [numpy_helper.from_array(chance.normal(size=HIDDEN).astype(np.float32), name) for name in names]
    bias = ["bias"] if with_bias else []
    nodes = [
        helper.make_node(
            "SkipLayerNormalization", [one, "skip", "scale", "shift", *bias], [result], domain="com.microsoft",
            epsilon=1e-5,
        )
        for one, result in (("values", "middle"), ("middle", "result"))
    ]  # fmt: skip
    shape: list[str | int | None] = [1, "token", HIDDEN]
    graph = helper.make_graph(
        nodes,
        "normalisation",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("values", "skip")],
        [helper.make_tensor_value_info("result", TensorProto.FLOAT, shape)],
        weights,
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def run(model: onnx.ModelProto, tokens: int) -> np.ndarray:
    chance = np.random.default_rng(tokens)
    inputs = {name: chance.normal(2, 5, (1, tokens, HIDDEN)).astype(np.float32) for name in ("values", "skip")}
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    result: np.ndarray = session.run(["result"], inputs)[0]
    return result


@pytest.mark.parametrize("with_bias", [True, False])
@pytest.mark.parametrize("tokens", [1, 2, 37])
def test_the_steps_give_what_the_fused_one_gives(with_bias: bool, tokens: int) -> None:
    fused, steps = fused_model(with_bias=with_bias), fused_model(with_bias=with_bias)
    assert unfuse_normalisation(steps, HIDDEN) == 2
    onnx.checker.check_model(steps)
    assert "SkipLayerNormalization" not in {node.op_type for node in steps.graph.node}
    np.testing.assert_allclose(run(steps, tokens), run(fused, tokens), rtol=1e-4, atol=1e-5)


def test_a_model_without_any_stays_as_it_is() -> None:
    model = fused_model(with_bias=True)
    unfuse_normalisation(model, HIDDEN)
    before = model.SerializeToString()
    assert unfuse_normalisation(model, HIDDEN) == 0
    assert model.SerializeToString() == before
