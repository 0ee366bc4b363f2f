"""The launcher's mends and handlers, in process; `npm run deploy:local` proves them through the real CDK CLI."""

import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID

from moto_launcher import mends
from moto_launcher.aws import client, use_endpoint
from moto_launcher.model import EMULATED, Skipped
from moto_launcher.probes import PROBES, exists
from moto_launcher.report import Outcome, report

REGION = "eu-central-1"
LAUNCHER = Path(__file__).parent / "launcher.py"
ROLE = f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:role/Role"


@pytest.fixture(autouse=True)
def moto() -> Iterator[None]:
    mends.apply()
    report.clear()
    with mock_aws():
        use_endpoint(None)
        yield


def deploy(resources: dict[str, Any], outputs: dict[str, Any] | None = None, name: str = "Stack") -> dict[str, str]:
    """Deploy a stack; its outputs by name."""
    template = {"Resources": resources, **({"Outputs": {key: {"Value": value} for key, value in outputs.items()}} if outputs else {})}
    cloudformation = client("cloudformation", REGION)
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(template))
    [stack] = cloudformation.describe_stacks(StackName=name)["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def destroy(name: str = "Stack") -> None:
    client("cloudformation", REGION).delete_stack(StackName=name)


def resource(kind: str, deletion: str | None = None, **properties: Any) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties, **({"DeletionPolicy": deletion} if deletion else {})}


def outcomes() -> dict[str, str]:
    return {entry.logical_id: entry.outcome for entry in report.entries}


def test_a_pipeline_lands_in_the_backend_with_its_references_resolved() -> None:
    definition = {"Fn::Join": ["", ['{"Version":"2020-12-01","Steps":[],"Metadata":{"Bucket":"', {"Ref": "Bucket"}, '"}}']]}
    deploy(
        {
            "Bucket": resource("AWS::S3::Bucket", BucketName="data"),
            "Pipeline": resource(
                "AWS::SageMaker::Pipeline", PipelineName="risk", RoleArn=ROLE, PipelineDefinition={"PipelineDefinitionBody": definition}
            ),
        }
    )
    deployed = client("sagemaker", REGION).describe_pipeline(PipelineName="risk")
    assert json.loads(deployed["PipelineDefinition"])["Metadata"] == {"Bucket": "data"}
    assert outcomes() == {"Bucket": Outcome.CREATED, "Pipeline": Outcome.EMULATED}


def test_fails_for_a_pipeline_whose_definition_is_no_json() -> None:
    pipeline = resource("AWS::SageMaker::Pipeline", RoleArn=ROLE, PipelineDefinition={"PipelineDefinitionBody": "{"})
    with pytest.raises(ClientError, match=r"Stack/Pipeline \(AWS::SageMaker::Pipeline\): the definition is no JSON"):
        deploy({"Pipeline": pipeline})
    assert len(report.failures) == 1


def test_fails_for_a_property_that_the_api_does_not_know() -> None:
    alarm = resource("AWS::CloudWatch::Alarm", ComparisonOperator="LessThanThreshold", EvaluationPeriods=1, Treshold=1)
    with pytest.raises(ClientError, match="Treshold"):
        deploy({"Alarm": alarm})


def test_a_key_keeps_its_tags_and_its_policy() -> None:
    policy = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*"}]}
    key = resource("AWS::KMS::Key", KeyPolicy=policy, EnableKeyRotation=True, Tags=[{"Key": "zone", "Value": "raw"}])
    key_id = deploy({"Key": key}, {"Id": {"Ref": "Key"}})["Id"]
    kms = client("kms", REGION)
    assert kms.list_resource_tags(KeyId=key_id)["Tags"] == [{"TagKey": "zone", "TagValue": "raw"}]
    assert json.loads(kms.get_key_policy(KeyId=key_id, PolicyName="default")["Policy"]) == policy


