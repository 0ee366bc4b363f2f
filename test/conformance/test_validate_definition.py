"""The validator itself: it accepts what the SageMaker Python SDK renders, and sees each planted error.

`sdk-definition.json` is what sagemaker 2.257.7 rendered for a pipeline with every step type it has.
"""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from validate_definition import FIELDS, definition_errors, request_errors

SDK = json.loads((HERE / "sdk-definition.json").read_text())

SERVERLESS = {
    "Name": "Spark",
    "Type": "EMRServerless",
    "Arguments": {
        "ApplicationId": "00abcdefgh123456",
        "ExecutionRoleArn": "arn:aws:iam::123456789012:role/Spark",
        "JobConfig": {
            "applicationId": "00abcdefgh123456",
            "executionRoleArn": "arn:aws:iam::123456789012:role/Spark",
            "jobDriver": {"sparkSubmit": {"entryPoint": "s3://bucket-x/main.py", "entryPointArguments": ["--x"]}},
        },
    },
}


@pytest.fixture
def definition() -> dict:
    whole = copy.deepcopy(SDK)
    whole["Steps"].append(copy.deepcopy(SERVERLESS))
    return whole


def step(definition: dict, name: str) -> dict:
    branches = [s for s in definition["Steps"] if s["Type"] == "Condition"]
    inner = [s for c in branches for branch in ("IfSteps", "ElseSteps") for s in c["Arguments"][branch]]
    return next(s for s in definition["Steps"] + inner if s["Name"] == name)


def test_what_the_sdk_renders_is_accepted(definition: dict) -> None:
    assert definition_errors(definition) == []


def test_the_sdk_definition_has_every_step_type(definition: dict) -> None:
    types = {s["Type"] for s in definition["Steps"]} | {"RegisterModel", "Fail"}
    assert types == set(FIELDS)


def put(path: str, value: object) -> Callable[[dict], None]:
    """Sets a value below a step; `None` takes the key out."""

    def change(target: dict) -> None:
        *parents, last = path.split(".")
        for key in parents:
            target = target[int(key) if key.isdigit() else key]
        if value is None:
            del target[last]
        else:
            target[int(last) if last.isdigit() else last] = value

    return change


