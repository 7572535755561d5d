"""The nomination-and-vote family in the forms that other tools take.

B blocs and a patron, C candidates, T rounds. In round t bloc t mod B nominates somebody not yet rejected; the patron allows
or vetoes; the blocs say yes or no in order; enough votes elect. Otherwise the game is dissolved with chance 0.1, or the name
is struck off and the next round begins. Payoffs are those of the reference games (the same generator, seed 1).
"""
import random


class Family:
    def __init__(self, blocs, candidates, rounds, seed=1):
        r = random.Random(seed * 1000003 + blocs * 10007 + candidates * 101 + rounds)
        self.blocs, self.candidates, self.rounds = blocs, candidates, rounds
        self.weights = [5, 4, 3, 2, 2, 1][:blocs]
        self.quota = sum(self.weights) // 2 + 1
        self.dissolves = 0.1
        worth = [[round(r.uniform(0, 1), 2) for _ in range(candidates)] for _ in range(blocs + 1)]
        none = [round(r.uniform(0, 0.5), 2) for _ in range(blocs + 1)]
        kept = [0.9**t for t in range(rounds + 1)]
        self.pay = [
            [[round(w[c] * kept[t], 4) for w in worth] for c in range(candidates)] for t in range(rounds)
        ]
        self.dissolved = [[round(n * kept[t], 4) for n in none] for t in range(rounds + 1)]

    # A place is a tuple; `look` says what is there: ("end", payoffs, name), ("chance", [(label, p, place)]) or
    # ("choice", player, [(label, place)]).
    start = ("round", 0)

    def look(self, place):
        kind, mask, *rest = place
        t = mask.bit_count()
        if kind == "round":
            if t == self.rounds:
                return ("end", self.dissolved[t], f"dissolved{t}")
            free = [c for c in range(self.candidates) if not mask >> c & 1]
            return ("choice", t % self.blocs, [(f"c{c}", ("patron", mask, c)) for c in free])
        if kind == "patron":
            return ("choice", self.blocs, [("allow", ("vote", mask, rest[0], 0, 0)), ("veto", ("failed", mask, rest[0]))])
        if kind == "vote":
            c, i, votes = rest
            if i == self.blocs:
                if votes >= self.quota:
                    return ("end", self.pay[t][c], f"c{c}t{t}")
                return self.look(("failed", mask, c))
            yes = ("vote", mask, c, i + 1, votes + self.weights[i])
            return ("choice", i, [("yes", yes), ("no", ("vote", mask, c, i + 1, votes))])
        if kind == "failed":
            on = ("round", mask | 1 << rest[0])
            return ("chance", [("dissolve", self.dissolves, ("over", mask)), ("go", 1 - self.dissolves, on)])
        return ("end", self.dissolved[t], f"dissolved{t}")

    def params(self):
        lines = [f"{self.blocs} {self.candidates} {self.rounds} {self.quota} {self.dissolves}"]
        lines.append(" ".join(map(str, self.weights)))
        rows = [row for t in self.pay for row in t] + self.dissolved
        return "\n".join(lines + [" ".join(map(repr, row)) for row in rows]) + "\n"

    def efg(self, most=10**7):
        """Gambit's tree, every path a branch; and how many nodes it has."""
        players = " ".join([f'"bloc{i}"' for i in range(self.blocs)] + ['"patron"'])
        out = [f'EFG 2 R "nomination and vote {self.blocs} {self.candidates} {self.rounds}" {{ {players} }}', '""', ""]
        sets, chances, outcomes, n = [0] * (self.blocs + 1), 0, {}, 0
        stack = [self.start]
        while stack:
            found = self.look(stack.pop())
            n += 1
            if n > most:
                raise ValueError("too many nodes")
            if found[0] == "end":
                number = outcomes.setdefault(found[2], len(outcomes) + 1)
                out.append(f't "" {number} "{found[2]}" {{ {" ".join(map(repr, found[1]))} }}')
                continue
            if found[0] == "chance":
                chances += 1
                moves = " ".join(f'"{label}" {p:g}' for label, p, _ in found[1])
                out.append(f'c "" {chances} "" {{ {moves} }} 0')
            else:
                sets[found[1]] += 1
                moves = " ".join(f'"{move[0]}"' for move in found[2])
                out.append(f'p "" {found[1] + 1} {sets[found[1]]} "" {{ {moves} }} 0')
            stack.extend(branch[-1] for branch in reversed(found[-1]))
        return "\n".join(out) + "\n", n

    def levels(self):
        """The graph with equal places merged, as (kind, ...) nodes with children's numbers, and each node's level."""
        number, nodes, level = {}, [], []
        stack = [(self.start, False)]
        while stack:
            place, done = stack.pop()
            if place in number:
                continue
            found = self.look(place)
            below = [branch[-1] for branch in found[-1]] if found[0] != "end" else []
            if not done and below:
                stack.append((place, True))
                stack.extend((p, False) for p in below if p not in number)
                continue
            children = [number[p] for p in below]
            number[place] = len(nodes)
            nodes.append((found, children))
            level.append(1 + max((level[c] for c in children), default=-1))
        return nodes, level

    def prism(self):
        """PRISM's language, compactly, every choice open (an MDP): what a builder has to unfold."""
        b, o = self.blocs, ["mdp", "module game"]
        o += ["  st:[0..5] init 0;", f"  c:[0..{self.candidates - 1}] init 0;", f"  i:[0..{b}] init 0;"]
        o += [f"  w:[0..{sum(self.weights)}] init 0;", f"  t:[0..{self.rounds}] init 0;"]
        o += [f"  r{c}:[0..1] init 0;" for c in range(self.candidates)]
        for c in range(self.candidates):
            o.append(f"  [] st=0 & t<{self.rounds} & r{c}=0 -> (st'=1)&(c'={c});")
        o += [f"  [] st=0 & t={self.rounds} -> (st'=5);", "  [] st=1 -> (st'=2)&(i'=0)&(w'=0);", "  [] st=1 -> (st'=3);"]
        for i, weight in enumerate(self.weights):
            for more in (weight, 0):
                if i < b - 1:
                    o.append(f"  [] st=2 & i={i} -> (i'={i + 1})&(w'=w+{more});")
                else:
                    o.append(f"  [] st=2 & i={i} & w+{more}>={self.quota} -> (st'=4)&(i'=0)&(w'=0);")
                    o.append(f"  [] st=2 & i={i} & w+{more}<{self.quota} -> (st'=3)&(i'=0)&(w'=0);")
        for c in range(self.candidates):
            go = f"(st'=0)&(r{c}'=1)&(t'=t+1)&(c'=0)"
            o.append(f"  [] st=3 & c={c} -> {self.dissolves}:(st'=5)&(c'=0) + {1 - self.dissolves}:{go};")
        o += ["  [] st>=4 -> true;", "endmodule", 'label "end" = st>=4;']
        return "\n".join(o) + "\n"


