"""Does a resource exist? Asked of moto's public API, so that the report is not its own witness."""

from typing import Any

from botocore.exceptions import ClientError

from .aws import client

PROBES: dict[str, tuple[str, str, str]] = {
    "AWS::S3::Bucket": ("s3", "head_bucket", "Bucket"),
    "AWS::S3::BucketPolicy": ("s3", "get_bucket_policy", "Bucket"),
    "AWS::KMS::Key": ("kms", "describe_key", "KeyId"),
    "AWS::Logs::LogGroup": ("logs", "describe_log_groups", "logGroupNamePrefix"),
    "AWS::IAM::Role": ("iam", "get_role", "RoleName"),
    "AWS::IAM::ManagedPolicy": ("iam", "get_policy", "PolicyArn"),
    "AWS::EC2::VPC": ("ec2", "describe_vpcs", "VpcIds*"),
    "AWS::EC2::Subnet": ("ec2", "describe_subnets", "SubnetIds*"),
    "AWS::EC2::RouteTable": ("ec2", "describe_route_tables", "RouteTableIds*"),
    "AWS::EC2::SecurityGroup": ("ec2", "describe_security_groups", "GroupIds*"),
    "AWS::EC2::VPCEndpoint": ("ec2", "describe_vpc_endpoints", "VpcEndpointIds*"),
    "AWS::EC2::FlowLog": ("ec2", "describe_flow_logs", "FlowLogIds*"),
    "AWS::SNS::Topic": ("sns", "get_topic_attributes", "TopicArn"),
    "AWS::SQS::Queue": ("sqs", "get_queue_attributes", "QueueUrl"),
    "AWS::Lambda::Function": ("lambda", "get_function", "FunctionName"),
    "AWS::StepFunctions::StateMachine": ("stepfunctions", "describe_state_machine", "stateMachineArn"),
    "AWS::Events::Rule": ("events", "describe_rule", "Name"),
    "AWS::Scheduler::ScheduleGroup": ("scheduler", "get_schedule_group", "Name"),
    "AWS::CloudWatch::Alarm": ("cloudwatch", "describe_alarms", "AlarmNames*"),
    "AWS::CloudTrail::Trail": ("cloudtrail", "get_trail", "Name"),
    "AWS::SageMaker::Pipeline": ("sagemaker", "describe_pipeline", "PipelineName"),
    "AWS::SageMaker::ModelPackageGroup": ("sagemaker", "describe_model_package_group", "ModelPackageGroupName"),
    "AWS::SageMaker::ModelCard": ("sagemaker", "describe_model_card", "ModelCardName"),
    "AWS::SageMaker::Model": ("sagemaker", "describe_model", "ModelName"),
    "AWS::SageMaker::EndpointConfig": ("sagemaker", "describe_endpoint_config", "EndpointConfigName"),
    "AWS::SageMaker::Endpoint": ("sagemaker", "describe_endpoint", "EndpointName"),
    "AWS::SageMaker::DataQualityJobDefinition": ("sagemaker", "describe_data_quality_job_definition", "JobDefinitionName"),
    "AWS::SageMaker::ModelBiasJobDefinition": ("sagemaker", "describe_model_bias_job_definition", "JobDefinitionName"),
    "AWS::SageMaker::ModelExplainabilityJobDefinition": ("sagemaker", "describe_model_explainability_job_definition", "JobDefinitionName"),
    "AWS::SageMaker::ModelQualityJobDefinition": ("sagemaker", "describe_model_quality_job_definition", "JobDefinitionName"),
    "AWS::EMRServerless::Application": ("emr-serverless", "get_application", "applicationId"),
}
"""The call for a type, and the parameter that takes the physical id (with a star: a list)."""

GONE = {
    "AWS::KMS::Key": lambda answer: answer["KeyMetadata"]["KeyState"] == "PendingDeletion",
    "AWS::Logs::LogGroup": lambda answer: not answer["logGroups"],
    "AWS::EC2::FlowLog": lambda answer: not answer["FlowLogs"],
    "AWS::CloudWatch::Alarm": lambda answer: not answer["MetricAlarms"],
    "AWS::EMRServerless::Application": lambda answer: answer["application"]["state"] == "TERMINATED",
}
"""Where an answer may mean that there is none."""


def exists(resource_type: str, physical_id: str, region: str) -> bool | None:
    """
    Ask for a resource.

    :returns: none when its type has no probe
    """
    if resource_type not in PROBES:
        return None
    service, operation, parameter = PROBES[resource_type]
    name: Any = _name(resource_type, physical_id)
    try:
        answer = getattr(client(service, region), operation)(**{parameter.removesuffix("*"): [name] if parameter.endswith("*") else name})
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
            raise
        return False
    return not (resource_type in GONE and GONE[resource_type](answer))


def _name(resource_type: str, physical_id: str) -> str:
    """SageMaker's `Ref` is an ARN, its calls want the name."""
    is_arn = resource_type.startswith("AWS::SageMaker::") and physical_id.startswith("arn:")
    return physical_id.rsplit("/", 1)[1] if is_arn else physical_id
