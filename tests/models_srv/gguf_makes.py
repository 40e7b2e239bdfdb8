"""A tiny Qwen2 as a GGUF file, written as llama.cpp writes them, and the same model unpacked."""

import json
from pathlib import Path

from tests.models_srv.chat.makes import byte_level
from tests.models_srv.conftest import CHAT_TEMPLATE

SPECIAL = ["<|endoftext|>", "</s>", "<|system|>", "<|user|>", "<|assistant|>"]
NAMES = {
    "model.embed_tokens": "token_embd",
    "model.norm": "output_norm",
    "lm_head": "output",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}


def gguf_tokenizer():
    """What the file's tokenizer is made of, and what it has to be like when it is read."""
    return byte_level(
        SPECIAL, eos_token="</s>", pad_token="<|endoftext|>", chat_template=CHAT_TEMPLATE
    )


def write_gguf(path: Path):
    """Write the file, its matrices in eight bits, and return the model that it means."""
    import torch
    from gguf import GGMLQuantizationType, GGUFWriter, quants

    tokenizer = gguf_tokenizer()
    model = qwen(tokenizer)
    writer = GGUFWriter(path, "qwen2")
    add_shape(writer, model.config)
    add_tokenizer(writer, tokenizer)
    eight = GGMLQuantizationType.Q8_0
    with torch.no_grad():
        for name, weight in model.named_parameters():
            values = weight.numpy()
            if values.ndim == 1:
                writer.add_tensor(ggml_name(name), values)
                continue
            packed = quants.quantize(values, eight)
            writer.add_tensor(ggml_name(name), packed, raw_dtype=eight)
            weight.copy_(torch.from_numpy(quants.dequantize(packed, eight)))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return model


def qwen(tokenizer):
    import torch
    from transformers import Qwen2Config, Qwen2ForCausalLM

    torch.manual_seed(0)
    config = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        tie_word_embeddings=False,
    )
    return Qwen2ForCausalLM(config).eval()


def add_shape(writer, config):
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(10_000.0)
    writer.add_vocab_size(config.vocab_size)


def add_tokenizer(writer, tokenizer):
    model = json.loads(tokenizer.backend_tokenizer.to_str())["model"]
    words = sorted(model["vocab"], key=model["vocab"].get)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(words)
    writer.add_token_types([3 if at < len(SPECIAL) else 1 for at in range(len(words))])
    writer.add_token_merges([" ".join(merge) for merge in model["merges"]])
    writer.add_eos_token_id(tokenizer.eos_token_id)
    writer.add_pad_token_id(tokenizer.pad_token_id)
    writer.add_chat_template(CHAT_TEMPLATE)


def ggml_name(name: str) -> str:
    module, kind = name.rsplit(".", 1)
    if module in NAMES:
        return f"{NAMES[module]}.{kind}"
    number, part = module.removeprefix("model.layers.").split(".", 1)
    return f"blk.{number}.{NAMES[part]}.{kind}"
