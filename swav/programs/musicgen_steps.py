"""MusicGen's decoder, one column of codes after another, in memory that stays where it is.

A step launches a thousand small kernels, and on a card it is the launching that takes the time. A CUDA graph
launches them all in one call, at the addresses of its first run. So here nothing moves: keys and values
have room for a whole window from the start, what is not there yet is masked, the column's number lies on
the card, and drawing the next codes is a part of the step. (gpt-fast by the PyTorch team, 2023, is the model
for this.) Without a card the same step runs as it is.

transformers' ``StaticCache`` does not do for MusicGen, in 5.17 as in 5.23: it counts columns on the card,
while MusicGen's embedding of positions adds them on the processor (5.17) or asks for them there (5.23). Its
weights are used here as they lie, in its modules.
"""

from collections.abc import Callable

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import scaled_dot_product_attention

GUIDANCE = 3.0
TOP_K = 250
TEMPERATURE = 1.0
"""audiocraft's own defaults: ``MusicGen.set_generation_params``."""

TO_DRAW = -1
"""Stands in a grid of codes where a code is to be drawn."""

COLUMNS, TOKENS = 32, 64
"""Room is made in multiples of these: 30 s are 1504 columns, which is one. Kernels want masks in sixteens."""

KERNELS = [SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH]
"""Attention that takes a mask, and that is the same in a graph as without."""


class Steps:
    """The decoder's steps, in a graph where that can be; the room of the longest window so far is kept."""

    def __init__(self, decoder: torch.nn.Module, graphed: bool, note: Callable[[str], None]) -> None:
        """``decoder`` is a ``MusicgenForCausalLM``; ``note`` hears, once, why there is no graph after all."""
        self._decoder, self._note = decoder, note
        self._graph: torch.cuda.CUDAGraph | None = None
        self.workspace: Workspace | None = None
        self.graphed = graphed

    def begin(self, text: torch.Tensor, grid: torch.Tensor, known: int) -> "Workspace":
        """A workspace in which ``step`` draws the codes after column ``known`` of ``grid``.

        ``text`` has shape (2, tokens, width), with the text and without; ``grid`` is int64, of shape
        (codebooks, columns), with TO_DRAW where a code is to be drawn.
        """
        columns, tokens = _room(grid.shape[1], COLUMNS), _room(text.shape[1], TOKENS)
        if self.workspace is None or columns > self.workspace.columns or tokens > self.workspace.tokens:
            if self.workspace is not None:
                columns, tokens = max(columns, self.workspace.columns), max(tokens, self.workspace.tokens)
            self.release()  # before there is a new one: a card should not have to hold both
            self.workspace = Workspace(self._decoder, columns, tokens)
            self._capture()
        self.workspace.begin(text, grid, known)
        return self.workspace

    def step(self, chance: torch.Generator | None) -> None:
        """Draw the codes of the next column; ``chance`` decides them, and None takes the likeliest."""
        if chance is not None:
            self.workspace.noise.exponential_(generator=chance)
        if self._graph is not None:
            self._graph.replay()
        else:
            self.workspace.step()

    def release(self) -> None:
        """Give back all memory; the next ``begin`` makes it anew."""
        self._graph = self.workspace = None

    def _capture(self) -> None:
        if not self.graphed:
            return
        try:
            self._graph = _captured(self.workspace.step)
        except torch.OutOfMemoryError:
            raise
        except RuntimeError as fault:
            self.graphed = False
            reason = str(fault).partition("\n")[0].rstrip(".")
            self._note(f"MusicGen plays without a CUDA graph, the same music, but slower ({reason})")


