"""A text decoder so small that a test makes it at once: a random Llama, saved as `from_pretrained` reads it."""

from pathlib import Path

import torch
import transformers as hf

from helpers.families import decoder, tokenizer

CHATTY = (
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ 'Be kind.\n' }}{% endif %}"
    "{{ '<' + message['role'] + '>' + message['content'] + '<end>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<assistant>' }}{% endif %}"
)
"""A template of texts that says something before all else, as many do."""


def make_small_decoder(folder: Path, *, template: str | None = CHATTY, tied: bool = True) -> str:
    """Save the model and its tokenizer, and return the folder's name."""
    tokens = tokenizer({})
    tokens.chat_template = template
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = hf.LlamaForCausalLM(hf.LlamaConfig(**decoder(tokens), tie_word_embeddings=tied))
    model.save_pretrained(folder)
    tokens.save_pretrained(folder)
    return str(folder)
