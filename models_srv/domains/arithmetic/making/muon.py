"""Muon in float32 (Jordan, 2024): momentum, made orthogonal by five Newton-Schulz steps.

torch.optim.Muon works in bfloat16, which CPUs without AVX-512 emulate: there it took 80 % of a
training step.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

COEFFICIENTS = (3.4445, -4.7750, 2.0315)


def orthogonal(matrices: "torch.Tensor", rounds: int = 5) -> "torch.Tensor":
    """Return the stack [k, rows, columns] with singular values near 1."""
    a, b, c = COEFFICIENTS
    is_tall = matrices.shape[-2] > matrices.shape[-1]
    x = matrices.mT if is_tall else matrices
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(rounds):
        square = x @ x.mT
        x = a * x + (b * square + c * square @ square) @ x
    result: torch.Tensor = x.mT if is_tall else x
    return result


def make_muon(
    matrices: "list[torch.nn.Parameter]", rate: float, momentum: float = 0.95, decay: float = 0.01
) -> "torch.optim.Optimizer":
    """Return an optimizer over matrices; those of one shape are updated together."""
    import torch

    class Muon(torch.optim.Optimizer):
        @torch.no_grad()
        def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
            group = self.param_groups[0]
            shapes: dict[torch.Size, list[torch.nn.Parameter]] = {}
            for parameter in group["params"]:
                shapes.setdefault(parameter.shape, []).append(parameter)
            for shape, together in shapes.items():
                stack = torch.stack([self._nesterov(p) for p in together])
                scale = max(1.0, shape[0] / shape[1]) ** 0.5
                for parameter, update in zip(together, orthogonal(stack), strict=True):
                    parameter.mul_(1 - group["lr"] * decay)
                    parameter.add_(update, alpha=-group["lr"] * scale)

        def _nesterov(self, parameter: torch.nn.Parameter) -> torch.Tensor:
            now = torch.zeros_like(parameter) if parameter.grad is None else parameter.grad
            buffer: torch.Tensor = self.state[parameter].setdefault(
                "momentum", torch.zeros_like(parameter)
            )
            buffer.lerp_(now, 1 - momentum)
            return now.lerp(buffer, momentum)

    return Muon(matrices, {"lr": rate})
