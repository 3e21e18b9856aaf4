"""MusicGen's steps in memory that stays in its place, against transformers' cache, which grows.

Run by ``tiny_musicgen.py``, in the environment of MusicGen, on the models that it wrote.
"""

from pathlib import Path


def by_growing_cache(composer, text, context, frames: int, seed: int):
    """What ``continued`` plays, and each step's scores, by transformers' own cache and torch's own draw."""
    import torch
    from musicgen_steps import GUIDANCE, TOP_K

    known, decoder = context.shape[1], composer.model.decoder
    delays = [codebook // composer.channels for codebook in range(composer.codebooks)]
    columns, lag = 1 + known + frames + max(delays), 1 + torch.tensor(delays)[:, None]
    grid = torch.full((composer.codebooks, columns), decoder.config.pad_token_id)
    for row, codes, delay in zip(grid, context, delays, strict=True):
        row[1 + delay : 1 + delay + known] = codes
    chance, memory, begin, heard = torch.Generator().manual_seed(seed), None, 0, []
    for column in range(1 + known, columns):
        found = decoder(
            input_ids=grid[:, begin:column].repeat(2, 1),
            encoder_hidden_states=text,
            past_key_values=memory,
            use_cache=True,
        )
        memory, begin = found.past_key_values, column
        with_text, without = found.logits[:, -1].chunk(2)
        heard.append(without + GUIDANCE * (with_text - without))
        best, codes = heard[-1].topk(min(TOP_K, heard[-1].shape[-1]))
        place = torch.multinomial(torch.softmax(best, -1), 1, generator=chance)
        drawn = codes.gather(-1, place)[:, 0]
        for codebook, delay in enumerate(delays):
            if known <= column - 1 - delay < known + frames:
                grid[codebook, column] = drawn[codebook]
    return grid.gather(1, torch.arange(known, known + frames)[None, :] + lag), torch.stack(heard)


def played(composer, text, context, frames: int, seed: int):
    """What ``continued`` plays, and the scores of each step."""
    import torch
    from musicgen_model import continued

    heard = []

    def listen(done: int, total: int) -> None:
        heard.append(composer.steps.workspace.scores.clone())

    return continued(composer, text, context, frames, seed, listen), torch.stack(heard)


def compared(folder: Path) -> dict:
    """The same windows by both; and what a window leaves behind for the next one."""
    import torch
    from musicgen_model import load, meaning

    composer = load(folder, None, torch.device("cpu"), torch.float32)
    text = meaning(composer, "calm strings at dawn")
    nothing = torch.zeros((composer.codebooks, 0), dtype=torch.int64)
    with torch.no_grad():
        first, first_scores = by_growing_cache(composer, text, nothing, 70, 11)
        later, later_scores = by_growing_cache(composer, text, first[:, -30:], 20, 12)
    mine, scores = played(composer, text, nothing, 70, 11)
    room = composer.steps.workspace
    more, more_scores = played(composer, text, first[:, -30:], 20, 12)
    kept = composer.steps.workspace is room
    composer.steps.release()
    fresh, fresh_scores = played(composer, text, first[:, -30:], 20, 12)
    return {
        "spread": first_scores.std().item(),
        "scores": max(
            (scores - first_scores).abs().max().item(), (more_scores - later_scores).abs().max().item()
        ),
        "same_codes": torch.equal(mine, first) and torch.equal(more, later),
        "different_codes": len(first.unique()),
        "another_seed": torch.equal(played(composer, text, nothing, 70, 13)[0], first),
        "room_is_kept": kept,
        "nothing_is_left": torch.equal(fresh, more)
        and (fresh_scores - more_scores).abs().max().item() < 1e-5,
        "numbers": sum(t.numel() for t in (room._keys, room._values, room._text_keys, room._text_values)),
        "room": [room.columns, room.tokens],
    }


def asks_nothing(folder: Path) -> dict:
    """Whether a step runs where tensors have shapes and no values: what asks for one cannot be captured."""
    import torch
    from musicgen_model import load, meaning
    from torch._subclasses.fake_tensor import DataDependentOutputException, FakeTensorMode

    composer = load(folder, None, torch.device("cpu"), torch.float32)
    workspace = composer.steps.begin(
        meaning(composer, "fast drums"), torch.zeros((composer.codebooks, 9)).long(), 0
    )
    with FakeTensorMode(allow_non_fake_inputs=True):
        workspace.step()
        try:
            workspace.grid()
        except DataDependentOutputException:
            return {"step": "asked nothing", "grid": "asked for a value"}
    return {"step": "asked nothing", "grid": "asked nothing"}


def without_card(folder: Path) -> dict:
    """A graph that cannot be captured, as no torch for the processor can; and weights that are no numbers."""
    import torch
    from musicgen_model import Refusal, continued, load, meaning, ready

    composer = load(folder, None, torch.device("cpu"), torch.float32)
    text = meaning(composer, "fast drums")
    nothing = torch.zeros((composer.codebooks, 0), dtype=torch.int64)
    notes = []
    hopeful = ready(composer.model, composer.tokenizer, composer.device, torch.float32, notes.append)
    hopeful.steps.graphed = True
    codes = [continued(each, text, nothing, frames, 3) for each in (composer, hopeful) for frames in (9, 90)]
    found = {"notes": notes, "graphed": hopeful.steps.graphed}
    found["same_codes"] = torch.equal(codes[0], codes[2]) and torch.equal(codes[1], codes[3])
    composer.model.decoder.model.decoder.layers[0].fc1.weight[0, 0] = torch.nan
    try:
        continued(composer, text, nothing, 9, 3)
    except Refusal as refusal:
        found["refusal"] = str(refusal)
    return found


def grown(models: Path) -> dict:
    """All of that, of the models below a folder."""
    names = ("musicgen", "musicgen-stereo")
    found = {name: compared(models / name) for name in names}
    return found | {"asked": asks_nothing(models / names[0])} | without_card(models / names[0])
