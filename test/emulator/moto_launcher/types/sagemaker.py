"""SageMaker: pipelines, the registry, job definitions of monitors, model cards, scaling of endpoints."""

import json

from moto.sagemaker.models import sagemaker_backends

from ..model import DeployError, Emulated, emulates

# the API asks for 32 characters at least
TOKEN = "emulated".ljust(32, "-")


@emulates("AWS::SageMaker::Pipeline")
class Pipeline(Emulated):
    name_property = "PipelineName"

    def create(self) -> None:
        self.call(
            "sagemaker",
            "create_pipeline",
            PipelineName=self.name,
            ClientRequestToken=TOKEN,
            **self._definition(),
            **self.properties_without("PipelineName", "PipelineDefinition"),
        )
        self.attributes = {"Arn": f"arn:aws:sagemaker:{self.region_name}:{self.account_id}:pipeline/{self.name}"}

    def _definition(self) -> dict[str, object]:
        definition = self.properties["PipelineDefinition"]
        if "PipelineDefinitionBody" in definition:
            body = definition["PipelineDefinitionBody"]
            try:
                json.loads(body)
            except ValueError as error:
                raise DeployError(f"the definition is no JSON: {error}") from error
            return {"PipelineDefinition": body}
        location = definition["PipelineDefinitionS3Location"]
        return {
            "PipelineDefinitionS3Location": {
                "Bucket": location["Bucket"],
                "ObjectKey": location["Key"],
                **({"VersionId": location["Version"]} if "Version" in location else {}),
            }
        }

    def remove(self) -> None:
        self.call("sagemaker", "delete_pipeline", PipelineName=self.name, ClientRequestToken=TOKEN)


@emulates("AWS::SageMaker::ModelPackageGroup")
class ModelPackageGroup(Emulated):
    name_property = "ModelPackageGroupName"
    note = "its resource policy is dropped"

    def create(self) -> None:
        answer = self.call("sagemaker", "create_model_package_group", **self.properties_without("ModelPackageGroupPolicy"))
        self.reference = answer["ModelPackageGroupArn"]
        self.attributes = {"ModelPackageGroupArn": self.reference, "ModelPackageGroupStatus": "Completed"}

    def remove(self) -> None:
        # no delete operation in moto
        del sagemaker_backends[self.account_id][self.region_name].model_package_groups[self.name]


@emulates(
    "AWS::SageMaker::DataQualityJobDefinition",
    "AWS::SageMaker::ModelBiasJobDefinition",
    "AWS::SageMaker::ModelExplainabilityJobDefinition",
    "AWS::SageMaker::ModelQualityJobDefinition",
)
class JobDefinition(Emulated):
    name_property = "JobDefinitionName"

    def create(self) -> None:
        answer = self.call(
            "sagemaker",
            f"create_{self._operation}",
            JobDefinitionName=self.name,
            **self.properties_without("JobDefinitionName", "EndpointName"),
        )
        self.reference = answer["JobDefinitionArn"]
        self.attributes = {"JobDefinitionArn": self.reference}

    def remove(self) -> None:
        self.call("sagemaker", f"delete_{self._operation}", JobDefinitionName=self.name)

    @property
    def _operation(self) -> str:
        kind = self.resource_type.rsplit("::", 1)[1]
        return {
            "DataQualityJobDefinition": "data_quality_job_definition",
            "ModelBiasJobDefinition": "model_bias_job_definition",
            "ModelExplainabilityJobDefinition": "model_explainability_job_definition",
            "ModelQualityJobDefinition": "model_quality_job_definition",
        }[kind]


@emulates("AWS::SageMaker::ModelCard")
class ModelCard(Emulated):
    name_property = "ModelCardName"

    def create(self) -> None:
        answer = self.call(
            "sagemaker",
            "create_model_card",
            ModelCardName=self.name,
            Content=json.dumps(self.properties["Content"]),
            **self.properties_without("ModelCardName", "Content", "CreatedBy", "LastModifiedBy"),
        )
        self.attributes = {"ModelCardArn": answer["ModelCardArn"], "ModelCardVersion": 1}

    def remove(self) -> None:
        self.call("sagemaker", "delete_model_card", ModelCardName=self.name)


@emulates("AWS::ApplicationAutoScaling::ScalableTarget")
class ScalableTarget(Emulated):
    def create(self) -> None:
        where = self._where
        self.call(
            "application-autoscaling",
            "register_scalable_target",
            Tags={tag["Key"]: tag["Value"] for tag in self.properties.get("Tags", [])},
            **self.properties_without("ScheduledActions", "Tags"),
        )
        for action in self.properties.get("ScheduledActions", []):
            self.call("application-autoscaling", "put_scheduled_action", **where, **action)
        self.reference = f"{where['ResourceId']}|{where['ScalableDimension']}|{where['ServiceNamespace']}"
        self.attributes = {"Id": self.reference}

    def remove(self) -> None:
        self.call("application-autoscaling", "deregister_scalable_target", **self._where)

    @property
    def _where(self) -> dict[str, str]:
        return {key: self.properties[key] for key in ("ServiceNamespace", "ResourceId", "ScalableDimension")}


@emulates("AWS::ApplicationAutoScaling::ScalingPolicy")
class ScalingPolicy(Emulated):
    name_property = "PolicyName"

    def create(self) -> None:
        answer = self.call(
            "application-autoscaling",
            "put_scaling_policy",
            PolicyName=self.name,
            **self._where,
            **self.properties_without("PolicyName", "ScalingTargetId", "ServiceNamespace", "ResourceId", "ScalableDimension"),
        )
        self.reference = answer["PolicyARN"]
        self.attributes = {"Arn": self.reference}

    def remove(self) -> None:
        self.call("application-autoscaling", "delete_scaling_policy", PolicyName=self.name, **self._where)

    @property
    def _where(self) -> dict[str, str]:
        if "ScalingTargetId" in self.properties:
            resource, dimension, namespace = self.properties["ScalingTargetId"].split("|")
            return {"ServiceNamespace": namespace, "ResourceId": resource, "ScalableDimension": dimension}
        return {key: self.properties[key] for key in ("ServiceNamespace", "ResourceId", "ScalableDimension")}
