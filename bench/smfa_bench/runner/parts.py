"""Which answer belongs to which part of the evaluation."""

from collections.abc import Mapping

from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.split import Split
from smfa_bench.generation.ledger import Said
from smfa_bench.results.answer import AnswerRecord, Part, Stage


def answer_records(profiles: ProfileSet, split: Split, stage: Stage, said: Mapping[str, Said]) -> list[AnswerRecord]:
    """Put each answer into its part of the evaluation; the few-shot retain set is in none."""
    parts = dict.fromkeys(split.forget, Part.FORGET) | dict.fromkeys(split.retain, Part.RETAIN)
    parts |= {scene.id: Part.UNSEEN for scene in profiles.unseen}
    parts |= {scene.id: Part.GENERAL for scene in profiles.general}
    return [
        AnswerRecord(
            model=stage,
            part=parts[question.subject],
            question=question,
            answer=said[question.id].answer,
            probability=said[question.id].probability,
        )
        for question in profiles.questions()
        if question.subject in parts
    ]
