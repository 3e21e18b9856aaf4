"""Tiny models with random weights, in the published Diffusers layouts of the engines that are recipes.

Each is made by a function of its engine's name; ``write`` saves it where a build looks for it.
"""

from pathlib import Path

import diffusers
import numpy as np
import torch
import transformers
from tokenizers import Tokenizer, models, pre_tokenizers
from tokenizers.pre_tokenizers import ByteLevel

from swav.diffusion.pipeline_processors import without_video

torch.set_num_threads(1)
WORDS = [
    "a",
    "red",
    "fox",
    "runs",
    "over",
    "the",
    "snow",
    "at",
    "dawn",
    "bad",
    "blurred",
    "still",
    "text",
    "in",
    "rain",
]
SIDE = 64


def write(name: str, models: Path) -> Path:
    """Save the tiny model of an engine under ``models``; the folder."""
    torch.manual_seed(0)
    folder = models / name
    MAKERS[name]().save_pretrained(folder)
    return folder


def picture(side: int = SIDE, seed: int = 0) -> np.ndarray:
    """uint8 (side, side, 3): a slope of colours, with a square that no symmetry leaves in its place."""
    made = np.indices((side, side)).sum(0)[..., None] * [1, 2, 3] % 255
    made[side // 8 : side // 4, side // 2 :] = 40 * seed + 30
    return made.astype(np.uint8)


def flow(**settings) -> diffusers.FlowMatchEulerDiscreteScheduler:
    return diffusers.FlowMatchEulerDiscreteScheduler(**settings)


def word_tokenizer() -> transformers.PreTrainedTokenizerFast:
    marks = ["<pad>", "</s>", "<unk>", "<s>"]
    made = Tokenizer(models.WordLevel({w: i for i, w in enumerate([*marks, *WORDS])}, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="<pad>", eos_token="</s>", unk_token="<unk>", bos_token="<s>"
    )


def t5(width: int = 32) -> dict:
    tokenizer = word_tokenizer()
    config = transformers.T5Config(
        vocab_size=len(tokenizer),
        d_model=width,
        d_kv=8,
        d_ff=37,
        num_layers=2,
        num_heads=4,
        feed_forward_proj="gated-gelu",
    )
    return {"tokenizer": tokenizer, "text_encoder": transformers.T5EncoderModel(config)}


def clip_tokenizer() -> transformers.CLIPTokenizer:
    letters = sorted(ByteLevel.alphabet())
    vocabulary = [*letters, *(f"{x}</w>" for x in letters), "<|startoftext|>", "<|endoftext|>"]
    return transformers.CLIPTokenizer(
        vocab={word: i for i, word in enumerate(vocabulary)}, merges=[], model_max_length=77
    )


def clip_config(**settings) -> transformers.CLIPTextConfig:
    size = len(clip_tokenizer())
    values = {"hidden_size": 32, "intermediate_size": 37, "num_attention_heads": 4, "num_hidden_layers": 2}
    return transformers.CLIPTextConfig(
        vocab_size=size, eos_token_id=size - 1, bos_token_id=size - 2, **values | settings
    )


def cogvideox(channels: int = 4, **settings) -> dict:
    return t5() | {
        "vae": diffusers.AutoencoderKLCogVideoX(
            down_block_types=("CogVideoXDownBlock3D",) * 4,
            up_block_types=("CogVideoXUpBlock3D",) * 4,
            block_out_channels=(8, 8, 8, 8),
            latent_channels=4,
            layers_per_block=1,
            norm_num_groups=2,
            temporal_compression_ratio=4,
        ),
        "transformer": diffusers.CogVideoXTransformer3DModel(
            num_attention_heads=4,
            attention_head_dim=16,
            in_channels=channels,
            out_channels=4,
            time_embed_dim=8,
            text_embed_dim=32,
            num_layers=2,
            sample_width=8,
            sample_height=8,
            sample_frames=9,
            patch_size=2,
            temporal_compression_ratio=4,
            max_text_seq_length=226,
            use_rotary_positional_embeddings=True,
            **settings,
        ),
        "scheduler": diffusers.CogVideoXDPMScheduler(
            prediction_type="v_prediction",
            rescale_betas_zero_snr=True,
            snr_shift_scale=1.0,
            timestep_spacing="trailing",
            beta_schedule="scaled_linear",
            beta_start=0.00085,
            beta_end=0.012,
        ),
    }


def cogvideox_5b():
    return diffusers.CogVideoXPipeline(**cogvideox())


def cogvideox_5b_i2v():
    return diffusers.CogVideoXImageToVideoPipeline(**cogvideox(8, use_learned_positional_embeddings=True))


def svd():
    vision = transformers.CLIPVisionConfig(
        hidden_size=32,
        projection_dim=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        image_size=224,
        intermediate_size=37,
        patch_size=32,
    )
    return diffusers.StableVideoDiffusionPipeline(
        image_encoder=transformers.CLIPVisionModelWithProjection(vision),
        feature_extractor=transformers.CLIPImageProcessor(crop_size=224, size={"shortest_edge": 224}),
        unet=diffusers.UNetSpatioTemporalConditionModel(
            block_out_channels=(32, 64),
            layers_per_block=1,
            sample_size=8,
            in_channels=8,
            out_channels=4,
            down_block_types=("CrossAttnDownBlockSpatioTemporal", "DownBlockSpatioTemporal"),
            up_block_types=("UpBlockSpatioTemporal", "CrossAttnUpBlockSpatioTemporal"),
            cross_attention_dim=32,
            num_attention_heads=(2, 4),
            projection_class_embeddings_input_dim=96,
            addition_time_embed_dim=32,
        ),
        vae=diffusers.AutoencoderKLTemporalDecoder(
            block_out_channels=[32] * 4, down_block_types=["DownEncoderBlock2D"] * 4, latent_channels=4
        ),
        scheduler=diffusers.EulerDiscreteScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            interpolation_type="linear",
            prediction_type="v_prediction",
            sigma_max=700.0,
            sigma_min=0.002,
            steps_offset=1,
            timestep_spacing="leading",
            timestep_type="continuous",
            use_karras_sigmas=True,
        ),
    )


MAKERS = {"cogvideox-5b": cogvideox_5b, "cogvideox-5b-i2v": cogvideox_5b_i2v, "svd": svd}


def hunyuanvideo():
    words = word_tokenizer()
    llama = transformers.LlamaConfig(
        vocab_size=len(words),
        hidden_size=16,
        intermediate_size=37,
        num_attention_heads=4,
        num_hidden_layers=4,
        pad_token_id=0,
    )
    return diffusers.HunyuanVideoPipeline(
        tokenizer=words,
        tokenizer_2=clip_tokenizer(),
        text_encoder=transformers.LlamaModel(llama),
        text_encoder_2=transformers.CLIPTextModel(clip_config(hidden_size=8, projection_dim=32)),
        transformer=diffusers.HunyuanVideoTransformer3DModel(
            in_channels=4,
            out_channels=4,
            num_attention_heads=2,
            attention_head_dim=16,
            num_layers=1,
            num_single_layers=1,
            num_refiner_layers=1,
            patch_size=2,
            patch_size_t=1,
            guidance_embeds=True,
            text_embed_dim=16,
            pooled_projection_dim=8,
            rope_axes_dim=(4, 6, 6),
        ),
        vae=diffusers.AutoencoderKLHunyuanVideo(
            latent_channels=4, block_out_channels=(8, 8, 8, 8), layers_per_block=1, norm_num_groups=4
        ),
        scheduler=flow(shift=7.0),
    )


CHAT = (
    "{% for m in messages %}<|im_start|>{{m['role']}}\n{{m['content']}}<|im_end|>\n{% endfor %}"
    "<|im_start|>assistant\n"
)


def chat_tokenizer() -> transformers.Qwen2Tokenizer:
    vocabulary = {letter: i for i, letter in enumerate(sorted(ByteLevel.alphabet()))}
    made = transformers.Qwen2Tokenizer(vocab=vocabulary, merges=[], model_max_length=2048)
    marks = [
        "endoftext",
        "im_start",
        "im_end",
        "vision_start",
        "vision_end",
        "image_pad",
        "video_pad",
        "vision_pad",
    ]
    made.add_special_tokens({"additional_special_tokens": [f"<|{mark}|>" for mark in marks]})
    made.chat_template = CHAT
    return made


def chat_text(size: int, **settings) -> dict:
    return {
        "vocab_size": size,
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "rope_scaling": {"type": "mrope", "mrope_section": [1, 1, 2]},
        **settings,
    }


def hunyuanvideo_1_5():
    chat = chat_tokenizer()
    text = transformers.Qwen2_5_VLTextConfig(**chat_text(len(chat) + 8, num_hidden_layers=4))
    letters = transformers.T5Config(vocab_size=400, d_model=32, d_kv=8, d_ff=37, num_layers=2, num_heads=4)
    return diffusers.HunyuanVideo15Pipeline(
        text_encoder=transformers.Qwen2_5_VLTextModel(text),
        tokenizer=chat,
        text_encoder_2=transformers.T5EncoderModel(letters),
        tokenizer_2=transformers.ByT5Tokenizer(),
        transformer=diffusers.HunyuanVideo15Transformer3DModel(
            in_channels=9,
            out_channels=4,
            num_attention_heads=2,
            attention_head_dim=16,
            num_layers=2,
            num_refiner_layers=1,
            patch_size=1,
            patch_size_t=1,
            text_embed_dim=16,
            text_embed_2_dim=32,
            image_embed_dim=12,
            rope_axes_dim=(4, 6, 6),
            target_size=16,
            task_type="t2v",
        ),
        vae=diffusers.AutoencoderKLHunyuanVideo15(
            latent_channels=4, block_out_channels=(16,) * 5, layers_per_block=1
        ),
        scheduler=flow(shift=5.0),
        guider=diffusers.ClassifierFreeGuidance(guidance_scale=6.0),
    )


def image_vae(channels: int = 4, **settings) -> diffusers.AutoencoderKL:
    return diffusers.AutoencoderKL(
        block_out_channels=[16] * 4,
        down_block_types=["DownEncoderBlock2D"] * 4,
        up_block_types=["UpDecoderBlock2D"] * 4,
        latent_channels=channels,
        norm_num_groups=4,
        **settings,
    )


def sdxl():
    config = clip_config(num_hidden_layers=3, projection_dim=32, hidden_act="gelu")
    return diffusers.StableDiffusionXLPipeline(
        tokenizer=clip_tokenizer(),
        tokenizer_2=clip_tokenizer(),
        text_encoder=transformers.CLIPTextModel(config),
        text_encoder_2=transformers.CLIPTextModelWithProjection(config),
        unet=diffusers.UNet2DConditionModel(
            block_out_channels=(32, 64),
            layers_per_block=2,
            sample_size=8,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
            attention_head_dim=(2, 4),
            use_linear_projection=True,
            addition_embed_type="text_time",
            addition_time_embed_dim=8,
            transformer_layers_per_block=(1, 2),
            projection_class_embeddings_input_dim=80,
            cross_attention_dim=64,
        ),
        vae=image_vae(),
        scheduler=diffusers.EulerDiscreteScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            timestep_spacing="leading",
            steps_offset=1,
        ),
    )


