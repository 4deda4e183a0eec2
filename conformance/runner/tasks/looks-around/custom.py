import os
import pwd


def fit(X, y, output_dir):
    processes = [name for name in os.listdir("/proc") if name.isdigit()]
    raise ValueError(
        "secret %s, uid %s, user %s, passwords %s, processes %s, home %s"
        % (
            os.environ.get("MODELSMITH_TEST_SECRET"),
            "root" if os.getuid() == 0 else "other",
            pwd.getpwuid(os.getuid()).pw_name,
            os.path.exists("/etc/shadow"),
            "few" if len(processes) < 5 else "many",
            os.listdir("/home") if os.path.exists("/home") else [],
        )
    )
