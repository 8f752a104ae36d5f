"""How long answers are."""

from smfa_bench import Question, Score


class AnswerWords:
    """Words of the answer, in [0, 100]; more are counted as 100. Neither direction is better."""

    name = "answer_words"
    low = 0.0
    high = 100.0

    def __call__(self, question: Question, answer: str) -> Score:  # noqa: ARG002
        """Score one answer."""
        return Score(value=float(min(len(answer.split()), 100)))
