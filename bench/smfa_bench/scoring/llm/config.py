"""Options of the LLM judge: `--judge openai --judge-set model=NAME`."""

from pathlib import Path

from pydantic import Field

from smfa_bench.record import Record


class LlmJudgeConfig(Record):
    """Options of the LLM judge; the key is none of them, it comes from the environment."""

    model: str = Field(min_length=1, description="Name of the model at the endpoint.")
    base_url: str | None = Field(default=None, description="Endpoint; OPENAI_BASE_URL or OpenAI's own unless given.")
    template: Path | None = Field(default=None, description="Prompt template in place of the shipped one.")
    concurrency: int = Field(default=8, ge=1, description="Most calls under way at a time.")
    attempts: int = Field(default=6, ge=1, description="Most calls for one answer.")
    pause: float = Field(default=1.0, ge=0, description="Seconds before the second call; doubles from call to call.")
    timeout: float = Field(default=60.0, gt=0, description="Seconds for one call.")
    total_timeout: float = Field(default=86_400.0, gt=0, description="Seconds for all answers of a run.")
    max_calls: int | None = Field(default=None, ge=0, description="Budget in calls of one start.")
    max_tokens: int | None = Field(default=None, ge=0, description="Budget in tokens of one start, prompts included.")
    most_missing: float = Field(
        default=0.02, ge=0, le=1, description="Share without a verdict above which they are incomplete."
    )
