"""A Spark cluster on this machine: a master, workers with one core each, a Spark Connect server.

It listens on the loopback address only, on ports that the system chooses, and writes below one
folder. Every process leads a group of processes, so that none is left behind.
"""

from __future__ import annotations

import importlib.util
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

LOOPBACK = "127.0.0.1"

# Compiling code for hundreds of statements over small tables is slower than running them. Every
# join takes a page of memory, and finished statements are remembered with their plans: in 1 GB, a
# build with large pages spent a third of its time on collections of garbage.
SMALL_DATA = {
    "spark.buffer.pageSize": "256k",
    "spark.sql.ui.retainedExecutions": "1",
    "spark.ui.retainedJobs": "1",
    "spark.ui.retainedStages": "1",
    "spark.ui.retainedTasks": "10",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
}

# Info where it is read below; elsewhere only warnings.
_LOGGING = """
rootLogger.level = warn
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n
logger.deploy.name = org.apache.spark.deploy
logger.deploy.level = info
logger.hive.name = org.apache.hadoop.hive.conf
logger.hive.level = error
logger.connect.name = org.apache.spark.sql.connect.service.SparkConnectServer
logger.connect.level = info
"""


class ProcessError(RuntimeError):
    """A process that ended, or did not say what it should; the text has the end of its log."""


class Process:
    """A process that leads a group, and its log."""

    def __init__(
        self,
        name: str,
        command: list[str],
        log: Path,
        environment: Mapping[str, str],
        folder: Path | None = None,
    ) -> None:
        """Starts it in a folder, by default in the current one."""
        self.name = name
        self.log = log
        self._is_ended = False
        with log.open("w") as output:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                cwd=folder,
                start_new_session=True,
            )
        self.group = self._process.pid

    def __enter__(self) -> Process:
        """The process itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Stops it."""
        self.stop()

    def said(self, pattern: str, seconds: float = 90) -> str:
        """Waits for a text in the log and returns the first group of the pattern."""
        deadline = time.monotonic() + seconds
        while not (found := re.search(pattern, self.text())):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise ProcessError(f"{self.name} did not start; {self.log}:\n{self.text()[-2000:]}")
            time.sleep(0.1)
        return found[1]

    def text(self) -> str:
        """The log so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def lines(self) -> Iterator[str]:
        """The lines of the log, until the process ends."""
        with self.log.open(encoding="utf-8", errors="replace") as log:
            is_running = True
            while is_running:
                is_running = self._process.poll() is None
                yield from log
                if is_running:
                    time.sleep(0.1)

    def exit_code(self) -> int:
        """Waits for the end."""
        return self._process.wait()

    def kill(self) -> None:
        """Ends the group at once, as a machine that fails does."""
        if not self._is_ended:
            self._send(signal.SIGKILL)
            self._process.wait()
            self._is_ended = True

    def stop(self, seconds: float = 15) -> None:
        """Asks the group to end, and kills what is left of it."""
        if not self._is_ended:
            self._send(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
            self.kill()

    def _send(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.group, number)


class SparkCluster:
    """The cluster as a context manager.

    Attributes:
        remote: address of the Spark Connect server.
        warehouse: folder of the tables.
        workers: the workers; the executor of a worker is in its group.
    """

    def __init__(
        self,
        folder: Path,
        *,
        workers: int = 2,
        server_memory: str = "1g",
        worker_memory: str = "1g",
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """Takes the sizes and further settings of Spark; nothing is started yet."""
        self.folder = folder.resolve()
        self.warehouse = self.folder / "warehouse"
        self.remote = ""
        self.workers: list[Process] = []
        self._count = workers
        self._server_memory = server_memory
        self._worker_memory = worker_memory
        self._settings = dict(settings or {})
        self._processes: list[Process] = []
        self._stack = ExitStack()

    def __enter__(self) -> SparkCluster:
        """Starts everything, or nothing."""
        with self._stack:
            self._start()
            self._stack = self._stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        """Stops everything."""
        self._stack.close()

    @property
    def groups(self) -> set[int]:
        """The groups of all processes."""
        return {process.group for process in self._processes}

    def lost_executors(self) -> int:
        """The number of executors that the server has lost so far."""
        return len(set(re.findall(r"Lost executor (\d+)", self._processes[-1].text())))

    def _start(self) -> None:
        for name in ("conf", "scratch", "work"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "conf" / "log4j2.properties").write_text(_LOGGING, encoding="utf-8")
        deploy = "org.apache.spark.deploy"
        place = ["--host", LOOPBACK, "--port", "0", "--webui-port", "0"]
        master = self._process("master", "spark-class", f"{deploy}.master.Master", *place)
        url = master.said(r"Starting Spark master at (spark://\S+)")
        for number in range(1, self._count + 1):
            size = ["--cores", "1", "--memory", self._worker_memory]
            size += ["--work-dir", str(self.folder / "work")]
            worker = self._process(
                f"worker_{number}", "spark-class", f"{deploy}.worker.Worker", *place, *size, url
            )
            self.workers.append(worker)
        for worker in self.workers:
            worker.said(r"(Successfully registered) with master")
        settings = [
            part
            for name, value in self.settings(url).items()
            for part in ("--conf", f"{name}={value}")
        ]
        connect = "org.apache.spark.sql.connect.service.SparkConnectServer"
        server = self._process("server", "spark-submit", "--class", connect, *settings)
        port = server.said(r"Spark Connect server started at: \S*:(\d+)")
        self.remote = f"sc://{LOOPBACK}:{port}"

    def settings(self, url: str) -> dict[str, str]:
        """The settings of the Spark Connect server with the master at ``url``."""
        java = f'-Duser.timezone=UTC "-Djava.io.tmpdir={self.folder}/scratch"'
        return {
            "spark.master": url,
            "spark.driver.host": LOOPBACK,
            "spark.driver.bindAddress": LOOPBACK,
            "spark.driver.memory": self._server_memory,
            "spark.driver.extraJavaOptions": f'{java} "-Dderby.system.home={self.folder}"',
            "spark.executor.memory": self._worker_memory,
            "spark.executor.extraJavaOptions": java,
            "spark.connect.grpc.binding.address": LOOPBACK,
            "spark.connect.grpc.binding.port": "0",
            "spark.sql.catalogImplementation": "hive",
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.warehouse.dir": str(self.warehouse),
            "spark.ui.enabled": "false",
            **self._settings,
        }

    def _process(self, name: str, program: str, *arguments: str) -> Process:
        package = importlib.util.find_spec("pyspark")
        assert package is not None and package.origin is not None
        home = Path(package.origin).parent
        environment = {
            **os.environ,
            "SPARK_HOME": str(home),
            "SPARK_CONF_DIR": str(self.folder / "conf"),
            # For the master and the workers; spark-submit would give it to the server as well.
            **({"SPARK_DAEMON_MEMORY": "256m"} if program == "spark-class" else {}),
            "SPARK_LOCAL_DIRS": str(self.folder / "scratch"),
            "SPARK_LOCAL_IP": LOOPBACK,
            "SPARK_MASTER_OPTS": "-Dspark.master.rest.enabled=false",
        }
        command = ["bash", str(home / "bin" / program), *arguments]
        process = Process(name, command, self.folder / f"{name}.log", environment)
        self._processes.append(self._stack.enter_context(process))
        return process