def z_image():
    chat = chat_tokenizer()
    config = transformers.Qwen3Config(
        vocab_size=len(chat) + 8,
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        head_dim=8,
    )
    return diffusers.ZImagePipeline(
        tokenizer=chat,
        text_encoder=transformers.Qwen3Model(config),
        scheduler=flow(shift=3.0),
        vae=image_vae(16, shift_factor=0.1, scaling_factor=0.36),
        transformer=diffusers.ZImageTransformer2DModel(
            in_channels=16,
            dim=32,
            n_layers=1,
            n_refiner_layers=1,
            n_heads=2,
            n_kv_heads=2,
            cap_feat_dim=16,
            axes_dims=[4, 6, 6],
            axes_lens=[2048, 64, 64],
        ),
    )


def qwen_image():
    chat = chat_tokenizer()
    vision = {
        "depth": 1,
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_heads": 2,
        "out_hidden_size": 16,
        "patch_size": 14,
        "fullatt_block_indexes": [0],
    }
    config = transformers.Qwen2_5_VLConfig(
        text_config=chat_text(len(chat) + 8, num_hidden_layers=3, max_position_embeddings=4096),
        vision_config=vision,
        **{
            f"{mark}_token_id": chat.convert_tokens_to_ids(f"<|{token}|>")
            for mark, token in (
                ("image", "image_pad"),
                ("video", "video_pad"),
                ("vision_start", "vision_start"),
                ("vision_end", "vision_end"),
            )
        },
    )
    return diffusers.QwenImagePipeline(
        tokenizer=chat,
        text_encoder=transformers.Qwen2_5_VLForConditionalGeneration(config),
        scheduler=flow(use_dynamic_shifting=True, base_shift=0.5, max_shift=0.9),
        vae=diffusers.AutoencoderKLQwenImage(base_dim=4, z_dim=16),
        transformer=diffusers.QwenImageTransformer2DModel(
            patch_size=2,
            in_channels=64,
            out_channels=16,
            num_layers=2,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=16,
            axes_dims_rope=(4, 6, 6),
        ),
    )


