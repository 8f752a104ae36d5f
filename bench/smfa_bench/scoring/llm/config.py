"""Options of the LLM judge: `--judge openai --judge-set model=NAME`."""

from pathlib import Path

from pydantic import Field

from smfa_bench.endpoint.config import EndpointConfig


class LlmJudgeConfig(EndpointConfig):
    """Options of the LLM judge: those of the endpoint, and how it is told to judge."""

    template: Path | None = Field(default=None, description="Prompt template in place of the shipped one.")
    most_missing: float = Field(
        default=0.02, ge=0, le=1, description="Share without a verdict above which they are incomplete."
    )
