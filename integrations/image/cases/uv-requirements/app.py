import torch
from litestar import Litestar, get


@get("/health", sync_to_thread=False)
def health() -> dict[str, str]:
    return {"torch": torch.__version__}


app = Litestar([health])
