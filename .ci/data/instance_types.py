"""Writes lib/aws/pipeline/data/instance-types.ts.

Run with the project's virtual environment: `.venv/bin/python .ci/data/instance_types.py`.
The names come from the enums of SageMaker's service model (botocore), what the machines are made of from the answer of
EC2's DescribeInstanceTypes that moto ships.
"""

import gzip
import json
from importlib.metadata import version
from pathlib import Path

import botocore.session
import moto

TARGET = Path(__file__).parents[2] / "lib" / "aws" / "pipeline" / "data" / "instance-types.ts"

USES = {
    "P": "ProcessingInstanceType",
    "T": "TrainingInstanceType",
    "X": "TransformInstanceType",
    "H": "ProductionVariantInstanceType",
    "N": "InstanceType",
}

# Machines that EC2 no longer describes, or not to moto's account. Sources: the EC2 user guide's pages on instance store
# volumes and on accelerated computing (p2 and p3 have EBS only; dl1 has four NVMe disks of 1 TB).
BY_HAND = {
    "p2.xlarge": {"vcpus": 4, "accelerator": "gpu"},
    "p2.8xlarge": {"vcpus": 32, "accelerator": "gpu"},
    "p2.16xlarge": {"vcpus": 64, "accelerator": "gpu"},
    "p3.2xlarge": {"vcpus": 8, "accelerator": "gpu"},
    "p3.8xlarge": {"vcpus": 32, "accelerator": "gpu"},
    "p3.16xlarge": {"vcpus": 64, "accelerator": "gpu"},
    "dl1.24xlarge": {"vcpus": 96, "accelerator": "gaudi", "localStorageGb": 4000, "efa": True},
    "p6e-gb200.36xlarge": {"vcpus": 144, "accelerator": "gpu", "localStorageGb": 22500, "efa": True, "arm64": True},
}

SIZES = ["micro", "small", "medium", "large", "xlarge"]


def described(name: str, machines: dict) -> dict:
    if name not in machines:
        return BY_HAND[name]
    machine = machines[name]
    facts = {"vcpus": machine["VCpuInfo"]["DefaultVCpus"]}
    if "arm64" in machine["ProcessorInfo"]["SupportedArchitectures"]:
        facts["arm64"] = True
    if machine.get("GpuInfo"):
        facts["accelerator"] = "gpu"
    elif machine.get("NeuronInfo") or machine.get("InferenceAcceleratorInfo"):
        facts["accelerator"] = "neuron"
    if machine["InstanceStorageSupported"]:
        facts["localStorageGb"] = machine["InstanceStorageInfo"]["TotalSizeInGB"]
    if machine["NetworkInfo"]["EfaSupported"]:
        facts["efa"] = True
    return facts


def order(name: str) -> tuple:
    family, size = name.removeprefix("ml.").split(".", 1)
    plain = size.removeprefix("metal-")
    if plain in SIZES:
        return family, SIZES.index(plain), 0
    return family, len(SIZES), int(plain.removesuffix("xlarge"))


def render() -> str:
    model = botocore.session.get_session().get_service_model("sagemaker")
    offered = {use: set(model.shape_for(shape).enum) for use, shape in USES.items()}
    resource = Path(moto.__file__).parent / "ec2" / "resources" / "instance_types.json.gz"
    machines = json.loads(gzip.decompress(resource.read_bytes()))

    rows = []
    for name in sorted(set().union(*offered.values()), key=order):
        uses = "".join(use for use in USES if name in offered[use])
        facts = {"name": name, "uses": uses, **described(name.removeprefix("ml."), machines)}
        fields = ", ".join(f"{key}: {json.dumps(value)}".replace('"', "'") for key, value in facts.items())
        rows.append(f"  {{ {fields} }},")

    return HEADER.format(botocore=version("botocore"), moto=version("moto")) + "\n".join(rows) + "\n];\n"


HEADER = """// Written by .ci/data/instance_types.py: mend the script, not this file.
// Names and uses: SageMaker's service model in botocore {botocore}. Machines: EC2 DescribeInstanceTypes as moto {moto} ships it.

/** An instance type of SageMaker. */
export interface InstanceTypeData {{
  readonly name: string;
  /** What it can be used for: P processing, T training, X batch transform, H hosting, N notebook. */
  readonly uses: string;
  readonly vcpus: number;
  readonly arm64?: boolean;
  readonly accelerator?: 'gpu' | 'neuron' | 'gaudi';
  /** Total of the local NVMe disks; absent where the volume is EBS. */
  readonly localStorageGb?: number;
  readonly efa?: boolean;
}}

export const INSTANCE_TYPES: InstanceTypeData[] = [
"""

if __name__ == "__main__":
    TARGET.write_text(render())
