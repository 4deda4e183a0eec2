from other_product.helpers.task_interfaces import EstimatorInterface


class CustomTask(EstimatorInterface):
    def fit(self, X, y, **kwargs):
        self.mean = float(y.mean())

    def predict(self, data, **kwargs):
        return [self.mean] * len(data)