def wan(channels: int, out: int, vae: diffusers.AutoencoderKLWan, experts: int = 1) -> dict:
    words = word_tokenizer()
    text = transformers.UMT5Config(
        vocab_size=len(words),
        d_model=32,
        d_kv=8,
        d_ff=64,
        num_layers=2,
        num_heads=4,
        is_encoder_decoder=False,
        feed_forward_proj="gated-gelu",
    )
    transformers_made = [
        diffusers.WanTransformer3DModel(
            num_attention_heads=2,
            attention_head_dim=12,
            in_channels=channels,
            out_channels=out,
            text_dim=32,
            freq_dim=32,
            ffn_dim=32,
            num_layers=2,
            rope_max_seq_len=32,
        )
        for _ in range(experts)
    ]
    return {
        "tokenizer": words,
        "text_encoder": transformers.UMT5EncoderModel(text),
        "vae": vae,
        "transformer": transformers_made[0],
        "transformer_2": transformers_made[1] if experts == 2 else None,
        "scheduler": diffusers.UniPCMultistepScheduler(
            prediction_type="flow_prediction",
            use_flow_sigmas=True,
            num_train_timesteps=1000,
            flow_shift=5.0,
        ),
    }


def wan22_ti2v():
    vae = diffusers.AutoencoderKLWan(
        base_dim=8,
        decoder_base_dim=8,
        z_dim=48,
        dim_mult=[1, 2, 4, 4],
        num_res_blocks=2,
        temperal_downsample=[False, True, True],
        in_channels=12,
        out_channels=12,
        is_residual=True,
        patch_size=2,
        scale_factor_spatial=16,
        scale_factor_temporal=4,
        latents_mean=[0.0] * 48,
        latents_std=[1.0] * 48,
    )
    return diffusers.WanPipeline(**wan(48, 48, vae), boundary_ratio=None, expand_timesteps=True)


