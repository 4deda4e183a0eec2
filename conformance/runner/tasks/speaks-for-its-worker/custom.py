import os
import socket
import stat


def worker_sockets():
    for name in os.listdir("/proc/self/fd"):
        try:
            if int(name) > 2 and stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                yield socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, fileno=os.dup(int(name)))
        except OSError:
            pass


def fit(X, y, output_dir, parameters=None):
    for worker in worker_sockets():
        for _ in range(parameters["times"]):
            worker.sendall(parameters["says"].encode())
    with open(os.path.join(output_dir, "model.txt"), "w") as file:
        file.write("fitted")


def load_model(input_dir):
    return "fitted"
