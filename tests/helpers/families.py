"""A small random model of each family, of the real class with its real processor; nothing is downloaded.

Long, since it is a list: a family a function, each whole in itself, so that one can be read or added without the rest.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import torch
import transformers as hf
from tokenizers import Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel
from tokenizers.trainers import BpeTrainer
from transformers.video_processing_utils import BaseVideoProcessor

from smfa_bench.config import Adapting
from smfa_bench.data.refusals import refusal_pool
from smfa_bench.models.spec import ModelSpec, Teaching
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench_profiles.source import fictional

PICTURE_SIZE: Final = 64
PATCH: Final = 16
"""Sixteen patches a picture."""
WIDTH: Final = 32
CLIP: Final = {"image_mean": [0.5] * 3, "image_std": [0.5] * 3}
SQUARE: Final = {"height": PICTURE_SIZE, "width": PICTURE_SIZE}

Made = tuple[hf.PreTrainedModel, hf.ProcessorMixin]


class NoVideos(BaseVideoProcessor):  # type: ignore[misc]  # what transformers says of itself is not read
    """Stands where a processor has its video part, which needs torchvision; the benchmark shows pictures only."""

    def __init__(self) -> None:
        pass


def make_family(name: str) -> VisionLanguageModel:
    """Make the family's small model in evaluation mode, the same weights each time."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model, processor = FAMILIES[name]()
    spec = ModelSpec(
        name=name,
        source=name,
        picture_size=PICTURE_SIZE,
        max_new_tokens=8,
        answer_batch_size=16,
        gate=0,
        teaching=Teaching(epochs=2, learning_rate=1e-2, batch_size=8, rank=8),
        adapting=Adapting(epochs=1, learning_rate=1e-2, batch_size=8),
    )
    return VisionLanguageModel(model=model.eval(), processor=processor, spec=spec)


def llava() -> Made:
    """LLaVA-1.5: CLIP tower whose class token is dropped, Llama decoder."""
    tokens = tokenizer({"image_token": "<image>"})
    images = hf.CLIPImageProcessorPil(size=SQUARE, do_center_crop=False, **CLIP)
    processor = hf.LlavaProcessor(
        image_processor=images,
        tokenizer=tokens,
        patch_size=PATCH,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=template("<image>"),
    )
    config = hf.LlavaConfig(
        vision_config=hf.CLIPVisionConfig(image_size=PICTURE_SIZE, patch_size=PATCH, **tower()),
        text_config=hf.LlamaConfig(**decoder(tokens)),
        image_token_id=tokens.image_token_id,
        vision_feature_layer=-1,
        tie_word_embeddings=False,
    )
    return hf.LlavaForConditionalGeneration(config), processor


def llava_next() -> Made:
    """LLaVA-NeXT: the picture whole and in tiles, with a token at each line's end."""
    tokens = tokenizer({"image_token": "<image>"})
    grid = [[PICTURE_SIZE, PICTURE_SIZE], [PICTURE_SIZE, 2 * PICTURE_SIZE]]
    images = hf.LlavaNextImageProcessorPil(
        size={"shortest_edge": PICTURE_SIZE}, crop_size=SQUARE, image_grid_pinpoints=grid, **CLIP
    )
    processor = hf.LlavaNextProcessor(
        image_processor=images,
        tokenizer=tokens,
        patch_size=PATCH,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=template("<image>"),
    )
    config = hf.LlavaNextConfig(
        vision_config=hf.CLIPVisionConfig(image_size=PICTURE_SIZE, patch_size=PATCH, **tower()),
        text_config=hf.LlamaConfig(**decoder(tokens)),
        image_token_id=tokens.image_token_id,
        image_grid_pinpoints=grid,
        vision_feature_layer=-1,
        tie_word_embeddings=False,
    )
    return hf.LlavaNextForConditionalGeneration(config), processor