def test_a_bucket_that_denies_plain_http_takes_uploads() -> None:
    document = {
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": "arn:aws:s3:::data/*",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ]
    }
    deploy(
        {
            "Bucket": resource("AWS::S3::Bucket", BucketName="data"),
            "Policy": resource("AWS::S3::BucketPolicy", Bucket={"Ref": "Bucket"}, PolicyDocument=document),
        }
    )
    s3 = client("s3", REGION)
    s3.put_object(Bucket="data", Key="admissions.csv", Body=b"a,b")
    assert json.loads(s3.get_bucket_policy(Bucket="data")["Policy"]) == document


def test_endpoints_of_a_vpc_go_with_their_stack() -> None:
    outputs = deploy(
        {
            "Vpc": resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16"),
            "Subnet": resource("AWS::EC2::Subnet", VpcId={"Ref": "Vpc"}, CidrBlock="10.0.0.0/24"),
            "Table": resource("AWS::EC2::RouteTable", VpcId={"Ref": "Vpc"}),
            "Association": resource("AWS::EC2::SubnetRouteTableAssociation", SubnetId={"Ref": "Subnet"}, RouteTableId={"Ref": "Table"}),
            "Gateway": resource("AWS::EC2::VPCEndpoint", VpcId={"Ref": "Vpc"}, ServiceName=f"com.amazonaws.{REGION}.s3"),
            "Interface": resource(
                "AWS::EC2::VPCEndpoint",
                VpcId={"Ref": "Vpc"},
                ServiceName=f"com.amazonaws.{REGION}.sts",
                VpcEndpointType="Interface",
                SubnetIds=[{"Ref": "Subnet"}],
            ),
        },
        {"Vpc": {"Ref": "Vpc"}, "Interface": {"Ref": "Interface"}},
    )
    assert exists("AWS::EC2::VPCEndpoint", outputs["Interface"], REGION)
    destroy()
    assert not report.failures
    assert not exists("AWS::EC2::VPCEndpoint", outputs["Interface"], REGION)
    assert not exists("AWS::EC2::VPC", outputs["Vpc"], REGION)


def test_what_is_retained_stays_and_the_rest_goes() -> None:
    deploy(
        {
            "Data": resource("AWS::S3::Bucket", "Retain", BucketName="data"),
            "Other": resource("AWS::S3::Bucket", "RetainExceptOnCreate", BucketName="other"),
            "Scratch": resource("AWS::S3::Bucket", BucketName="scratch"),
        },
        {"Scratch": {"Ref": "Scratch"}},
    )
    stack_id = client("cloudformation", REGION).describe_stacks(StackName="Stack")["Stacks"][0]["StackId"]
    destroy()
    # the CLI asks for the outputs of a stack that has gone
    client("cloudformation", REGION).describe_stacks(StackName=stack_id)
    there = {name: exists("AWS::S3::Bucket", name, REGION) for name in ("data", "other", "scratch")}
    assert there == {"data": True, "other": True, "scratch": False}
    assert {entry.physical_id for entry in report.entries if entry.retained} == {"data", "other"}


def test_fails_for_a_retained_name_that_is_taken_on_the_second_deploy() -> None:
    resources = {"Log": resource("AWS::Logs::LogGroup", "Retain", LogGroupName="/named")}
    deploy(resources)
    destroy()
    with pytest.raises(ClientError, match="already exists"):
        deploy(resources)


def test_fails_to_enable_macie_twice() -> None:
    deploy({"Session": resource("AWS::Macie::Session", "Retain", Status="ENABLED")})
    destroy()
    with pytest.raises(ClientError, match="already been enabled"):
        deploy({"Session": resource("AWS::Macie::Session", Status="ENABLED")})


def test_a_custom_resource_is_answered_and_said_to_be_emulated() -> None:
    job = resource("Custom::MacieJob", ServiceToken=f"arn:aws:sns:{REGION}:{DEFAULT_ACCOUNT_ID}:Topic")
    outputs = deploy({"Job": job}, {"JobId": {"Fn::GetAtt": ["Job", "JobId"]}})
    assert outputs == {"JobId": "emulated-JobId"}
    assert outcomes() == {"Job": Outcome.EMULATED}
    assert report.entries[0].note == "its Lambda did not run"


def test_fails_for_a_custom_resource_whose_lambda_does_not_exist() -> None:
    job = resource("Custom::MacieJob", ServiceToken=f"arn:aws:lambda:{REGION}:{DEFAULT_ACCOUNT_ID}:function:none")
    with pytest.raises(ClientError, match="get_function"):
        deploy({"Job": job})


def test_a_type_that_nothing_is_behind_is_skipped_and_its_references_hold() -> None:
    schedule = resource("AWS::SageMaker::MonitoringSchedule", MonitoringScheduleName="hourly")
    outputs = deploy({"Schedule": schedule}, {"Arn": {"Ref": "Schedule"}})
    assert outputs == {"Arn": f"arn:aws:sagemaker:{REGION}:{DEFAULT_ACCOUNT_ID}:monitoring-schedule/hourly"}
    assert outcomes() == {"Schedule": Outcome.SKIPPED}
    assert report.to_json()["types"] == {"AWS::SageMaker::MonitoringSchedule": {"skipped": 1}}


def test_moto_makes_what_it_can_by_itself() -> None:
    # when an update of moto brings a handler, ours is to go
    assert {kind for kind in EMULATED if mends.moto_has_handler(kind)} == {"AWS::Lambda::Version"}
    assert not any(mends.moto_has_handler(kind) for kind in Skipped.ARN_REFERENCES)


@pytest.mark.parametrize("kind", PROBES)
def test_a_probe_says_no_for_what_does_not_exist(kind: str) -> None:
    absent = {
        "AWS::IAM::ManagedPolicy": f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:policy/absent",
        "AWS::SNS::Topic": f"arn:aws:sns:{REGION}:{DEFAULT_ACCOUNT_ID}:absent",
        "AWS::KMS::Key": "0b6ee4d7-3f5c-4f43-8f0c-2f6f8f2d8f0a",
        "AWS::EC2::SecurityGroup": "sg-1a2b3c4d",
    }
    assert exists(kind, absent.get(kind, "absent"), REGION) is False


@pytest.fixture
def launcher() -> Iterator[tuple[subprocess.Popen[str], str]]:
    with subprocess.Popen([sys.executable, LAUNCHER], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:  # noqa: S603
        assert process.stdout
        yield process, json.loads(process.stdout.readline())["url"]
        if process.poll() is None:
            process.kill()


def test_the_launcher_serves_on_loopback_and_ends_with_a_report(launcher: tuple[subprocess.Popen[str], str]) -> None:
    process, url = launcher
    assert url.startswith("http://localhost:")
    with urllib.request.urlopen(f"{url}/regulated-ml/report") as answer:  # noqa: S310
        assert json.load(answer) == {"types": {}, "resources": [], "failures": [], "handlers": sorted(EMULATED)}
    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=10)
    assert json.loads(rest) == {"types": {}, "resources": [], "failures": []}
    assert process.returncode == 0


def test_the_launcher_ends_with_the_process_that_started_it() -> None:
    # the one in the middle starts the launcher, passes its first line on, and goes
    middle = (
        "import subprocess, sys;"
        "process = subprocess.Popen([sys.executable, sys.argv[1]], stdout=subprocess.PIPE, text=True);"
        "print(process.stdout.readline(), end='')"
    )
    first = subprocess.run([sys.executable, "-c", middle, LAUNCHER], capture_output=True, text=True, check=True).stdout  # noqa: S603
    pid = json.loads(first)["pid"]
    ended = subprocess.run(["tail", f"--pid={pid}", "-f", "/dev/null"], timeout=10, check=False)  # noqa: S603, S607
    assert ended.returncode == 0
