"""A decoder and a vision tower put together to a LLaVA, with a processor that speaks the decoder's chat template."""

from string import Template
from typing import Final

import torch
from transformers import LlavaConfig, LlavaForConditionalGeneration, LlavaProcessor
from transformers.models.llava.modeling_llava import LlavaMultiModalProjector

from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench_profiles.pretrained.decoder import Decoder

IMAGE: Final = "<image>"

PLAIN_TEMPLATE: Final = Template(
    "{% for message in messages %}"
    "{{ ('User: ' if message['role'] == 'user' else 'Assistant: ') + message['content'] }}"
    "{% if message['role'] == 'assistant' %}{{ '$end' }}{% endif %}{{ '\\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ 'Assistant: ' }}{% endif %}"
)
"""For a decoder that brings none."""

FLATTENED: Final = (
    "{%- set flat = namespace(messages=[]) -%}"
    "{%- for message in messages -%}"
    "{%- set said = namespace(text='') -%}"
    "{%- for part in message['content'] -%}"
    "{%- set said.text = said.text + ('" + IMAGE + "\\n' if part['type'] == 'image' else part['text']) -%}"
    "{%- endfor -%}"
    "{%- set flat.messages = flat.messages + [{'role': message['role'], 'content': said.text}] -%}"
    "{%- endfor -%}"
    "{%- set messages = flat.messages -%}"
)
"""Goes before a template of texts: turns messages of parts, pictures among them, into messages of texts."""


def assemble(decoder: Decoder, eyes: VisionLanguageModel) -> tuple[LlavaForConditionalGeneration, LlavaProcessor]:
    """Return a LLaVA in float32 whose projector is new, drawn from torch's global generator.

    Decoder and vision tower are moved into it, not copied: the two must not be used on their own afterwards.

    Args:
        decoder: Who speaks; its tokenizer gets one token more, for the picture.
        eyes: A LLaVA whose vision tower and picture processing are taken.
    """
    tokenizer, speaker = decoder.tokenizer, decoder.model
    tokenizer.add_special_tokens({"additional_special_tokens": [IMAGE]}, replace_extra_special_tokens=False)
    table = speaker.get_input_embeddings()
    if len(tokenizer) > table.num_embeddings:
        # The tokens after the decoder's own stand for nothing it says: their rows are its mean.
        first = table.num_embeddings
        speaker.resize_token_embeddings(len(tokenizer), mean_resizing=False)
        for rows in (speaker.get_input_embeddings().weight, speaker.get_output_embeddings().weight):
            with torch.no_grad():
                rows[first:] = rows[:first].mean(0)
    seen = eyes.processor
    processor = LlavaProcessor(
        image_processor=seen.image_processor,
        tokenizer=tokenizer,
        patch_size=seen.patch_size,
        vision_feature_select_strategy=seen.vision_feature_select_strategy,
        num_additional_image_tokens=seen.num_additional_image_tokens,
        chat_template=FLATTENED + (tokenizer.chat_template or PLAIN_TEMPLATE.substitute(end=tokenizer.eos_token)),
        image_token=IMAGE,
    )
    config = LlavaConfig(
        vision_config=eyes.model.config.vision_config,
        text_config=speaker.config,
        image_token_id=tokenizer.convert_tokens_to_ids(IMAGE),
        vision_feature_layer=eyes.model.config.vision_feature_layer,
        vision_feature_select_strategy=eyes.model.config.vision_feature_select_strategy,
        tie_word_embeddings=speaker.config.tie_word_embeddings,
    )
    with torch.device("meta"):
        model = LlavaForConditionalGeneration(config)
    model.model.vision_tower = eyes.vision_tower()
    model.model.multi_modal_projector = LlavaMultiModalProjector(config)
    model.model.language_model = speaker.get_decoder()
    model.lm_head = speaker.get_output_embeddings()
    model.generation_config = speaker.generation_config
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    return model.eval(), processor