def drn(nodes, chances):
    """Storm's explicit format of the chain that `chances` (per node, per child) induce; the start is state 0."""
    n = len(nodes)
    lines = ["@type: DTMC", "@parameters", "", "@reward_models", "", "@nr_states", str(n), "@nr_choices", str(n), "@model"]
    for state in range(n):
        found, children = nodes[n - 1 - state]
        label = " init" if state == 0 else ""
        if found[0] == "end":
            label += f" {found[2].split('t')[0] if found[2].startswith('c') else 'dissolved'}"
        lines += [f"state {state}{label}", "\taction 0"]
        steps = {}
        for child, p in zip(children, chances[n - 1 - state]):
            steps[n - 1 - child] = steps.get(n - 1 - child, 0.0) + p
        lines += [f"\t\t{to} : {p!r}" for to, p in sorted(steps.items())] or [f"\t\t{state} : 1"]
    return "\n".join(lines) + "\n"


def solve_by_level(nodes, level, lambdas):
    """Backward induction in NumPy, a level at a time, all draws side by side: how one would write it there.

    Returns a function that solves, and gives values `[node, player, draw]`; what does not depend on the draw is laid out
    before.
    """
    import numpy as np

    lambdas = np.asarray(lambdas)
    players = next(len(found[1]) for found, _ in nodes if found[0] == "end")
    groups = {}
    for number, (found, children) in enumerate(nodes):
        who = found[1] if found[0] == "choice" else -1
        groups.setdefault((level[number], found[0], len(children), who), []).append(number)
    laid = []
    for (_, kind, _, who), numbers in sorted(groups.items(), key=lambda item: item[0][:3] + (item[0][3],)):
        at = np.array(numbers)
        if kind == "end":
            laid.append((kind, at, np.array([nodes[i][0][1] for i in numbers])[:, :, None], None))
            continue
        children = np.array([nodes[i][1] for i in numbers])
        chances = None
        if kind == "chance":
            chances = np.array([[p for _, p, _ in nodes[i][0][1]] for i in numbers])[:, :, None, None]
        laid.append((kind, at, children, chances if kind == "chance" else who))

    def solve():
        values = np.empty((len(nodes), players, len(lambdas)))
        for kind, at, first, second in laid:
            if kind == "end":
                values[at] = first
                continue
            below = values[first]  # [node, child, player, draw]
            if kind == "chance":
                values[at] = (second * below).sum(axis=1)
                continue
            stakes = lambdas * below[:, :, second, :]
            chosen = np.exp(stakes - stakes.max(axis=1, keepdims=True))
            chosen /= chosen.sum(axis=1, keepdims=True)
            values[at] = (chosen[:, :, None, :] * below).sum(axis=1)
        return values

    return solve


def policy(nodes, values, lam):
    """Choice probabilities per node in one draw from its values `[node, player]`."""
    import math

    chances = []
    for found, children in nodes:
        if found[0] == "chance":
            chances.append([p for _, p, _ in found[1]])
        elif found[0] == "choice":
            stakes = [lam * values[c][found[1]] for c in children]
            best = max(stakes)
            terms = [math.exp(s - best) for s in stakes]
            chances.append([x / sum(terms) for x in terms])
        else:
            chances.append([])
    return chances
