"""Options of the judges that are large models: `--judge openai --judge-set model=NAME`."""

from pathlib import Path

from pydantic import Field

from smfa_bench.record import Record


class LocalJudgeConfig(Record):
    """Options of the local judge: `--judge hf --judge-set model=FOLDER`."""

    model: str = Field(min_length=1, description="Folder or hub id of a causal language model.")
    template: Path | None = Field(default=None, description="Prompt template in place of the shipped one.")
    batch_size: int = Field(default=8, ge=1, description="Answers that are judged at a time.")
    max_new_tokens: int = Field(default=128, ge=1, description="Most tokens of a reply.")
    most_missing: float = Field(default=0.02, ge=0, le=1, description="Share without a verdict that is incomplete.")


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
