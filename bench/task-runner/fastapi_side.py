"""One model behind FastAPI: python fastapi_side.py MODEL PORT"""
import sys

import joblib
import pandas
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

model = joblib.load(sys.argv[1])
app = FastAPI()


class Rows(BaseModel):
    rows: list[dict[str, float]]


@app.post("/predictions")
async def predict(asked: Rows):
    probabilities = model.predict_proba(pandas.DataFrame(asked.rows))
    return {
        "predictions": [
            {"prediction": model.classes_[row.argmax()], "probabilities": dict(zip(model.classes_, row.tolist()))} for row in probabilities
        ]
    }


uvicorn.run(app, port=int(sys.argv[2]), log_level="warning")
