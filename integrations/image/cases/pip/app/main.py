import sqlite3

import torch
from fastapi import FastAPI

app = FastAPI()


@app.get("/health")
def health():
    with sqlite3.connect("visits.db") as visits:
        visits.execute("create table if not exists visits (at text)")
        visits.execute("insert into visits values (datetime())")
    return {"torch": torch.__version__}
