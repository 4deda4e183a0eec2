"""Objects of the libraries that take more to make than their arguments: what is saved is theirs."""

from sklearn.calibration import CalibratedClassifierCV
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.svm import SVC


def support_vector_classifier(**arguments):
    """Probabilities by a sigmoid of the distances from the border, which is fitted on rows that other borders left out."""
    return CalibratedClassifierCV(SVC(**arguments), ensemble=False)


def network_classifier(width, layers, **arguments):
    return MLPClassifier(hidden_layer_sizes=(width,) * layers, **arguments)


def network_regressor(width, layers, **arguments):
    return MLPRegressor(hidden_layer_sizes=(width,) * layers, **arguments)


def smooth_with_noise():
    return ConstantKernel() * RBF() + WhiteKernel()