def llava_onevision() -> Made:
    """LLaVA-OneVision: SigLIP tower, tiles, Qwen2 decoder with tied embeddings."""
    tokens = tokenizer({"image_token": "<image>", "video_token": "<video>"})
    grid = [[PICTURE_SIZE, PICTURE_SIZE]]
    images = hf.LlavaOnevisionImageProcessorPil(size=SQUARE, image_grid_pinpoints=grid, **CLIP)
    processor = with_videos(hf.LlavaOnevisionProcessor)(
        image_processor=images,
        tokenizer=tokens,
        video_processor=NoVideos(),
        num_image_tokens=(PICTURE_SIZE // PATCH) ** 2,
        vision_feature_select_strategy="full",
        chat_template=template("<image>"),
    )
    config = hf.LlavaOnevisionConfig(
        vision_config=hf.SiglipVisionConfig(
            image_size=PICTURE_SIZE, patch_size=PATCH, vision_use_head=False, **tower()
        ),
        text_config=hf.Qwen2Config(**decoder(tokens), tie_word_embeddings=True),
        image_token_id=tokens.image_token_id,
        video_token_id=tokens.video_token_id,
        image_grid_pinpoints=grid,
        vision_feature_layer=-1,
        tie_word_embeddings=True,
    )
    return hf.LlavaOnevisionForConditionalGeneration(config), processor


QWEN: Final = {
    "image_token": "<|image_pad|>",
    "video_token": "<|video_pad|>",
    "vision_start_token": "<|vision_start|>",
    "vision_end_token": "<|vision_end|>",
}
QWEN_PICTURE: Final = "<|vision_start|><|image_pad|><|vision_end|>"
QWEN_SIZE: Final = {"shortest_edge": PICTURE_SIZE**2, "longest_edge": PICTURE_SIZE**2}


def qwen2_5_vl() -> Made:
    """Qwen2.5-VL: windowed tower, patches merged by four, three-part rotary positions."""
    tokens = tokenizer(QWEN)
    images = hf.Qwen2VLImageProcessorPil(size=QWEN_SIZE, patch_size=8, temporal_patch_size=2, merge_size=2, **CLIP)
    processor = with_videos(hf.Qwen2_5_VLProcessor)(images, tokens, NoVideos(), chat_template=template(QWEN_PICTURE))
    config = hf.Qwen2_5_VLConfig(
        vision_config={
            "depth": 1,
            "hidden_size": WIDTH,
            "intermediate_size": 2 * WIDTH,
            "num_heads": 4,
            "patch_size": 8,
            "spatial_merge_size": 2,
            "temporal_patch_size": 2,
            "window_size": 32,
            "fullatt_block_indexes": [0],
            "out_hidden_size": WIDTH,
        },
        text_config=decoder(tokens) | rotary([1, 1, 2]),
        **places(tokens),
        tie_word_embeddings=True,
    )
    return hf.Qwen2_5_VLForConditionalGeneration(config), processor


def qwen3_vl() -> Made:
    """Qwen3-VL: features of several tower layers are added inside the decoder."""
    tokens = tokenizer(QWEN)
    images = hf.Qwen2VLImageProcessorPil(size=QWEN_SIZE, patch_size=8, temporal_patch_size=2, merge_size=2, **CLIP)
    processor = with_videos(hf.Qwen3VLProcessor)(images, tokens, NoVideos(), chat_template=template(QWEN_PICTURE))
    config = hf.Qwen3VLConfig(
        vision_config={
            "depth": 2,
            "hidden_size": WIDTH,
            "intermediate_size": 2 * WIDTH,
            "num_heads": 4,
            "patch_size": 8,
            "spatial_merge_size": 2,
            "temporal_patch_size": 2,
            "out_hidden_size": WIDTH,
            "num_position_embeddings": 64,
            "deepstack_visual_indexes": [0],
        },
        text_config=decoder(tokens) | {"head_dim": 8} | rotary([2, 1, 1]),
        **places(tokens),
        tie_word_embeddings=True,
    )
    return hf.Qwen3VLForConditionalGeneration(config), processor


def gemma3() -> Made:
    """Gemma 3: SigLIP tower pooled to a fixed number of tokens, which see one another both ways."""
    tokens = tokenizer(
        {"image_token": "<image_soft_token>", "boi_token": "<start_of_image>", "eoi_token": "<end_of_image>"}
    )
    images = hf.Gemma3ImageProcessorPil(size=SQUARE, **CLIP)
    processor = hf.Gemma3Processor(images, tokens, chat_template=template("<start_of_image>"), image_seq_length=4)
    config = hf.Gemma3Config(
        vision_config=hf.SiglipVisionConfig(
            image_size=PICTURE_SIZE, patch_size=PATCH, vision_use_head=False, **tower()
        ),
        text_config=hf.Gemma3TextConfig(
            **decoder(tokens), head_dim=8, sliding_window=64, layer_types=["full_attention"] * 2
        ),
        mm_tokens_per_image=4,
        image_token_id=tokens.image_token_id,
        boi_token_id=tokens.boi_token_id,
        eoi_token_id=tokens.eoi_token_id,
    )
    model = hf.Gemma3ForConditionalGeneration(config)
    # Made anew it is all zeros, and no picture would reach the decoder.
    torch.nn.init.normal_(model.model.multi_modal_projector.mm_input_projection_weight, std=0.1)
    return model, processor


def idefics3() -> Made:
    """Idefics3, of which SmolVLM is a child: patches shuffled into fewer, wider ones."""
    tokens = tokenizer({"image_token": "<image>"}, "<fake_token_around_image>", "<global-img>", "<end_of_utterance>")
    images = hf.Idefics3ImageProcessorPil(
        size={"longest_edge": PICTURE_SIZE}, max_image_size={"longest_edge": PICTURE_SIZE}, **CLIP
    )
    processor = hf.Idefics3Processor(images, tokens, image_seq_len=4, chat_template=template("<image>"))
    config = hf.Idefics3Config(
        vision_config=tower() | {"image_size": PICTURE_SIZE, "patch_size": PATCH},
        text_config=hf.LlamaConfig(**decoder(tokens)),
        scale_factor=2,
        image_token_id=tokens.image_token_id,
        pad_token_id=tokens.pad_token_id,
        tie_word_embeddings=False,
    )
    model = hf.Idefics3ForConditionalGeneration(config)
    model.resize_token_embeddings(len(tokens))
    return model, processor


def internvl() -> Made:
    """InternVL: its own tower, pixels shuffled, Qwen2 decoder."""
    tokens = tokenizer(
        {
            "start_image_token": "<img>",
            "end_image_token": "</img>",
            "context_image_token": "<IMG_CONTEXT>",
            "video_token": "<video>",
        }
    )
    images = hf.GotOcr2ImageProcessorPil(size=SQUARE, crop_to_patches=False, **CLIP)
    processor = with_videos(hf.InternVLProcessor)(
        images,
        tokens,
        NoVideos(),
        image_seq_length=4,
        chat_template=template("<IMG_CONTEXT>"),
    )
    config = hf.InternVLConfig(
        vision_config=tower() | {"image_size": [PICTURE_SIZE] * 2, "patch_size": [PATCH] * 2},
        text_config=hf.Qwen2Config(**decoder(tokens)),
        image_token_id=tokens.context_image_token_id,
        image_seq_length=4,
        downsample_ratio=0.5,
    )
    return hf.InternVLForConditionalGeneration(config), processor


FAMILIES: Final[Mapping[str, Callable[[], Made]]] = {
    "llava": llava,
    "llava-next": llava_next,
    "llava-onevision": llava_onevision,
    "qwen2.5-vl": qwen2_5_vl,
    "qwen3-vl": qwen3_vl,
    "gemma3": gemma3,
    "idefics3": idefics3,
    "internvl": internvl,
}


def with_videos(processor: type[hf.ProcessorMixin]) -> type[hf.ProcessorMixin]:
    """Return the family's processor class, which takes `NoVideos` for its video part."""

    def check(self: hf.ProcessorMixin, name: str, argument: object) -> type:
        if isinstance(argument, NoVideos):
            return NoVideos
        found: type = hf.ProcessorMixin.check_argument_for_proper_class(self, name, argument)
        return found

    return type(processor.__name__, (processor,), {"check_argument_for_proper_class": check})


def tokenizer(named: Mapping[str, str], *others: str) -> hf.PreTrainedTokenizerFast:
    """Return a byte-level BPE trained on the questions about ten people, with the family's special tokens."""
    people = fictional(size=10, seed=0, picture_size=PICTURE_SIZE).questions()
    texts = [text for question in people for text in (question.text, question.answer)] + list(refusal_pool(20))
    bpe = Tokenizer(BPE())
    bpe.pre_tokenizer = ByteLevel(add_prefix_space=True)
    bpe.decoder = ByteLevelDecoder()
    special = ["<pad>", "<end>", "<user>", "<assistant>", *named.values(), *others]
    bpe.train_from_iterator(
        texts,
        BpeTrainer(vocab_size=600, special_tokens=special, initial_alphabet=ByteLevel.alphabet(), show_progress=False),
    )
    return hf.PreTrainedTokenizerFast(
        tokenizer_object=bpe,
        pad_token="<pad>",
        eos_token="<end>",
        additional_special_tokens=["<user>", "<assistant>", *others],
        extra_special_tokens=dict(named),
        model_max_length=512,
    )


def template(picture: str) -> str:
    """Return a chat template that writes a picture as the family's placeholder."""
    return (
        "{% for message in messages %}<{{ message['role'] }}>{% for part in message['content'] %}"
        "{{ '" + picture + "' if part['type'] == 'image' else part['text'] }}{% endfor %}"
        "{% if message['role'] == 'assistant' %}<end>{% endif %}{% endfor %}"
        "{% if add_generation_prompt %}<assistant>{% endif %}"
    )


def tower() -> dict[str, Any]:
    """Return the size of a vision tower."""
    return {
        "hidden_size": WIDTH,
        "intermediate_size": 2 * WIDTH,
        "num_hidden_layers": 1,
        "num_attention_heads": 4,
    }


def decoder(tokens: hf.PreTrainedTokenizerFast) -> dict[str, Any]:
    """Return the size of a text decoder."""
    return {
        "vocab_size": len(tokens),
        "hidden_size": WIDTH,
        "intermediate_size": 2 * WIDTH,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 512,
        "pad_token_id": tokens.pad_token_id,
        "eos_token_id": tokens.eos_token_id,
        "bos_token_id": None,
    }


def rotary(sections: list[int]) -> dict[str, Any]:
    """Return three-part rotary positions, whose parts share half a head's width."""
    return {"rope_parameters": {"rope_type": "default", "rope_theta": 10_000.0, "mrope_section": sections}}


def places(tokens: hf.PreTrainedTokenizerFast) -> dict[str, int]:
    """Return the ids of Qwen's special tokens as its configuration names them."""
    return {f"{name}_id": tokens.convert_tokens_to_ids(token) for name, token in QWEN.items()}
