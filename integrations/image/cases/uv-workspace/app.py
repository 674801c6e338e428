from flask import Flask
from scoring import release
from words import TORCH

app = Flask(__name__)


@app.get("/health")
def health():
    return {TORCH: release()}
