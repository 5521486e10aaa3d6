"""A classifier learns labels in both languages, what lies outside them, and how sure it may be; kept on disk it stays the same."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.answering.classify import OUTSIDE, Classifier, fit, folds_of
from assistant.answering.kept import keep, kept

ROOM = [
    "book the meeting room for Monday", "is the large meeting room free today", "cancel my booking of room four", "which room has a projector",
    "move the booking to a bigger room", "how many chairs are in the meeting room", "预订周一的会议室", "大会议室今天空着吗", "取消四号会议室的预订",
    "哪间会议室有投影仪", "换一间大一点的会议室", "会议室里有几把椅子",
]  # fmt: skip
PARCEL = [
    "where is my parcel", "the parcel has not arrived", "send the parcel to another address", "the parcel came damaged", "how much does a parcel to France cost",
    "can I pick up the parcel myself", "我的包裹到哪里了", "包裹还没有送到", "把包裹寄到另一个地址", "包裹送来时坏了", "寄到法国的包裹多少钱", "包裹可以自己去取吗",
]  # fmt: skip
NEITHER = [
    "who wrote this symphony", "how tall is the highest mountain", "why do cats purr", "recipe for onion soup", "when was the telephone invented",
    "what makes the sky blue", "which planets have rings", "how do bees find their hive", "name three rivers in Spain", "what does a sloth eat",
    "这首交响曲是谁写的", "世界最高峰有多高", "猫为什么打呼噜", "洋葱汤怎么做", "电话是哪年发明的",
    "天空为什么是蓝色的", "哪些行星有光环", "蜜蜂怎么找到蜂巢", "西班牙有哪三条河", "树懒吃什么",
]  # fmt: skip


def unserved(texts: Sequence[str]) -> Any:
    """What an embedder gives for languages that it does not serve."""
    return np.zeros((len(texts), 8), dtype=np.float32)


def rows() -> tuple[list[str], list[str | None]]:
    return [*ROOM, *PARCEL, *NEITHER], [*["room"] * len(ROOM), *["parcel"] * len(PARCEL), *[None] * len(NEITHER)]


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return fit(*rows(), unserved)


@pytest.mark.parametrize(
    ("text", "label"), [("is a meeting room free on Friday", "room"), ("the parcel is late", "parcel"), ("周五还有会议室吗", "room"), ("包裹怎么还不到", "parcel")]
)
def test_a_new_text_gets_its_label_and_is_inside(classifier: Classifier, text: str, label: str) -> None:
    found = classifier.scores([text])
    assert classifier.labels[found.probabilities[0].argmax()] == label
    assert found.outside[0] < OUTSIDE


@pytest.mark.parametrize("text", ["why do dogs bark", "狗为什么叫"])
def test_a_text_of_no_label_seems_further_outside_than_any_of_a_label(classifier: Classifier, text: str) -> None:
    inside = classifier.scores(["the meeting room is taken", "my parcel is lost", "会议室有人占了", "包裹丢了"])
    assert classifier.scores([text]).outside[0] > inside.outside.max()


def test_probabilities_sum_to_one_and_every_fitted_row_has_its_held_out_scores(classifier: Classifier) -> None:
    found = classifier.held_out
    assert found.probabilities.shape == (len(rows()[0]), 2)
    assert found.probabilities.sum(1) == pytest.approx(1, abs=1e-5)
    assert ((found.outside >= 0) & (found.outside <= 1)).all()
    assert (found.probabilities[: len(ROOM)].argmax(1) == classifier.labels.index("room")).mean() > 0.8


def test_a_row_with_the_wrong_label_loses_among_the_held_out() -> None:
    texts, labels = rows()
    wrong = texts.index("我的包裹到哪里了")
    labels[wrong] = "room"
    found = fit(texts, labels, unserved)
    assert found.labels[found.held_out.probabilities[wrong].argmax()] == "parcel"


def test_the_working_point_is_set_on_the_counted_rows() -> None:
    texts, labels = rows()
    counted = [text in ROOM for text in texts]
    found = fit(texts, labels, unserved, counted)
    assert found.held_out.outside[np.flatnonzero(counted)].max() == pytest.approx(OUTSIDE, abs=0.1)


def test_without_rows_outside_what_is_like_no_row_still_seems_further_outside() -> None:
    found = fit([*ROOM, *PARCEL], [*["room"] * len(ROOM), *["parcel"] * len(PARCEL)], unserved)
    near, far = found.scores(["the parcel has not come", "volcanoes of Iceland erupted violently"]).outside
    assert far > near


def test_one_label_and_rows_outside_are_enough() -> None:
    found = fit([*PARCEL, *NEITHER], [*["parcel"] * len(PARCEL), *[None] * len(NEITHER)], unserved)
    assert found.scores(["my parcel"]).probabilities.tolist() == [[1.0]]
    assert found.scores(["my parcel"]).outside[0] < found.scores(["why do dogs bark"]).outside[0]


def test_no_label_at_all_is_an_error() -> None:
    with pytest.raises(ValueError, match="no row has a label"):
        fit(NEITHER, [None] * len(NEITHER), unserved)


def test_a_label_with_a_single_row_does_not_stop_the_others() -> None:
    texts, labels = rows()
    found = fit([*texts, "the printer is out of toner"], [*labels, "printer"], unserved)
    assert found.labels == ("parcel", "printer", "room")
    assert found.labels[found.scores(["where is the parcel"]).probabilities[0].argmax()] == "parcel"


def test_folds_deal_every_label_out_evenly() -> None:
    wanted = np.array([0] * 10 + [1] * 15)
    folds = folds_of(wanted)
    assert [int(((folds == fold) & (wanted == 0)).sum()) for fold in range(5)] == [2] * 5
    assert [int(((folds == fold) & (wanted == 1)).sum()) for fold in range(5)] == [3] * 5


def test_the_same_rows_give_the_same_scores(classifier: Classifier) -> None:
    again = fit(*rows(), unserved).scores(["is the parcel here"])
    assert again.probabilities == pytest.approx(classifier.scores(["is the parcel here"]).probabilities, abs=1e-4)


def test_fitting_leaves_the_random_numbers_of_others_alone() -> None:
    import torch

    torch.manual_seed(3)
    expected = torch.rand(4)
    torch.manual_seed(3)
    fit(*rows(), unserved)
    assert torch.equal(torch.rand(4), expected)


def test_a_kept_classifier_says_what_the_fitted_one_says(classifier: Classifier, tmp_path: Path) -> None:
    path = tmp_path / "state/router.npz"
    keep(classifier, path, "stamp")
    back = kept(path, "stamp", unserved)
    assert back is not None
    texts = ["is a meeting room free on Friday", "包裹怎么还不到", "why do dogs bark"]
    first, second = classifier.scores(texts), back.scores(texts)
    assert second.probabilities == pytest.approx(first.probabilities, abs=1e-5)
    assert second.outside == pytest.approx(first.outside, abs=1e-5)
    assert back.labels == classifier.labels
    assert [file.name for file in path.parent.iterdir()] == ["router.npz"]


def test_a_kept_classifier_of_other_rows_or_a_damaged_one_is_not_used(classifier: Classifier, tmp_path: Path) -> None:
    path = tmp_path / "router.npz"
    assert kept(path, "stamp", unserved) is None
    keep(classifier, path, "stamp")
    assert kept(path, "another", unserved) is None
    path.write_bytes(path.read_bytes()[:5000])
    assert kept(path, "stamp", unserved) is None
    np.savez(path, stamp=np.array("stamp"), labels=np.array([{"a": 1}], dtype=object), members=np.array(0))
    assert kept(path, "stamp", unserved) is None


def test_a_folder_that_cannot_be_written_is_no_fault(classifier: Classifier, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    keep(replace(classifier), tmp_path / "file/router.npz", "stamp")
    assert (tmp_path / "file").read_text() == "in the way"
