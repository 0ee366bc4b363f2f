"""De-identifies a table with Spark, after a plan.

python3 main.py --data <folder> --output <folder> --report <folder> --quarantine <folder> --plan <file> [--plan-digest <sha256>]
                [--key <file> | --key-secret <arn>] [--token-vault <function that tokenizes> --token-budget <items a minute> [--token-callers 1]]
                [--token-audience <what a token is for> --token-client-id <of the identity to sign in as>] [--driver-memory 8g]

Run by itself it uses the cores and most of the memory of the machine; under spark-submit it uses what that was given. `--plan-text` takes the place of
`--plan` where a job is given no file: the plan in base64 without padding, the alphabet of addresses. The function that tokenizes is an ARN of Lambda, or with an
audience an address of Azure Functions. Exit code 1 is a refusal: its message goes to stderr, and to $ML_ROOT/output/message,
where SageMaker looks for the reason of a failure.
"""

from __future__ import annotations

import argparse
import base64
import os
import sys
from pathlib import Path

ROOT = Path(os.environ.get("ML_ROOT", "/opt/ml"))
# where images of EMR and SageMaker keep Spark, for a Python that does not know it
SPARK_HOME = Path(os.environ.get("SPARK_HOME", "/usr/lib/spark"))

try:
    import pyspark  # noqa: F401
except ImportError:
    sys.path[:0] = [str(SPARK_HOME / "python"), *[str(archive) for archive in (SPARK_HOME / "python/lib").glob("py4j-*.zip")]]

import hmac_key
from refusal import Refusal
from release import Places, release
from session import session
from storage import Folder
from token_vault import Vault
from token_vault_azure import AzureVault


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    for name in ("data", "output", "report", "quarantine"):
        parser.add_argument(f"--{name}", required=True)
    plan = parser.add_mutually_exclusive_group(required=True)
    plan.add_argument("--plan")
    plan.add_argument("--plan-text")
    parser.add_argument("--plan-digest")
    key = parser.add_mutually_exclusive_group()
    key.add_argument("--key")
    key.add_argument("--key-secret")
    parser.add_argument("--token-vault")
    parser.add_argument("--token-audience")
    parser.add_argument("--token-client-id")
    parser.add_argument("--token-budget", type=_from_one, default=6_000)
    parser.add_argument("--token-callers", type=_from_one, default=1)
    parser.add_argument("--driver-memory")
    given = parser.parse_args()
    if (given.token_audience is None) != (given.token_client_id is None):
        parser.error("--token-audience and --token-client-id are of a vault on Azure, which takes both")
    return given


def _from_one(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError(text)
    return value


def main() -> None:
    given = arguments()
    spark = session(given.driver_memory)
    try:
        if given.plan is not None:
            plan = _text(spark, given.plan, "plan")
        else:
            plan = base64.urlsafe_b64decode(given.plan_text + "=" * (-len(given.plan_text) % 4)).decode()
        key = None
        if given.key is not None:
            key = hmac_key.HmacKey(_bytes(spark, given.key, "key"))
        elif given.key_secret is not None:
            key = hmac_key.from_secret(given.key_secret)
        report = release(spark, plan, given.plan_digest, key, Places(given.data, given.output, given.report, given.quarantine), _vault(given))
        rows = report["rows"]
        print(" ".join(f"{name}={count}" for name, count in rows.items()), f"k={report.get('measures', {}).get('k', '-')}", f"key={report['keyId']}")
    finally:
        spark.stop()


def _vault(given: argparse.Namespace) -> Vault | None:
    if given.token_vault is None:
        return None
    whom = (given.token_vault, given.token_budget, given.token_callers)
    return Vault(*whom) if given.token_audience is None else AzureVault(*whom, given.token_audience, given.token_client_id)


def _bytes(spark, uri: str, what: str) -> bytes:
    folder, _, name = uri.rpartition("/")
    content = Folder(spark, folder or ".").content(name)
    if content is None:
        raise Refusal(f"the {what} is not where the job was told; give the input that holds it")
    return content


def _text(spark, uri: str, what: str) -> str:
    return _bytes(spark, uri, what).decode()


def _tell(message: str) -> None:
    print(f"deidentification: {message}", file=sys.stderr)
    if ROOT.is_dir():
        (ROOT / "output").mkdir(exist_ok=True)
        (ROOT / "output/message").write_text(message)


if __name__ == "__main__":
    try:
        main()
    except Refusal as refusal:
        _tell(str(refusal))
        sys.exit(1)
    except Exception as error:
        # what Spark says may quote data
        _tell(f"the job failed ({type(error).__name__}); the class of the error is all that is told, because its message may quote data")
        sys.exit(2)