def wan22_i2v():
    vae = diffusers.AutoencoderKLWan(base_dim=4, z_dim=16)
    parts = wan(36, 16, vae, experts=2) | {"image_encoder": None, "image_processor": None}
    return diffusers.WanImageToVideoPipeline(**parts, boundary_ratio=0.9)


def hunyuanvideo_1_5_i2v():
    seen = transformers.SiglipVisionConfig(
        hidden_size=12,
        intermediate_size=24,
        num_hidden_layers=1,
        num_attention_heads=2,
        image_size=28,
        patch_size=14,
    )
    words = hunyuanvideo_1_5()
    words.transformer.register_to_config(target_size=SIDE, task_type="i2v")
    return diffusers.HunyuanVideo15ImageToVideoPipeline(
        **words.components,
        image_encoder=transformers.SiglipVisionModel(seen),
        feature_extractor=transformers.SiglipImageProcessor(size={"height": 28, "width": 28}),
    )


def qwen_image_edit():
    drawn = qwen_image()
    halves = {"tokenizer": drawn.tokenizer, "image_processor": transformers.Qwen2VLImageProcessor()}
    processor = without_video(transformers.Qwen2VLProcessor)(**halves)
    processor.save_pretrained = lambda folder: [half.save_pretrained(folder) for half in halves.values()]
    return diffusers.QwenImageEditPlusPipeline(**drawn.components, processor=processor)


