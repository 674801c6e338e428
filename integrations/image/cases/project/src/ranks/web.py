import torch
from flask import Flask
from waitress import serve

app = Flask(__name__)


@app.get("/health")
def health():
    return {"torch": torch.__version__}


def main():
    serve(app, host="0.0.0.0", port=8000)
