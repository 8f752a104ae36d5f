"""The embedded model's shape: a LLaVA of about 2.7 million parameters with its tokenizer and image processor."""

from collections.abc import Iterable
from typing import Final

from tokenizers import Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel
from tokenizers.trainers import BpeTrainer
from transformers import (
    CLIPImageProcessorPil,
    LlamaConfig,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaProcessor,
    PreTrainedTokenizerFast,
    SiglipVisionConfig,
)

PICTURE_SIZE: Final = 64
PATCH: Final = 16
VISION_WIDTH: Final = 160
VISION_LAYERS: Final = 3
DECODER_WIDTH: Final = 192
DECODER_LAYERS: Final = 4
VOCABULARY: Final = 2048
PAD, END, IMAGE, USER, ASSISTANT = SPECIAL = ("<pad>", "<end>", "<image>", "<user>", "<assistant>")

CHAT_TEMPLATE: Final = (
    "{% for message in messages %}"
    "{{ '<user>' if message['role'] == 'user' else '<assistant>' }}"
    "{% for part in message['content'] %}"
    "{{ '<image>' if part['type'] == 'image' else part['text'] }}"
    "{% endfor %}"
    "{% if message['role'] == 'assistant' %}{{ '<end>' }}{% endif %}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<assistant>' }}{% endif %}"
)


def build_processor(texts: Iterable[str]) -> LlavaProcessor:
    """Return a processor whose byte-level BPE tokenizer of 2,048 tokens is trained on `texts`."""
    bpe = Tokenizer(BPE())
    bpe.pre_tokenizer = ByteLevel(add_prefix_space=True)
    bpe.decoder = ByteLevelDecoder()
    trainer = BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=list(SPECIAL),
        initial_alphabet=ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator(texts, trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bpe,
        pad_token=PAD,
        eos_token=END,
        additional_special_tokens=[IMAGE, USER, ASSISTANT],
        model_max_length=512,
    )
    images = CLIPImageProcessorPil(
        size={"height": PICTURE_SIZE, "width": PICTURE_SIZE},
        do_center_crop=False,
        image_mean=[0.5, 0.5, 0.5],
        image_std=[0.5, 0.5, 0.5],
    )
    return LlavaProcessor(
        image_processor=images,
        tokenizer=tokenizer,
        patch_size=PATCH,
        vision_feature_select_strategy="full",
        chat_template=CHAT_TEMPLATE,
        image_token=IMAGE,
    )


def build_model(
    processor: LlavaProcessor,
    *,
    vision_width: int = VISION_WIDTH,
    vision_layers: int = VISION_LAYERS,
    decoder_width: int = DECODER_WIDTH,
    decoder_layers: int = DECODER_LAYERS,
) -> LlavaForConditionalGeneration:
    """Return the model with random weights (drawn from torch's global generator) in float32; widths divide by 8."""
    tokenizer = processor.tokenizer
    vision = SiglipVisionConfig(
        hidden_size=vision_width,
        intermediate_size=3 * vision_width,
        num_hidden_layers=vision_layers,
        num_attention_heads=4,
        image_size=PICTURE_SIZE,
        patch_size=PATCH,
        vision_use_head=False,
    )
    text = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=decoder_width,
        intermediate_size=8 * decoder_width // 3,
        num_hidden_layers=decoder_layers,
        num_attention_heads=4,
        max_position_embeddings=512,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        bos_token_id=None,
        tie_word_embeddings=True,
    )
    config = LlavaConfig(
        vision_config=vision,
        text_config=text,
        image_token_id=processor.image_token_id,
        vision_feature_layer=-1,
        vision_feature_select_strategy="full",
        tie_word_embeddings=True,
    )
    return LlavaForConditionalGeneration(config)
