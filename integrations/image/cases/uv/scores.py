import torch
from flask import Flask

app = Flask(__name__)


@app.get("/health")
def health():
    return {"torch": torch.__version__}
