"""What a training needs of a device's memory, by formula: for choosing a batch, and for bases that are not here. Measures nothing."""

from dataclasses import dataclass
from typing import Literal

GB = 2**30
CARDS = (8, 12, 16, 24, 40, 80)
USABLE = 0.94  # of a card's memory: the driver and the screen keep some
SPARE = 1.1  # for pieces of freed memory that nothing fits into
CONTEXT = 0.8 * GB  # CUDA's own and its libraries'
ANSWER = 0.25  # of a row's tokens are the answer's; only their logits are computed

Method = Literal["lora", "4bit"]


@dataclass(frozen=True)
class Shape:
    """The sizes of a base that decide its memory. ``width`` is that of keys and values; ``tied``: one matrix embeds and predicts."""

    name: str
    layers: int
    hidden: int
    intermediate: int
    width: int
    vocabulary: int
    tied: bool

    @property
    def linear(self) -> int:
        """Parameters of the layers' seven projections."""
        return self.layers * self.hidden * (2 * self.hidden + 2 * self.width + 3 * self.intermediate)

    @property
    def embedding(self) -> int:
        return self.vocabulary * self.hidden * (1 if self.tied else 2)

    @property
    def parameters(self) -> int:
        return self.linear + self.embedding

    def adapter(self, rank: int) -> int:
        """Parameters of a LoRA on all seven projections: rank × (inputs + outputs) of each (Hu et al. 2021, arXiv 2106.09685, §4.1)."""
        sides = 2 * (2 * self.hidden) + 2 * (self.hidden + self.width) + 3 * (self.hidden + self.intermediate)
        return rank * self.layers * sides


SHAPES = (
    Shape("0.5B", 24, 896, 4864, 128, 151936, True),
    Shape("1.5B", 28, 1536, 8960, 256, 151936, True),
    Shape("3B", 36, 2048, 11008, 256, 151936, True),
    Shape("7B", 28, 3584, 18944, 512, 152064, False),
    Shape("14B", 48, 5120, 13824, 1024, 152064, False),
    Shape("32B", 64, 5120, 27648, 1024, 152064, False),
    Shape("70B", 80, 8192, 28672, 1024, 128256, False),
)
"""As the config.json of Qwen2.5 0.5B, 1.5B, 3B, 7B, 14B, 32B and of Llama 3.1 70B have them."""


@dataclass(frozen=True)
class Needed:
    """Memory in GB that one base takes, and the cards (GB) that have it; none: it needs several."""

    base: str
    method: Method
    memory_gb: float
    cards: tuple[int, ...]


def table(rank: int = 8, tokens: int = 1024) -> tuple[Needed, ...]:
    """Every size by LoRA on bfloat16 weights and on 4-bit ones, one row of ``tokens`` at a time, activations computed twice."""
    methods: tuple[Method, ...] = ("lora", "4bit")
    found = [(shape.name, method, needed(shape, method, rank, tokens) / GB) for shape in SHAPES for method in methods]
    return tuple(Needed(name, method, round(size, 1), tuple(card for card in CARDS if size <= USABLE * card)) for name, method, size in found)


def needed(shape: Shape, method: Method = "lora", rank: int = 8, tokens: int = 1024, rows: int = 1, checkpointing: bool = True, number: int = 2) -> float:
    """Bytes of a training of so many ``rows`` at once: weights + adapter + optimizer + activations; ``number`` is the size of a weight in bytes."""
    return SPARE * (fixed(shape, method, rank, number) + rows * activations(shape, tokens, checkpointing, number)) + CONTEXT


def fixed(shape: Shape, method: Method = "lora", rank: int = 8, number: int = 2) -> float:
    """Bytes whatever the batch: weights, and the adapter with gradient and AdamW's two moments in float32 (16 bytes a parameter: Rajbhandari et al.
    2020, arXiv 1910.02054, §3.1; peft keeps an adapter's own weights in float32).

    In 4 bit a projection's weight takes 4.127 bits with its twice quantized constants; embeddings stay as they are (Dettmers et al. 2023, arXiv 2305.14314, §3)."""
    weights = shape.linear * 4.127 / 8 if method == "4bit" else shape.linear * number
    return weights + shape.embedding * number + 16 * shape.adapter(rank)


def activations(shape: Shape, tokens: int, checkpointing: bool, number: int = 2) -> float:
    """Bytes that one row holds for the backward pass.

    A layer keeps 15 values of 16 bit per hidden unit of attention and norms and, for SwiGLU, four per intermediate unit (Korthikanti et al. 2022,
    arXiv 2205.05198, §4.1, without the attention matrix, which sdpa does not keep); LoRA keeps each projection's input again, in float32.
    With checkpointing only each layer's input stays, and one layer at a time is whole. Logits count for the answer: as computed, in float32, and their gradient."""
    hidden, inner = shape.hidden, shape.intermediate
    layer = tokens * (number / 2 * (17 * hidden + 8 * inner) + 4 * (6 * hidden + inner))
    kept = shape.layers * tokens * hidden * number + layer if checkpointing else shape.layers * layer
    return kept + ANSWER * tokens * shape.vocabulary * (number + 8)


def shape_for(parameters: int) -> Shape:
    """The known shape that is nearest in size."""
    return min(SHAPES, key=lambda shape: max(shape.parameters, parameters) / max(min(shape.parameters, parameters), 1))