class Workspace:
    """All that a step reads and writes, in its place.

    For ``columns`` columns of codes and ``tokens`` tokens of text, keys and values take 4 * layers * width *
    (columns + tokens) numbers: 0.9 GB for a window of 30 seconds with MusicGen-medium in half precision, 1.2
    GB with large. The rest is a few megabytes.
    """

    def __init__(self, decoder: torch.nn.Module, columns: int, tokens: int) -> None:
        self.columns, self.tokens = columns, tokens
        self._heads, self._inner = decoder.lm_heads, decoder.model.decoder
        config = decoder.config
        heads = config.num_attention_heads
        place = {"device": decoder.device, "dtype": decoder.dtype}
        shape = (config.num_hidden_layers, 2, heads, columns, config.hidden_size // heads)
        self._keys, self._values = torch.zeros(shape, **place), torch.zeros(shape, **place)
        shape = (*shape[:3], tokens, shape[4])
        self._text_keys, self._text_values = torch.zeros(shape, **place), torch.zeros(shape, **place)
        self._text_mask = torch.zeros((1, tokens), **place)
        # Row n is the mask of column n, which hears itself and all before it.
        self._mask = torch.full((columns, columns), -torch.inf, **place).triu(1)
        # Asked for as many columns as there is room for, the embedding gives all of them, from the first.
        every = torch.zeros((1, 1, columns), dtype=torch.int64, device=decoder.device)
        self._positions = self._inner.embed_positions(every).to(**place)
        self._grid = torch.zeros((config.num_codebooks, columns), dtype=torch.int64, device=decoder.device)
        self._column = torch.zeros(1, dtype=torch.int64, device=decoder.device)
        self._finite = torch.ones((), dtype=torch.bool, device=decoder.device)
        self.scores = torch.zeros((config.num_codebooks, config.vocab_size), device=decoder.device)
        """What the last step drew from: float32, shape (codebooks, codes)."""
        self.noise = torch.ones((config.num_codebooks, min(TOP_K, config.vocab_size)), device=decoder.device)
        """Divides the shares of the best codes before the largest is taken; ones take the likeliest."""

    @torch.no_grad()
    def begin(self, text: torch.Tensor, grid: torch.Tensor, known: int) -> None:
        """Put a window in its place, and hear what is known of it; nothing is left of the one before."""
        for memory in (self._keys, self._values, self._text_keys, self._text_values):
            memory.zero_()
        self._text_mask.fill_(-torch.inf)[:, : text.shape[1]] = 0
        for layer, keys, values in zip(self._inner.layers, self._text_keys, self._text_values, strict=True):
            keys[:, :, : text.shape[1]] = _split(layer.encoder_attn.k_proj(text), keys)
            values[:, :, : text.shape[1]] = _split(layer.encoder_attn.v_proj(text), values)
        self._grid.zero_()[:, : grid.shape[1]] = grid
        self._column.fill_(known)
        self._finite.fill_(True)
        self.noise.fill_(1)
        if known:
            self._heard(torch.arange(known, device=self._grid.device))

    @torch.no_grad()
    def step(self) -> None:
        """Hear one column, and draw the next where the grid asks for it."""
        hidden = self._heard(self._column)[:, -1]
        logits = torch.stack([head(hidden) for head in self._heads], dim=1)
        with_text, without = logits.float()
        self.scores.copy_(without + GUIDANCE * (with_text - without))
        self._finite.logical_and_(self.scores.isfinite().all())
        self._column.add_(1)
        written = self._grid.index_select(1, self._column)
        drawn = _drawn(self.scores, self.noise)
        self._grid.index_copy_(1, self._column, torch.where(written == TO_DRAW, drawn, written))

    def grid(self) -> torch.Tensor | None:
        """The codes, int64, shape (codebooks, columns); None where a step's scores were not numbers."""
        return self._grid if self._finite else None

    @sdpa_kernel(KERNELS)
    def _heard(self, columns: torch.Tensor) -> torch.Tensor:
        """Run the layers over columns that follow one another, and remember them: (2, columns, width)."""
        inner, codes = self._inner, self._grid.index_select(1, columns)
        mask = self._mask.index_select(0, columns)
        hidden = sum(embed(row) for embed, row in zip(inner.embed_tokens, codes, strict=True))
        hidden = (hidden + self._positions.index_select(0, columns)).expand(2, -1, -1)
        memories = zip(self._keys, self._values, self._text_keys, self._text_values, strict=True)
        for layer, (keys, values, text_keys, text_values) in zip(inner.layers, memories, strict=True):
            state, own = layer.self_attn_layer_norm(hidden), layer.self_attn
            keys.index_copy_(2, columns, _split(own.k_proj(state), keys))
            values.index_copy_(2, columns, _split(own.v_proj(state), values))
            hidden = hidden + _attended(own, state, keys, values, mask)
            state, text = layer.encoder_attn_layer_norm(hidden), layer.encoder_attn
            hidden = hidden + _attended(text, state, text_keys, text_values, self._text_mask)
            state = layer.final_layer_norm(hidden)
            hidden = hidden + layer.fc2(layer.activation_fn(layer.fc1(state)))
        return inner.layer_norm(hidden)


def _room(wanted: int, multiple: int) -> int:
    return -(-wanted // multiple) * multiple


def _split(states: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """From (2, columns, width) to (2, heads, columns, width of a head), with the heads of ``like``."""
    return states.unflatten(-1, (like.shape[1], like.shape[3])).transpose(1, 2)


def _attended(
    attention: torch.nn.Module,
    state: torch.Tensor,
    keys: torch.Tensor,
    values: torch.Tensor,
    mask: torch.Tensor,
) -> torch.Tensor:
    """What an attention module makes of keys and values that are there already; ``mask`` is added."""
    queries = _split(attention.q_proj(state), keys)
    heard = scaled_dot_product_attention(queries, keys, values, attn_mask=mask)
    return attention.out_proj(heard.transpose(1, 2).flatten(2))


def _drawn(scores: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
    """One code for each codebook from scores of shape (codebooks, codes), in shape (codebooks, 1).

    With noise from an exponential distribution it is ``torch.multinomial``, and gives the same codes; that
    function itself makes the processor wait for the card.
    """
    best, codes = scores.topk(noise.shape[-1])
    place = (torch.softmax(best / TEMPERATURE, -1) / noise).argmax(-1, keepdim=True)
    return codes.gather(-1, place)


def _captured(step: Callable[[], None]) -> torch.cuda.CUDAGraph:
    """A graph of ``step``, which runs a few times for that. Raises RuntimeError where none can be made."""
    graph = torch.cuda.CUDAGraph()
    # Libraries set themselves up in their first calls, which must not be captured; on a stream of their own,
    # as PyTorch's notes on CUDA graphs ask for.
    beside = torch.cuda.Stream()
    beside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(beside):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(beside)
    with torch.cuda.graph(graph):
        step()
    return graph
