"""Runs a state machine (stdin) on moto's engine for an approved package, and prints how it ended.

moto's SageMaker is asked for real. What its engine cannot do is replaced: its own API, Application Auto Scaling (it
looks for clients under other names) and objects as bodies of S3.
"""

import json
import sys
import time

import boto3
from moto import mock_aws

REGION = "eu-central-1"
ENDED = {"ExecutionSucceeded": "SUCCEEDED", "ExecutionFailed": "FAILED"}


def runnable(states: dict) -> dict:
    for name, state in states.items():
        resource = state.get("Resource", "")
        if ":sfn:" in resource:
            state = {"Type": "Pass", "Result": {"Executions": []}, "ResultPath": "$.running", "Next": state["Next"]}
        elif ":applicationautoscaling:" in resource:
            state = {"Type": "Pass", "Next": state["Next"]}
        elif ":s3:" in resource:
            state["Parameters"]["Body"] = "{}"
        if state["Type"] == "Wait":
            state["Seconds"] = 0
        states[name] = state
    return states


def outcome(states, execution: str) -> dict:
    """From the history: moto cannot describe an execution that has ended well."""
    for _ in range(600):
        events = states.get_execution_history(executionArn=execution, maxResults=1000)["events"]
        if events and events[-1]["type"] in ENDED:
            break
        time.sleep(0.1)
    return {
        "status": ENDED.get(events[-1]["type"]),
        "cause": events[-1].get("executionFailedEventDetails", {}).get("cause"),
        "path": [e["stateEnteredEventDetails"]["name"] for e in events if "stateEnteredEventDetails" in e],
    }


def main() -> None:
    definition = json.load(sys.stdin)
    definition["States"] = runnable(definition["States"])
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        sagemaker, states, s3 = (boto3.client(service, REGION) for service in ("sagemaker", "stepfunctions", "s3"))
        s3.create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": REGION})
        sagemaker.create_model_package_group(ModelPackageGroupName="heart")
        package = sagemaker.create_model_package(
            ModelPackageGroupName="heart",
            ModelApprovalStatus="Approved",
            InferenceSpecification={
                "Containers": [{"Image": "i", "ModelDataUrl": "s3://b/m"}],
                "SupportedContentTypes": ["text/csv"],
                "SupportedResponseMIMETypes": ["text/csv"],
            },
        )["ModelPackageArn"]
        machine = states.create_state_machine(
            name="rollout", definition=json.dumps(definition), roleArn="arn:aws:iam::123456789012:role/r"
        )["stateMachineArn"]
        results = []
        for name in ("first", "again"):
            execution = states.start_execution(
                stateMachineArn=machine, name=name, input=json.dumps({"detail": {"ModelPackageArn": package}})
            )["executionArn"]
            results.append(outcome(states, execution))
        endpoint = sagemaker.list_endpoints()["Endpoints"][0]
        print(json.dumps({"results": results, "status": endpoint["EndpointStatus"], "models": len(sagemaker.list_models()["Models"])}))


main()
