"""NIR graphs whose nodes are graphs, as exporters write recurrent layers, made flat."""

from __future__ import annotations

from typing import Any

Edges = list[tuple[str, str]]


def flat(graph: Any) -> tuple[dict[str, Any], Edges]:
    """Nodes by name, and edges, of a ``nir.NIRGraph`` without the graphs in it.

    Node n of an inner graph g is called g.n. What leads to g leads to all that its Input leads to,
    and g leads on from all that leads to its Output: NIR's edges add, so no sum changes.

    Raises
    ------
    ValueError : for an inner graph that has not one Input and one Output, or hears itself without
        weights; for an edge from or to no node; for a name that is there twice.
    """
    nodes: dict[str, Any] = {}
    entry: dict[str, str] = {}
    leaving: dict[str, str] = {}
    edges: Edges = []
    for name, node in graph.nodes.items():
        entry[name] = leaving[name] = name
        found = {name: node}
        if _kind(node) == "NIRGraph":
            inner, links = flat(node)
            found = {f"{name}.{n}": part for n, part in inner.items()}
            edges += [(f"{name}.{a}", f"{name}.{b}") for a, b in links]
            ends = [[n for n, part in found.items() if _kind(part) == kind]
                    for kind in ("Input", "Output")]
            if [len(e) for e in ends] != [1, 1]:
                raise ValueError(f"NIR node {name!r} of type NIRGraph must have one Input and one "
                                 f"Output, not {len(ends[0])} and {len(ends[1])}")
            entry[name], leaving[name] = ends[0][0], ends[1][0]
        for n in found:
            if n in nodes:
                raise ValueError(f"NIR node {n!r} must be there once, not twice")
        nodes |= found
    for a, b in graph.edges:
        if a not in entry or b not in entry:
            raise ValueError(f"NIR edge {(a, b)} must be between nodes of its graph: "
                             f"{', '.join(map(repr, graph.nodes))}")
        edges.append((leaving[a], entry[b]))
    for name in graph.nodes:
        if name not in nodes:  # it was a graph: its ends have done their duty
            for end in (entry[name], leaving[name]):
                edges = _without(edges, end, name)
                del nodes[end]
    return nodes, edges


def _without(edges: Edges, end: str, name: str) -> Edges:
    """The edges with those through ``end`` joined."""
    before = [a for a, b in edges if b == end]
    after = [b for a, b in edges if a == end]
    if end in before:
        raise ValueError(f"NIR node {name!r} of type NIRGraph must hear itself through Linear or "
                         "Affine alone")
    rest = [edge for edge in edges if end not in edge]
    return rest + [(a, b) for a in before for b in after]


def _kind(node: Any) -> str:
    return type(node).__name__
