class CustomTask:
    def fit(self, X, y, output_dir, class_order, row_weights, parameters, **kwargs):
        assert class_order is None and row_weights is None
        assert parameters == {"depth": 3, "name": "x", "share": None}, parameters
        assert kwargs == {"target_type": "regression"}, kwargs

    def predict(self, data, parameters, **kwargs):
        assert parameters is None and kwargs == {}
        return [1.0] * len(data)
