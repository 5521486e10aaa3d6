"""Plain LoRA layers computed in one go while they train: the same sums as peft's, in fewer passes over the activations.

peft adds base and adapter as separate results and autograd adds their gradients; on a processor such passes cost as much as the products.
"""

from typing import Any

from assistant.training.recipe import Recipe


def fuse(model: Any, recipe: Recipe) -> int:
    """Give every LoRA layer whose training is a plain product the fused forward; returns how many. Evaluation keeps peft's own."""
    import torch
    from peft.tuners.lora import Linear

    lora, training = recipe.lora, recipe.training
    if training.method != "lora" or training.quantization != "none" or lora.variant == "dora" or lora.dropout or lora.bias != "none":
        return 0
    apply = _function()
    layers = [layer for layer in model.modules() if isinstance(layer, Linear) and type(layer.base_layer) is torch.nn.Linear]
    for layer in layers:
        layer.forward = _forward(layer, layer.forward, apply)
    return len(layers)


def _forward(layer: Any, unfused: Any, apply: Any) -> Any:
    import torch

    def forward(x: Any, *args: Any, **kwargs: Any) -> Any:
        if not layer.training or layer.merged or layer.disable_adapters or layer.active_adapters != ["default"]:
            return unfused(x, *args, **kwargs)
        device = x.device.type
        base, mixed = layer.base_layer, torch.is_autocast_enabled(device)
        precision = torch.get_autocast_dtype(device) if mixed else x.dtype
        with torch.autocast(device, enabled=False):
            return apply(
                x.to(precision), base.weight.to(precision), None if base.bias is None else base.bias.to(precision),
                layer.lora_A["default"].weight, layer.lora_B["default"].weight, layer.scaling["default"],
            )  # fmt: skip

    return forward


def _function() -> Any:
    import torch

    class Fused(torch.autograd.Function):
        """x·Wᵀ + b + s·(x·Aᵀ)·Bᵀ for a frozen W and b; gradients of x, A and B. Computes in x's number format, A's and B's may be finer."""

        @staticmethod
        def forward(ctx: Any, x: Any, weight: Any, bias: Any, a: Any, b: Any, scale: float) -> Any:
            rows, down, up = x.reshape(-1, x.shape[-1]), a.to(x.dtype), b.to(x.dtype)
            inner = rows @ down.t()
            result = torch.nn.functional.linear(rows, weight, bias).addmm_(inner, up.t(), alpha=scale)
            ctx.save_for_backward(rows, inner, weight, down, up)
            ctx.scale, ctx.shape, ctx.precision = scale, x.shape, a.dtype
            return result.view(*x.shape[:-1], -1)

        @staticmethod
        def backward(ctx: Any, *gradients: Any) -> Any:
            rows, inner, weight, down, up = ctx.saved_tensors
            gradient = gradients[0].reshape(-1, weight.shape[0])
            through = gradient @ up
            left = (through.t() @ rows).to(ctx.precision) * ctx.scale
            right = (gradient.t() @ inner).to(ctx.precision) * ctx.scale
            back = (gradient @ weight).addmm_(through, down, alpha=ctx.scale).view(ctx.shape) if ctx.needs_input_grad[0] else None
            return back, None, None, left, right, None

    return Fused.apply
