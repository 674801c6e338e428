import torch


def release() -> str:
    return torch.__version__
