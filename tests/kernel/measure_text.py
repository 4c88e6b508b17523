"""How fast keys are made and how sure repair is: python -m tests.kernel.measure_text [names]"""

import random
import sys
import time
from collections.abc import Callable, Iterable

from danso.kernel import names
from danso.kernel.legacy import encode_tcvn3, encode_vni, repair
from danso.wire import keys

_FAMILIES = "Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý Trịnh Mai Cao Hà"
_ONSETS = "b c d đ g h kh l m n ng nh ph s t th tr v x"
_RIMES = "à á ả ạ ân ăng anh ương ung inh ình oà oan ong ông uý uân ay ai"


def _measure(what: str, function: Callable[[str], object], texts: Iterable[str]) -> None:
    items = list(texts)
    start = time.perf_counter()
    for text in items:
        function(text)
    rate = len(items) / (time.perf_counter() - start)
    sys.stdout.write(f"{what:16}{rate:12,.0f}/s\n")


def _judge(how: str, hurt: Callable[[str], str], texts: list[str]) -> None:
    repaired = [(repair(hurt(text)), text) for text in texts]
    sure = [(done.text, text) for done, text in repaired if done.confident]
    wrong = sum(done != text for done, text in sure)
    sys.stdout.write(f"{how:16}{len(sure):,} sure of {len(texts):,}, {wrong} of them wrong\n")


def main(count: int) -> None:
    draw = random.Random(1)
    words = [(onset + rime).title() for onset in _ONSETS.split() for rime in _RIMES.split()]
    families = _FAMILIES.split()
    full = [
        " ".join([draw.choice(families), *draw.choices(words, k=draw.choice((2, 2, 3)))])
        for _ in range(count)
    ]
    sys.stdout.write(f"{len(set(full)):,} distinct names of {count:,}\n")
    _measure("name_key", keys.name_key, full)
    _measure("plain_key", keys.plain_key, full)
    _measure("list_key", names.list_key, full)
    _measure("repair", repair, full)
    _measure("repair, hinted", lambda text: repair(text, hint="utf-8"), full)
    _judge("as is", str, full[:20_000])
    _judge("TCVN3", encode_tcvn3, full[:20_000])
    _judge("VNI", encode_vni, full[:20_000])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