def ltx_2():
    words = word_tokenizer()
    text = {
        "vocab_size": len(words) + 8,
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 8,
        "sliding_window": 16,
    }
    vision = {
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "image_size": 28,
        "patch_size": 14,
    }
    gemma = transformers.Gemma3Config(text_config=text, vision_config=vision, mm_tokens_per_image=4)
    connected = {
        f"{kind}_connector_{name}": value
        for kind in ("video", "audio")
        for name, value in (
            ("num_attention_heads", 4),
            ("attention_head_dim", 4),
            ("num_layers", 1),
            ("num_learnable_registers", None),
        )
    }
    return diffusers.LTX2Pipeline(
        tokenizer=words,
        text_encoder=transformers.Gemma3ForConditionalGeneration(gemma),
        scheduler=flow(use_dynamic_shifting=True, base_shift=0.95, max_shift=2.05, shift_terminal=0.1),
        vae=diffusers.AutoencoderKLLTX2Video(
            latent_channels=8,
            block_out_channels=(8,),
            decoder_block_out_channels=(8,),
            layers_per_block=(1, 1),
            decoder_layers_per_block=(1, 1),
            spatio_temporal_scaling=(True,),
            decoder_spatio_temporal_scaling=(True,),
            down_block_types=("LTX2VideoDownBlock3D",),
            decoder_inject_noise=(False, False),
            downsample_type=("spatial",),
            upsample_residual=(False,),
            upsample_factor=(1,),
            upsample_type=("spatiotemporal",),
            patch_size=1,
            patch_size_t=1,
        ),
        audio_vae=diffusers.AutoencoderKLLTX2Audio(
            base_channels=8, ch_mult=(1,), num_res_blocks=1, resolution=32, latent_channels=2, mel_bins=16
        ),
        vocoder=diffusers.pipelines.ltx2.LTX2Vocoder(
            in_channels=32,
            hidden_channels=32,
            upsample_kernel_sizes=[4, 4],
            upsample_factors=[2, 2],
            resnet_kernel_sizes=[3],
            resnet_dilations=[[1, 3, 5]],
            output_sampling_rate=16000,
        ),
        connectors=diffusers.pipelines.ltx2.LTX2TextConnectors(
            caption_channels=16, text_proj_in_factor=3, **connected
        ),
        transformer=diffusers.LTX2VideoTransformer3DModel(
            in_channels=8,
            out_channels=8,
            num_attention_heads=2,
            attention_head_dim=8,
            cross_attention_dim=16,
            audio_in_channels=8,
            audio_out_channels=8,
            audio_num_attention_heads=2,
            audio_attention_head_dim=4,
            audio_cross_attention_dim=8,
            num_layers=2,
            caption_channels=16,
        ),
    )


MAKERS |= {
    "ltx-2": ltx_2,
    "hunyuanvideo-1.5-i2v": hunyuanvideo_1_5_i2v,
    "qwen-image-edit": qwen_image_edit,
    "hunyuanvideo": hunyuanvideo,
    "hunyuanvideo-1.5": hunyuanvideo_1_5,
    "sdxl": sdxl,
    "z-image": z_image,
    "qwen-image": qwen_image,
    "wan2.2-ti2v": wan22_ti2v,
    "wan2.2-i2v": wan22_i2v,
}
