"""How an OpenAI-compatible endpoint is called; the key is no option, it comes from the environment."""

from pydantic import Field

from smfa_bench.record import Record


class EndpointConfig(Record):
    """What any use of an endpoint can be told."""

    model: str = Field(min_length=1, description="Name of the model at the endpoint.")
    base_url: str | None = Field(default=None, description="Endpoint; OPENAI_BASE_URL or OpenAI's own unless given.")
    concurrency: int = Field(default=8, ge=1, description="Most calls under way at a time.")
    attempts: int = Field(default=6, ge=1, description="Most calls for one reply.")
    pause: float = Field(default=1.0, ge=0, description="Seconds before the second call; doubles from call to call.")
    timeout: float = Field(default=60.0, gt=0, description="Seconds for one call.")
    total_timeout: float = Field(default=86_400.0, gt=0, description="Seconds for all replies of one start.")
    max_calls: int | None = Field(default=None, ge=0, description="Budget in calls of one start.")
    max_tokens: int | None = Field(default=None, ge=0, description="Budget in tokens of one start, prompts included.")
