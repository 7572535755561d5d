"""What the veto changes: the forecast, the framework's options, the case without enforcement."""

from __future__ import annotations

import sys

import formateur


def main(folder: str, draws: int) -> None:
    case = formateur.load(folder)
    forecast = case.run(draws=draws)
    for outcome in forecast.outcomes:
        print(f"{outcome.label:35} {outcome.mean:6.1%}  {outcome.p10:6.1%} to {outcome.p90:6.1%}")
    changed = case.whatif(remove=["washington.enforce"], draws=draws)
    for difference in changed.difference:
        print(f"{difference.id:35} {difference.mean:+7.1%} ± {difference.error:.1%}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100)