PLANTED = [
    ("Clean", put("Arguments.RoleArn", None), "Arguments.RoleArn", "is missing"),
    ("Clean", put("Arguments.RoleArn", "role"), "Arguments.RoleArn", "has 4 characters"),
    ("Clean", put("Arguments.RoleArn", "no-arn-of-a-role-at-all"), "Arguments.RoleArn", "does not match"),
    ("Clean", put("Arguments.Colour", "red"), "Arguments.Colour", "is unknown"),
    ("Clean", put("Arguments.AppSpecification.ImageUri", 7), "ImageUri", "is no string"),
    (
        "Clean",
        put("Arguments.ProcessingResources.ClusterConfig.InstanceType", "ml.m5.tiny"),
        "InstanceType",
        "is none of",
    ),
    ("Clean", put("Arguments.ProcessingResources.ClusterConfig.InstanceCount", 101), "InstanceCount", "1 to 100"),
    ("Clean", put("Arguments.ProcessingResources.ClusterConfig.InstanceCount", "1"), "InstanceCount", "is no integer"),
    ("Clean", put("Arguments.ProcessingResources.ClusterConfig.InstanceCount", True), "InstanceCount", "is no integer"),
    ("Clean", put("Arguments.NetworkConfig.EnableNetworkIsolation", "true"), "EnableNetworkIsolation", "is no boolean"),
    ("Clean", put("Arguments.NetworkConfig.VpcConfig.Subnets", []), "Subnets", "has 0 items"),
    ("Clean", put("Arguments.NetworkConfig.VpcConfig.Subnets", "subnet-1"), "Subnets", "is no list"),
    (
        "Clean",
        put("Arguments.NetworkConfig", {"Get": "Parameters.Input"}),
        "NetworkConfig",
        "cannot stand for a structure",
    ),
    ("Clean", put("Arguments.Environment", {"A": 1}), "Environment['A']", "is no string"),
    ("Clean", put("Arguments.Environment", {"A-B": "x"}), "Environment['A-B']", "does not match"),
    (
        "Clean",
        put("Arguments.StoppingCondition.MaxRuntimeInSeconds", 999_999_999),
        "MaxRuntimeInSeconds",
        "out of range",
    ),
    ("Clean", put("PropertyFiles.0.OutputName", "other"), "PropertyFiles[0].OutputName", "none of the outputs"),
    ("Clean", put("Name", "a b"), "Name", "1 to 64"),
    ("Clean", put("Type", "Process"), "Type", "is none of"),
    ("Clean", put("FailOnViolation", True), "FailOnViolation", "a Processing step has"),
    ("Clean", put("CacheConfig.ExpireAfter", "30 days"), "CacheConfig.ExpireAfter", "ISO 8601"),
    ("Clean", put("RetryPolicies.0.ExceptionType", ["Step.OTHER"]), "ExceptionType", "is none of"),
    ("Clean", put("RetryPolicies.0.ExpireAfterMin", 5), "RetryPolicies[0]", "either MaxAttempts or ExpireAfterMin"),
    ("Clean", put("RetryPolicies.0", ["x"]), "RetryPolicies[0]", "is no retry policy"),
    ("Bias", put("RetryPolicies", []), "RetryPolicies", "is unknown"),
    (
        "Spark",
        put("RetryPolicies", [{"ExceptionType": ["SageMaker.CAPACITY_ERROR"], "MaxAttempts": 2}]),
        "ExceptionType",
        "is none of Step",
    ),
    ("Train", put("DependsOn", ["Nobody"]), "DependsOn", "there is no step 'Nobody'"),
    ("Train", put("Arguments.HyperParameters", {"a": 1}), "HyperParameters['a']", "is no string"),
    ("Train", put("Arguments.OutputDataConfig.S3OutputPath", "/tmp/x"), "S3OutputPath", "does not match"),
    ("Train", put("Arguments.OutputDataConfig.S3OutputPath", {"Get": "Input"}), "S3OutputPath", "begins with"),
    (
        "Train",
        put("Arguments.OutputDataConfig.S3OutputPath", {"Get": "Parameters.None"}),
        "S3OutputPath",
        "no parameter",
    ),
    ("Train", put("Arguments.OutputDataConfig.S3OutputPath", {"Get": "Execution.Id"}), "S3OutputPath", "is none of"),
    ("Train", put("Arguments.OutputDataConfig.S3OutputPath", {"Get": "Steps.No.X"}), "S3OutputPath", "no step 'No'"),
    (
        "Train",
        put("Arguments.OutputDataConfig.S3OutputPath", {"Get": "Steps.Clean.Nope"}),
        "S3OutputPath",
        "has no property",
    ),
    (
        "Train",
        put("Arguments.OutputDataConfig.S3OutputPath", {"Std:Join": {"Values": ["a"]}}),
        "S3OutputPath",
        "exactly On",
    ),
    (
        "Train",
        put("Arguments.OutputDataConfig.S3OutputPath", {"Fn::Join": ["", ["a"]]}),
        "S3OutputPath",
        "is no string",
    ),
    ("Tune", put("Arguments.HyperParameterTuningJobConfig.Strategy", "Guess"), "Strategy", "is none of"),
    (
        "Tune",
        put("Arguments.HyperParameterTuningJobConfig.ResourceLimits.MaxNumberOfTrainingJobs", 0),
        "MaxNumber",
        "at least 1",
    ),
    ("Transform", put("Arguments.TransformOutput", None), "TransformOutput", "is missing"),
    ("Transform", put("Arguments.TransformResources.InstanceType", "ml.t3.medium"), "InstanceType", "is none of"),
    ("Create-CreateModel", put("Arguments.PrimaryContainer.Image", "a b"), "Image", "does not match"),
    ("Create-CreateModel", put("CacheConfig", {"Enabled": True}), "CacheConfig", "is unknown"),
    ("Register-RegisterModel", put("Arguments.ModelApprovalStatus", "Fine"), "ModelApprovalStatus", "is none of"),
    ("Register-RegisterModel", put("Arguments.CertifyForMarketplace", False), "CertifyForMarketplace", "is refused"),
    ("Auto", put("Arguments.AutoMLJobConfig.Mode", "AUTO"), "Mode", "not ENSEMBLING"),
    ("Auto", put("Arguments.ModelDeployConfig", {}), "ModelDeployConfig", "is refused"),
    ("Auto", put("Arguments.AutoMLProblemTypeConfig", {}), "AutoMLProblemTypeConfig", "is unknown"),
    ("Quality", put("CheckType", "DATA_BIAS"), "CheckType", "is none of"),
    ("Quality", put("SkipCheck", "no"), "SkipCheck", "is no boolean"),
    ("Bias", put("CheckType", "MODEL_BIAS"), "ModelName", "is missing"),
    ("Emr", put("Arguments.ClusterConfig", {}), "Arguments", "either ClusterId or ClusterConfig"),
    ("Emr", put("Arguments.StepConfig.HadoopJarStep.Jar", None), "HadoopJarStep.Jar", "is missing"),
    ("Emr2", put("Arguments.ClusterConfig.Steps", []), "ClusterConfig.Steps", "is refused"),
    ("Spark", put("Arguments.JobConfig.jobDriver.hive", {"query": "q"}), "jobDriver", "takes exactly one of"),
    ("Spark", put("Arguments.JobConfig.tag", "x"), "JobConfig.tag", "is unknown"),
    ("Spark", put("Arguments.ExecutionRoleArn", None), "ExecutionRoleArn", "is missing"),
    ("Call", put("FunctionArn", "f"), "FunctionArn", "does not match"),
    ("Call", put("OutputParameters.0.OutputType", "Text"), "OutputType", "is none of"),
    ("Wait", put("SqsQueueUrl", None), "SqsQueueUrl", "is no string"),
    ("Wait", put("Arguments.a", {"Get": "Steps.Call.OutputParameters['p']"}), "Arguments.a", "has no property"),
    ("Cond", put("Arguments.Conditions.0.RightValue", "0.5"), "RightValue", "neither a number"),
    ("Cond", put("Arguments.Conditions.0.LeftValue.Std:JsonGet.Path", ""), "Path", "is empty"),
    (
        "Cond",
        put("Arguments.Conditions.0.LeftValue.Std:JsonGet.PropertyFile.Get", "Steps.Clean.PropertyFiles.No"),
        "PropertyFile",
        "no property",
    ),
    ("Cond", put("Arguments.Conditions.1.Expression", {}), "Conditions[1]", "has Type, Condition"),
    ("Fail", put("Arguments.ErrorMessage", 1), "ErrorMessage", "is no string"),
]


