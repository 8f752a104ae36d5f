"""Multimodal LLMs made of a pre-trained text decoder and the embedded model's eyes."""
