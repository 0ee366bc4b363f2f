"""Writes lib/aws/pipeline/data/images.ts.

Run with a throw-away virtual environment that has `pip install sagemaker-core==2.27.0`: `python .ci/data/images.py`.
Each image's address is asked of the SDK itself, for every region it knows, and the table is checked to give the same.
"""

import json
import re
from importlib.metadata import version as installed
from pathlib import Path

from packaging.version import Version
from sagemaker.core import image_uris

CPU, GPU, ARM = "ml.m5.xlarge", "ml.g5.xlarge", "ml.c6g.xlarge"

# name: framework and scope as the SDK has them, the oldest version, and an instance type for each flavour.
# Older versions are left out: nobody patches them.
IMAGES = {
    "sklearn": ("sklearn", ["training", "inference"], "1.0", {"any": CPU}),
    "xgboost": ("xgboost", ["training", "inference"], "1.3", {"any": CPU}),
    "pytorch-training": ("pytorch", ["training"], "2.0", {"cpu": CPU, "gpu": GPU}),
    "pytorch-inference": ("pytorch", ["inference"], "2.0", {"cpu": CPU, "gpu": GPU}),
    "pytorch-inference-arm64": ("pytorch", ["inference_graviton"], "2.0", {"any": ARM}),
    "tensorflow-training": ("tensorflow", ["training"], "2.12", {"cpu": CPU, "gpu": GPU}),
    "tensorflow-inference": ("tensorflow", ["inference"], "2.12", {"cpu": CPU, "gpu": GPU}),
    "tensorflow-inference-arm64": ("tensorflow", ["inference_graviton"], "2.12", {"any": ARM}),
    "spark": ("spark", ["processing"], "3.2", {"any": CPU}),
    "clarify": ("clarify", ["processing"], "1.0", {"any": CPU}),
    "model-monitor": ("model-monitor", ["monitoring"], None, {"any": CPU}),
    "sagemaker-distribution": ("sagemaker-distribution", ["inference"], "3.0", {"cpu": CPU, "gpu": GPU}),
    "sagemaker-base-python": ("sagemaker-base-python", [None], "1.0", {"any": CPU}),
}

# The isolated partitions have no regions in this library.
ISOLATED = re.compile(r"^(us|eu)-iso")
URI = re.compile(
    r"^(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[^.]+)\.(?P<suffix>[^/]+)/(?P<repository>[^:]+)(:(?P<tag>.+))?$"
)
SUFFIX = {"cn-": "amazonaws.com.cn", "eusc-": "amazonaws.eu"}


def suffix_of(region: str) -> str:
    return next((suffix for prefix, suffix in SUFFIX.items() if region.startswith(prefix)), "amazonaws.com")


def numbers(version: str) -> Version:
    return Version(version.split("-")[0])


def read(name: str) -> dict:
    framework, scopes, oldest, flavours = IMAGES[name]
    config = image_uris.config_for_framework(framework)
    accounts: dict[str, str] = {}
    versions: dict[str, dict] = {}
    for scope in scopes:
        for version, facts in (config.get(scope) or config)["versions"].items():
            if oldest and numbers(version) < Version(oldest):
                continue
            regions = [region for region in facts["registries"] if not ISOLATED.match(region)]
            row: dict = {"tags": {}}
            for flavour, instance in flavours.items():
                for region in regions:
                    asked = {"version": version} if version else {}
                    if scope not in (None, "monitoring"):
                        asked["image_scope"] = scope
                    if framework == "sagemaker-base-python":
                        uri = image_uris.get_base_python_image_uri(region, py_version="310")
                    else:
                        uri = image_uris.retrieve(framework, region, instance_type=instance, **asked)
                    found = URI.match(uri)
                    assert found, uri
                    if found["region"] != region or found["suffix"] != suffix_of(region):
                        print(f"{name} {version}: {uri} for {region}")
                    assert accounts.setdefault(region, found["account"]) == found["account"], uri
                    assert row.setdefault("repository", found["repository"]) == found["repository"], uri
                    assert row["tags"].setdefault(flavour, found["tag"] or "") == (found["tag"] or ""), uri
            row["regions"] = set(regions)
            if version in versions:
                assert versions[version]["tags"] == row["tags"] and versions[version]["repository"] == row["repository"]
                row["regions"] |= versions[version]["regions"]
            versions[version] = row
    return {"accounts": accounts, "versions": versions}


def quoted(value: str) -> str:
    return "'" + value + "'"


def accounts_literal(accounts: dict[str, str], indent: str) -> str:
    return "".join(f"{indent}{quoted(region)}: {quoted(account)},\n" for region, account in sorted(accounts.items()))


def main() -> None:
    images = {name: read(name) for name in IMAGES}
    learning = [name for name in IMAGES if name.startswith(("pytorch", "tensorflow"))]
    containers: dict[str, str] = {}
    for name in learning:
        for region, account in images[name]["accounts"].items():
            assert containers.setdefault(region, account) == account

    out = [HEADER.format(version=installed("sagemaker-core"))]
    out.append("/** The accounts that hold the AWS Deep Learning Containers, by region. */")
    out.append("export const DEEP_LEARNING_ACCOUNTS: Record<string, string> = {")
    out.append(accounts_literal(containers, "  ") + "};\n")
    out.append("export const IMAGES: Record<string, ImageData> = {")
    for name, image in images.items():
        accounts = containers if name in learning else image["accounts"]
        out.append(f"  {quoted(name)}: {{")
        if name in learning:
            out.append("    accounts: DEEP_LEARNING_ACCOUNTS,")
        else:
            out.append("    accounts: {\n" + accounts_literal(accounts, "      ") + "    },")
        out.append("    versions: {")
        for version, row in sorted(image["versions"].items(), key=lambda item: (numbers(item[0] or "0"), item[0])):
            tags = ", ".join(f"{flavour}: {quoted(tag)}" for flavour, tag in row["tags"].items())
            absent = sorted(set(accounts) - row["regions"])
            fields = [f"repository: {quoted(row['repository'])}", f"tags: {{ {tags} }}"]
            if absent:
                fields.append("notIn: [" + ", ".join(map(quoted, absent)) + "]")
            out.append(f"      {quoted(version)}: {{ {', '.join(fields)} }},")
        out.append("    },\n  },")
    out.append("};\n")
    target = Path(__file__).parents[2] / "lib/aws/pipeline/data/images.ts"
    target.write_text("\n".join(out))
    print(f"{target}: {json.dumps({name: len(image['versions']) for name, image in images.items()})}")


HEADER = """// Written by .ci/data/images.py: mend the script, not this file.
// Source: image_uri_config of sagemaker-core {version} (PyPI, Apache-2.0), the SageMaker Python SDK.

/** One of SageMaker's own images. */
export interface ImageData {{
  /** Region to the account whose registry holds the image there. */
  readonly accounts: Record<string, string>;
  readonly versions: Record<string, ImageVersionData>;
}}

/** A version of an image. */
export interface ImageVersionData {{
  readonly repository: string;
  /** By processor, or `any`; empty for an image without tags. */
  readonly tags: {{ readonly any?: string; readonly cpu?: string; readonly gpu?: string }};
  /** Regions of `accounts` that do not have this version. */
  readonly notIn?: string[];
}}
"""

if __name__ == "__main__":
    main()
