from pathlib import Path

import torch
from fastapi import FastAPI
from words import TORCH

app = FastAPI()
Path("uploads").mkdir(exist_ok=True)


@app.get("/health")
def health():
    Path("uploads/last").write_text("seen")
    return {TORCH: torch.__version__}
