import os
import pickle
from pathlib import Path
from typing import Any, Dict, List, Optional

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression


def init(code_dir: str) -> None:
    global folder
    folder = Path(code_dir)


def fit(
    X: pd.DataFrame,
    y: pd.Series,
    output_dir: str,
    class_order: Optional[List[str]] = None,
    row_weights: Optional[np.ndarray] = None,
    parameters: Optional[Dict[str, Any]] = None,
    **kwargs,
) -> None:
    assert (folder / "custom.py").exists() and row_weights is None and class_order == ["no", "yes"]
    model = LogisticRegression().fit(X.select_dtypes("number").fillna(0), y)
    output_dir_path = Path(output_dir)
    if output_dir_path.exists() and output_dir_path.is_dir():
        with open("{}/artifact.pkl".format(output_dir), "wb") as fp:
            pickle.dump(model, fp)


def load_model(code_dir: str) -> Any:
    with open(os.path.join(code_dir, "artifact.pkl"), "rb") as fp:
        return pickle.load(fp)


def predict_proba(data: pd.DataFrame, model: Any, **kwargs: Dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(model.predict_proba(data.select_dtypes("number").fillna(0)), columns=model.classes_)