@pytest.mark.parametrize(("name", "plant", "path", "message"), PLANTED, ids=[f"{p[0]} {p[2]} {p[3]}" for p in PLANTED])
def test_fails_for_a_planted_error(
    definition: dict, name: str, plant: Callable[[dict], None], path: str, message: str
) -> None:
    plant(step(definition, name))
    found = definition_errors(definition)
    assert any(path in error["path"] and message in error["message"] for error in found), found


def test_fails_for_a_name_given_twice(definition: dict) -> None:
    definition["Steps"].append(copy.deepcopy(SERVERLESS))
    assert {"step": None, "path": "Steps", "message": "the name 'Spark' is given twice"} in definition_errors(
        definition
    )


def test_fails_for_a_parameter_of_another_type(definition: dict) -> None:
    definition["Parameters"][1]["DefaultValue"] = "1"
    assert [error["path"] for error in definition_errors(definition)] == ["Parameters[1].DefaultValue"]


def test_values_of_cloudformation_are_not_judged(definition: dict) -> None:
    step(definition, "Clean")["Arguments"]["RoleArn"] = '${{"Fn::GetAtt":["Role","Arn"]}}'
    step(definition, "Clean")["Arguments"]["NetworkConfig"]["VpcConfig"]["Subnets"] = '${{"Ref":"Subnets"}}'
    assert definition_errors(definition) == []


def test_plain_requests_are_judged_too() -> None:
    request = {"EndpointConfigName": "c", "ProductionVariants": [{"VariantName": "v", "InitialInstanceCount": 0}]}
    found = request_errors([{"service": "sagemaker", "operation": "CreateEndpointConfig", "parameters": request}])
    assert [error["path"] for error in found] == ["CreateEndpointConfig.ProductionVariants[0].InitialInstanceCount"]


def test_it_reads_standard_input_and_writes_json() -> None:
    program = HERE / "validate_definition.py"
    done = subprocess.run([sys.executable, program], input='{"Steps": []}', capture_output=True, text=True, check=True)
    assert [error["path"] for error in json.loads(done.stdout)] == ["Version", "Steps"]
