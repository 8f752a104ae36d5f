"""Options of the judges that are large models: `--judge openai --judge-set model=NAME`."""

from pathlib import Path

from pydantic import Field

from smfa_bench.endpoint.config import EndpointConfig
from smfa_bench.record import Record


class LocalJudgeConfig(Record):
    """Options of the local judge: `--judge hf --judge-set model=FOLDER`."""

    model: str = Field(min_length=1, description="Folder or hub id of a causal language model.")
    template: Path | None = Field(default=None, description="Prompt template in place of the shipped one.")
    batch_size: int = Field(default=8, ge=1, description="Answers that are judged at a time.")
    max_new_tokens: int = Field(default=128, ge=1, description="Most tokens of a reply.")
    most_missing: float = Field(default=0.02, ge=0, le=1, description="Share without a verdict that is incomplete.")


class LlmJudgeConfig(EndpointConfig):
    """Options of the LLM judge: those of the endpoint, and how it is told to judge."""

    template: Path | None = Field(default=None, description="Prompt template in place of the shipped one.")
    per_call: int = Field(
        default=1, ge=1, le=50, description="Answers judged in one call; another number, another judge."
    )
    most_missing: float = Field(
        default=0.02, ge=0, le=1, description="Share without a verdict above which they are incomplete."
    )
