import lightgbm
import torch
from flask import Flask


def create_app():
    app = Flask(__name__)

    @app.get("/health")
    def health():
        return {"torch": torch.__version__, "lightgbm": lightgbm.__version__}

    return app
