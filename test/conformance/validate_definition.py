"""Validates a SageMaker pipeline definition: each step's arguments against the API behind the step.

Reads a definition as JSON from standard input, CloudFormation's values replaced by strings with `${…}`, and writes the
list of errors as JSON: `[{"step": …, "path": …, "message": …}]`. With `{"definitions": […]}` it writes a list for each,
and with `{"requests": [{"service": …, "operation": …, "parameters": {…}}]}` it validates plain API requests; `step` is
the operation then.

What the shapes do not say is from the SageMaker Python SDK 3.27 (sagemaker.mlops.workflow) and the developer guide's
"Define a pipeline".
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

import shapes
from shapes import Problem, is_sentinel, is_variable, problems, request_shape, service

# Which steps are retried: the developer guide's "Retry Policy for Pipeline Steps", and the SDK for EMR Serverless.
COMMON = {"Name", "Type", "DisplayName", "Description", "DependsOn", "Arguments"}
RETRY, CACHE = {"RetryPolicies"}, {"CacheConfig"}
CHECK = {
    "CheckType",
    "ModelPackageGroupName",
    "SkipCheck",
    "FailOnViolation",
    "RegisterNewBaseline",
    "SuppliedBaselineConstraints",
}

FIELDS = {
    "Processing": RETRY | CACHE | {"PropertyFiles"},
    "Training": RETRY | CACHE,
    "Tuning": RETRY | CACHE,
    "Transform": RETRY | CACHE,
    "Model": RETRY,
    "RegisterModel": RETRY,
    "AutoML": RETRY | CACHE,
    "ClarifyCheck": CACHE | CHECK | {"ModelName"},
    "QualityCheck": CACHE | CHECK | {"SuppliedBaselineStatistics"},
    "EMR": CACHE,
    "EMRServerless": RETRY | CACHE,
    "Lambda": CACHE | {"FunctionArn", "OutputParameters"},
    "Callback": CACHE | {"SqsQueueUrl", "OutputParameters"},
    "Condition": set(),
    "Fail": set(),
}

# Step type: operation, what the pipeline fills in, what it refuses.
REFUSED = "is refused by the pipeline service"
JOBS: dict[str, tuple[str, str, dict[str, str]]] = {
    "Processing": ("CreateProcessingJob", "ProcessingJobName", {}),
    "ClarifyCheck": ("CreateProcessingJob", "ProcessingJobName", {}),
    "QualityCheck": ("CreateProcessingJob", "ProcessingJobName", {}),
    "Training": ("CreateTrainingJob", "TrainingJobName", {}),
    "Tuning": ("CreateHyperParameterTuningJob", "HyperParameterTuningJobName", {}),
    "Transform": ("CreateTransformJob", "TransformJobName", {}),
    "Model": ("CreateModel", "ModelName", {}),
    "RegisterModel": (
        "CreateModelPackage",
        "ModelPackageName",
        {"CertifyForMarketplace": REFUSED, "ModelPackageName": f"{REFUSED}: a group's versions have no name"},
    ),
    # Not CreateAutoMLJobV2: the SDK renders, and the published schema knows, the first version only.
    "AutoML": (
        "CreateAutoMLJob",
        "AutoMLJobName",
        {"ModelDeployConfig": REFUSED, "GenerateCandidateDefinitionsOnly": REFUSED},
    ),
}

DESCRIBE = {
    "Processing": ["DescribeProcessingJob"],
    "Training": ["DescribeTrainingJob"],
    "Tuning": ["DescribeHyperParameterTuningJob", "ListTrainingJobsForHyperParameterTuningJob"],
    "Transform": ["DescribeTransformJob"],
    "Model": ["DescribeModel"],
    "RegisterModel": ["DescribeModelPackage"],
    "AutoML": ["DescribeAutoMLJob"],
}
OWN_PROPERTIES = {
    "AutoML": {
        "BestCandidateProperties.ModelInsightsJsonReportPath",
        "BestCandidateProperties.ExplainabilityJsonReportPath",
    },
    "ClarifyCheck": {"CalculatedBaselineConstraints", "BaselineUsedForDriftCheckConstraints"},
    "QualityCheck": {
        "CalculatedBaselineConstraints",
        "CalculatedBaselineStatistics",
        "BaselineUsedForDriftCheckConstraints",
        "BaselineUsedForDriftCheckStatistics",
    },
    "Condition": {"Outcome"},
    "EMR": {"ClusterId", "ExecutionRoleArn"},
}
EXECUTION = {
    "StartDateTime",
    "CurrentDateTime",
    "PipelineName",
    "PipelineArn",
    "PipelineExecutionId",
    "PipelineExecutionArn",
    "TrainingJobName",
    "ProcessingJobName",
}

CHECK_TYPES = {
    "ClarifyCheck": {"DATA_BIAS", "MODEL_BIAS", "MODEL_EXPLAINABILITY"},
    "QualityCheck": {"DATA_QUALITY", "MODEL_QUALITY"},
}
EXCEPTIONS = {
    "Step.SERVICE_FAULT",
    "Step.THROTTLING",
    "SageMaker.JOB_INTERNAL_ERROR",
    "SageMaker.CAPACITY_ERROR",
    "SageMaker.RESOURCE_LIMIT",
    "Emr.RESOURCE_LIMIT",
}
COMPARISONS = {"Equals", "GreaterThan", "GreaterThanOrEqualTo", "LessThan", "LessThanOrEqualTo"}
NAME = re.compile(r"[A-Za-z0-9\-_]{1,64}")
DURATION = re.compile(r"P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?")


def definition_errors(definition: dict) -> list[dict]:
    """All errors of a definition."""
    errors: list[dict] = []
    steps = list(_steps(definition.get("Steps", []), "Steps"))
    by_name = {step.get("Name"): step for step, _ in steps}
    parameters = {parameter.get("Name") for parameter in definition.get("Parameters", [])}

    def report(step: str | None, found: Iterator[Problem]) -> None:
        errors.extend({"step": step, "path": path, "message": message} for path, message in found)

    report(None, _top(definition, [step.get("Name") for step, _ in steps]))
    for step, path in steps:
        report(step.get("Name"), _step(step, path))
        report(step.get("Name"), _references(step, path, by_name, parameters))
    return errors


def request_errors(requests: list[dict]) -> list[dict]:
    """All errors of plain requests."""
    return [
        {"step": request["operation"], "path": path, "message": message}
        for request in requests
        for path, message in problems(
            request["parameters"], request_shape(request["service"], request["operation"]), request["operation"]
        )
    ]


def _steps(steps: list[dict], path: str) -> Iterator[tuple[dict, str]]:
    for index, step in enumerate(steps):
        here = f"{path}[{index}]"
        yield step, here
        if step.get("Type") == "Condition":
            for branch in ("IfSteps", "ElseSteps"):
                yield from _steps(step.get("Arguments", {}).get(branch) or [], f"{here}.Arguments.{branch}")


def _top(definition: dict, names: list) -> Iterator[Problem]:
    known = {"Version", "Metadata", "Parameters", "PipelineExperimentConfig", "Steps"}
    yield from (
        (key, f"is unknown: a definition has {', '.join(sorted(known))}") for key in definition if key not in known
    )
    if definition.get("Version") != "2020-12-01":
        yield "Version", f"{definition.get('Version')!r} is not '2020-12-01'"
    if not names:
        yield "Steps", "has no steps"
    yield from (
        ("Steps", f"the name {name!r} is given twice")
        for name in sorted({n for n in names if names.count(n) > 1}, key=str)
    )
    experiment = definition.get("PipelineExperimentConfig")
    if experiment is not None and (
        not isinstance(experiment, dict) or not set(experiment) <= {"ExperimentName", "TrialName"}
    ):
        yield "PipelineExperimentConfig", "has ExperimentName and TrialName"
    for index, parameter in enumerate(definition.get("Parameters", [])):
        yield from _parameter(parameter, f"Parameters[{index}]")


def _parameter(parameter: dict, path: str) -> Iterator[Problem]:
    types = {"String": str, "Integer": int, "Float": (int, float), "Boolean": bool}
    yield from (
        (f"{path}.{key}", "is unknown")
        for key in parameter
        if key not in {"Name", "Type", "DefaultValue", "EnumValues"}
    )
    if not re.fullmatch(r"[A-Za-z0-9\-_]{1,64}", str(parameter.get("Name"))):
        yield f"{path}.Name", f"{parameter.get('Name')!r} is no name"
    kind = types.get(parameter.get("Type", ""))
    if kind is None:
        yield f"{path}.Type", f"{parameter.get('Type')!r} is none of {', '.join(types)}"
        return
    values = [("DefaultValue", parameter["DefaultValue"])] if "DefaultValue" in parameter else []
    values += [(f"EnumValues[{i}]", value) for i, value in enumerate(parameter.get("EnumValues", []))]
    for where, value in values:
        if not isinstance(value, kind) or kind is not bool and isinstance(value, bool):
            yield f"{path}.{where}", f"{value!r} is no {parameter['Type']}"


def _step(step: dict, path: str) -> Iterator[Problem]:
    kind = step.get("Type")
    if kind not in FIELDS:
        yield f"{path}.Type", f"{kind!r} is none of {', '.join(FIELDS)}"
        return
    allowed = COMMON | FIELDS[kind]
    yield from (
        (f"{path}.{key}", f"is unknown: a {kind} step has {', '.join(sorted(allowed))}")
        for key in step
        if key not in allowed
    )
    if not NAME.fullmatch(str(step.get("Name"))):
        yield f"{path}.Name", f"{step.get('Name')!r} is not 1 to 64 letters, digits, '-' or '_'"
    for key in ("DisplayName", "Description"):
        if key in step and not isinstance(step[key], str):
            yield f"{path}.{key}", f"{step[key]!r} is no string"
    if "DependsOn" in step and not (
        isinstance(step["DependsOn"], list) and all(isinstance(name, str) for name in step["DependsOn"])
    ):
        yield f"{path}.DependsOn", "is no list of names"
    exceptions = {name for name in EXCEPTIONS if kind != "EMRServerless" or name.startswith("Step.")}
    yield from _retries(step.get("RetryPolicies", []), exceptions, f"{path}.RetryPolicies")
    yield from _cache(step.get("CacheConfig"), f"{path}.CacheConfig")

    arguments, here = step.get("Arguments"), f"{path}.Arguments"
    if kind not in ("Lambda", "Callback") and not isinstance(arguments, dict):
        yield here, "is missing"
        return
    if kind in JOBS:
        operation, name, refused = JOBS[kind]
        yield from problems(
            arguments, request_shape("sagemaker", operation), here, filled=frozenset({name}), forbidden=refused
        )
    yield from {
        "Processing": _processing,
        "AutoML": _auto_ml,
        "ClarifyCheck": _check,
        "QualityCheck": _check,
        "EMR": _emr,
        "EMRServerless": _emr_serverless,
        "Lambda": _message,
        "Callback": _message,
        "Condition": _condition_step,
        "Fail": _fail,
    }.get(kind, _nothing)(step, path)


def _nothing(_step: dict, _path: str) -> Iterator[Problem]:
    return iter(())


def _processing(step: dict, path: str) -> Iterator[Problem]:
    config = step["Arguments"].get("ProcessingOutputConfig", {})
    outputs = {output.get("OutputName") for output in config.get("Outputs", []) if isinstance(output, dict)}
    for index, file in enumerate(step.get("PropertyFiles", [])):
        here = f"{path}.PropertyFiles[{index}]"
        if set(file) != {"PropertyFileName", "OutputName", "FilePath"}:
            yield here, "has exactly PropertyFileName, OutputName and FilePath"
        elif file["OutputName"] not in outputs:
            yield f"{here}.OutputName", f"{file['OutputName']!r} is none of the outputs {sorted(map(str, outputs))}"


def _auto_ml(step: dict, path: str) -> Iterator[Problem]:
    mode = step["Arguments"].get("AutoMLJobConfig", {}).get("Mode")
    if mode != "ENSEMBLING" and not is_variable(mode):
        yield f"{path}.Arguments.AutoMLJobConfig.Mode", f"{mode!r} is not ENSEMBLING, the only mode that pipelines run"


def _check(step: dict, path: str) -> Iterator[Problem]:
    kinds = CHECK_TYPES[step["Type"]]
    if step.get("CheckType") not in kinds:
        yield f"{path}.CheckType", f"{step.get('CheckType')!r} is none of {', '.join(sorted(kinds))}"
    for key in ("SkipCheck", "FailOnViolation", "RegisterNewBaseline"):
        if key in step and not isinstance(step[key], bool) and not is_variable(step[key]):
            yield f"{path}.{key}", f"{step[key]!r} is no boolean"
    for key in ("ModelPackageGroupName", "SuppliedBaselineConstraints", "SuppliedBaselineStatistics", "ModelName"):
        # The SDK writes null for a baseline that is not supplied.
        if step.get(key) is not None and not isinstance(step[key], str) and not is_variable(step[key]):
            yield f"{path}.{key}", f"{step[key]!r} is no string"
    if step.get("CheckType") in ("MODEL_BIAS", "MODEL_EXPLAINABILITY") and "ModelName" not in step:
        yield f"{path}.ModelName", f"is missing: {step['CheckType']} asks the model for predictions"


def _emr(step: dict, path: str) -> Iterator[Problem]:
    arguments, here = step["Arguments"], f"{path}.Arguments"
    allowed = {"ClusterId", "ClusterConfig", "ExecutionRoleArn", "StepConfig"}
    yield from (
        (f"{here}.{key}", f"is unknown: an EMR step takes {', '.join(sorted(allowed))}")
        for key in arguments
        if key not in allowed
    )
    if ("ClusterId" in arguments) == ("ClusterConfig" in arguments):
        yield here, "takes either ClusterId or ClusterConfig"
    if "ExecutionRoleArn" in arguments and "ClusterId" not in arguments:
        yield f"{here}.ExecutionRoleArn", "is for a running cluster, named by ClusterId"
    if "ClusterId" in arguments:
        shape = request_shape("emr", "AddJobFlowSteps")
        yield from problems(arguments["ClusterId"], shape.members["JobFlowId"], f"{here}.ClusterId")
        if "ExecutionRoleArn" in arguments:
            yield from problems(
                arguments["ExecutionRoleArn"], shape.members["ExecutionRoleArn"], f"{here}.ExecutionRoleArn"
            )
    if "StepConfig" not in arguments:
        yield f"{here}.StepConfig", "is missing"
    else:
        yield from problems(
            arguments["StepConfig"],
            service("emr").shape_for("StepConfig"),
            f"{here}.StepConfig",
            filled=frozenset({"Name"}),
        )
    if "ClusterConfig" in arguments:
        refused = dict.fromkeys(("Name", "Steps", "AutoTerminationPolicy"), REFUSED)
        config, where = arguments["ClusterConfig"], f"{here}.ClusterConfig"
        yield from problems(
            config, request_shape("emr", "RunJobFlow"), where, filled=frozenset({"Name"}), forbidden=refused
        )
        instances = config.get("Instances", {})
        for key in ("KeepJobFlowAliveWhenNoSteps", "TerminationProtected"):
            if key in instances:
                yield f"{where}.Instances.{key}", REFUSED
        if ("InstanceGroups" in instances) == ("InstanceFleets" in instances):
            yield f"{where}.Instances", "takes either InstanceGroups or InstanceFleets"


def _emr_serverless(step: dict, path: str) -> Iterator[Problem]:
    arguments, here = step["Arguments"], f"{path}.Arguments"
    allowed = {"ApplicationId", "ApplicationConfig", "ExecutionRoleArn", "JobConfig"}
    yield from (
        (f"{here}.{key}", f"is unknown: an EMRServerless step takes {', '.join(sorted(allowed))}")
        for key in arguments
        if key not in allowed
    )
    if ("ApplicationId" in arguments) == ("ApplicationConfig" in arguments):
        yield here, "takes either ApplicationId or ApplicationConfig"
    for key in ("ExecutionRoleArn", "JobConfig"):
        if key not in arguments:
            yield f"{here}.{key}", "is missing"
    start = request_shape("emr-serverless", "StartJobRun")
    if "ExecutionRoleArn" in arguments:
        yield from problems(
            arguments["ExecutionRoleArn"], start.members["executionRoleArn"], f"{here}.ExecutionRoleArn"
        )
    if "ApplicationId" in arguments:
        yield from problems(arguments["ApplicationId"], start.members["applicationId"], f"{here}.ApplicationId")
    # The application of a job whose application the step creates is not known yet.
    filled = {"clientToken"} if "ApplicationId" in arguments else {"clientToken", "applicationId"}
    if "JobConfig" in arguments:
        yield from problems(arguments["JobConfig"], start, f"{here}.JobConfig", filled=frozenset(filled))
    if "ApplicationConfig" in arguments:
        create = request_shape("emr-serverless", "CreateApplication")
        yield from problems(
            arguments["ApplicationConfig"], create, f"{here}.ApplicationConfig", filled=frozenset({"clientToken"})
        )


def _message(step: dict, path: str) -> Iterator[Problem]:
    target = "FunctionArn" if step["Type"] == "Lambda" else "SqsQueueUrl"
    value = step.get(target)
    if not isinstance(value, str):
        yield f"{path}.{target}", f"{value!r} is no string"
    elif not is_sentinel(value):
        pattern = (
            r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9-_]+(:.+)?"
            if target == "FunctionArn"
            else r"https://sqs\..+/\d{12}/.+"
        )
        if not re.fullmatch(pattern, value):
            yield f"{path}.{target}", f"{value!r} does not match {pattern}"
    for key, argument in (step.get("Arguments") or {}).items():
        here = f"{path}.Arguments[{key!r}]"
        if is_variable(argument):
            yield from shapes.variable_problems(argument, here)
        elif not isinstance(argument, (str, int, float, dict, list)):
            yield here, f"{argument!r} is no value"
    names = []
    for index, output in enumerate(step.get("OutputParameters", [])):
        here = f"{path}.OutputParameters[{index}]"
        if set(output) != {"OutputName", "OutputType"}:
            yield here, "has exactly OutputName and OutputType"
        elif output["OutputType"] not in ("String", "Integer", "Boolean", "Float"):
            yield f"{here}.OutputType", f"{output['OutputType']!r} is none of String, Integer, Boolean, Float"
        names.append(output.get("OutputName"))
    if len(names) != len(set(names)):
        yield f"{path}.OutputParameters", "names an output twice"


def _condition_step(step: dict, path: str) -> Iterator[Problem]:
    arguments, here = step["Arguments"], f"{path}.Arguments"
    allowed = {"Conditions", "IfSteps", "ElseSteps"}
    yield from (
        (f"{here}.{key}", f"is unknown: a Condition step takes {', '.join(sorted(allowed))}")
        for key in arguments
        if key not in allowed
    )
    if not arguments.get("Conditions"):
        yield f"{here}.Conditions", "has no conditions"
    for index, condition in enumerate(arguments.get("Conditions") or []):
        yield from _condition(condition, f"{here}.Conditions[{index}]")
    for branch in ("IfSteps", "ElseSteps"):
        if not isinstance(arguments.get(branch, []), list):
            yield f"{here}.{branch}", "is no list"


def _condition(condition: dict, path: str) -> Iterator[Problem]:
    kind = condition.get("Type")
    members = {"Not": {"Condition"}, "Or": {"Conditions"}, "In": {"QueryValue", "Values"}}.get(
        kind, {"LeftValue", "RightValue"}
    )
    if kind not in COMPARISONS | {"In", "Not", "Or"}:
        yield f"{path}.Type", f"{kind!r} is no condition"
        return
    if set(condition) != members | {"Type"}:
        yield path, f"has {', '.join(sorted(condition))}: a {kind} condition has Type, {', '.join(sorted(members))}"
        return
    if kind == "Not":
        yield from _condition(condition["Condition"], f"{path}.Condition")
    elif kind == "Or":
        for index, inner in enumerate(condition["Conditions"]):
            yield from _condition(inner, f"{path}.Conditions[{index}]")
    else:
        values = (
            [("QueryValue", condition["QueryValue"])]
            if kind == "In"
            else [(side, condition[side]) for side in ("LeftValue", "RightValue")]
        )
        if kind == "In":
            values += [(f"Values[{index}]", value) for index, value in enumerate(condition["Values"])]
        for where, value in values:
            here = f"{path}.{where}"
            if is_variable(value):
                yield from shapes.variable_problems(value, here)
            elif kind in ("Equals", "In"):
                if not isinstance(value, (str, int, float)):
                    yield here, f"{value!r} is neither a scalar nor a pipeline variable"
            elif isinstance(value, bool) or not isinstance(value, (int, float)):
                yield here, f"{value!r} is neither a number nor a pipeline variable"


def _fail(step: dict, path: str) -> Iterator[Problem]:
    arguments, here = step["Arguments"], f"{path}.Arguments"
    message = arguments.get("ErrorMessage")
    if set(arguments) != {"ErrorMessage"}:
        yield here, "has exactly ErrorMessage"
    elif is_variable(message):
        yield from shapes.variable_problems(message, f"{here}.ErrorMessage")
    elif not isinstance(message, str):
        yield f"{here}.ErrorMessage", f"{message!r} is no string"
    if "DependsOn" in step and not step["DependsOn"]:
        yield f"{path}.DependsOn", "is empty: leave it out"


def _retries(policies: list, exceptions: set[str], path: str) -> Iterator[Problem]:
    for index, policy in enumerate(policies):
        here = f"{path}[{index}]"
        if not isinstance(policy, dict):
            yield here, f"{policy!r} is no retry policy"
            continue
        allowed = {"ExceptionType", "IntervalSeconds", "BackoffRate", "MaxAttempts", "ExpireAfterMin"}
        yield from ((f"{here}.{key}", "is unknown") for key in policy if key not in allowed)
        types = policy.get("ExceptionType")
        if not isinstance(types, list) or not types:
            yield f"{here}.ExceptionType", "is no list with exceptions"
        else:
            yield from (
                (f"{here}.ExceptionType", f"{kind!r} is none of {', '.join(sorted(exceptions))}")
                for kind in types
                if kind not in exceptions
            )
        if ("MaxAttempts" in policy) == ("ExpireAfterMin" in policy):
            yield here, "takes either MaxAttempts or ExpireAfterMin"
        for key, low, high in (
            ("MaxAttempts", 1, 20),
            ("ExpireAfterMin", 1, 14400),
            ("IntervalSeconds", 0, None),
            ("BackoffRate", 0, None),
        ):
            value = policy.get(key)
            if value is not None and (
                isinstance(value, bool) or not isinstance(value, (int, float)) or value < low or high and value > high
            ):
                yield f"{here}.{key}", f"{value!r} is out of range: {low} to {high or 'any'}"


def _cache(config: Any, path: str) -> Iterator[Problem]:
    if config is None:
        return
    if (
        not isinstance(config, dict)
        or not set(config) <= {"Enabled", "ExpireAfter"}
        or not isinstance(config.get("Enabled"), bool)
    ):
        yield path, "has Enabled, a boolean, and ExpireAfter"
    elif "ExpireAfter" in config and not DURATION.fullmatch(str(config["ExpireAfter"])):
        yield f"{path}.ExpireAfter", f"{config['ExpireAfter']!r} is no ISO 8601 duration"


def _references(step: dict, path: str, by_name: dict, parameters: set) -> Iterator[Problem]:
    """Variables that name what does not exist."""
    for name in step.get("DependsOn", []):
        if name not in by_name:
            yield f"{path}.DependsOn", f"there is no step {name!r}"
    own = {key: value for key, value in step.items() if key != "Arguments"}
    arguments = dict(step.get("Arguments") or {})
    if step.get("Type") == "Condition":
        arguments = {key: value for key, value in arguments.items() if key not in ("IfSteps", "ElseSteps")}
    for here, reference in _gets({**own, "Arguments": arguments}, path):
        kind, _, rest = reference.partition(".")
        if kind == "Parameters" and rest not in parameters:
            yield here, f"there is no parameter {rest!r}"
        elif kind == "Execution" and rest not in EXECUTION:
            yield here, f"{rest!r} is none of {', '.join(sorted(EXECUTION))}"
        elif kind == "Steps":
            name, _, property_path = rest.partition(".")
            if name not in by_name:
                yield here, f"there is no step {name!r}"
            elif not _has_property(by_name[name], property_path):
                yield here, f"a {by_name[name].get('Type')} step has no property {property_path!r}"


def _gets(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if set(value) == {"Get"} and isinstance(value["Get"], str):
            yield path, value["Get"]
            return
        for key, inner in value.items():
            yield from _gets(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _gets(inner, f"{path}[{index}]")


def _has_property(step: dict, path: str) -> bool:
    kind = step.get("Type")
    if path in OWN_PROPERTIES.get(kind, ()):
        return True
    if file := re.fullmatch(r"PropertyFiles\.(.+)", path):
        return any(declared.get("PropertyFileName") == file[1] for declared in step.get("PropertyFiles", []))
    if output := re.fullmatch(r"OutputParameters\['(.+)'\]", path):
        return any(declared.get("OutputName") == output[1] for declared in step.get("OutputParameters", []))
    if kind == "EMR":
        roots = [service("emr").shape_for("Step")]
    elif kind == "EMRServerless":
        roots = [service("emr-serverless").operation_model("GetJobRun").output_shape]
    else:
        roots = [service("sagemaker").operation_model(operation).output_shape for operation in DESCRIBE.get(kind, [])]
    # Steps[0].Name, Outputs['train'].S3Output and Environment['A'] alike: a name, or an index or key in brackets.
    parts = re.findall(r"[^.\[\]]+|\[(?:'[^']*'|\d+)\]", path)
    return any(_walks(root, parts) for root in roots)


def _walks(shape: Any, parts: list[str]) -> bool:
    for part in parts:
        if part.startswith("["):
            if shape.type_name == "list":
                shape = shape.member
            elif shape.type_name == "map":
                shape = shape.value
            else:
                return False
        elif shape.type_name != "structure" or part not in shape.members:
            return False
        else:
            shape = shape.members[part]
    # A variable is a scalar; a list may stand where a list is read, which no argument does.
    return bool(parts) and shape.type_name not in ("structure", "list", "map")


def main() -> None:
    given = json.load(sys.stdin)
    if "requests" in given:
        answer = request_errors(given["requests"])
    elif "definitions" in given:
        answer = [definition_errors(definition) for definition in given["definitions"]]
    else:
        answer = definition_errors(given)
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
