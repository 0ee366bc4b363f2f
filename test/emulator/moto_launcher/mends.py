"""What would stop a deploy, or make it lie, mended in moto's own modules."""

import json
import logging
from collections.abc import Callable
from enum import Enum
from typing import Any

from moto.applicationautoscaling import models as scaling_models
from moto.applicationautoscaling import responses as scaling_responses
from moto.awslambda.models import Permission
from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import Stack
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.common_models import CloudFormationModel
from moto.ec2.models.flow_logs import FlowLogs
from moto.ec2.models.route_tables import RouteTable
from moto.ec2.models.vpcs import VPCEndPoint
from moto.events.models import EventBus
from moto.iam.access_control import PermissionResult
from moto.iam.models import ManagedPolicy
from moto.kms.models import Key
from moto.macie2.models import MacieBackend
from moto.s3.models import FakeBucket
from moto.sagemaker.models import SageMakerModelBackend

from . import types  # noqa: F401  registers the emulated types
from .aws import client
from .custom_resources import custom_resource
from .model import EMULATED, DeployError, Emulated, Skipped
from .report import Entry, Outcome, report

logger = logging.getLogger(__name__)

# the CDK's note to itself: nothing in AWS either
NOT_RESOURCES = ("AWS::CDK::Metadata",)
RETAINED = ("Retain", "RetainExceptOnCreate")

_moto_create = parsing.parse_and_create_resource
_applied = False


def apply() -> None:
    """Mend moto, once in a process."""
    global _applied
    if _applied:
        return
    _applied = True
    parsing.resource_class_from_type = resource_class
    parsing.parse_and_create_resource = _create_and_record
    parsing.ResourceMap.delete = _delete
    _mend_properties(Key, _key_properties)
    _mend_properties(VPCEndPoint, _endpoint_properties)
    VPCEndPoint.delete = _delete_endpoint
    FlowLogs.delete = _delete_flow_log
    RouteTable.delete = _delete_route_table
    ManagedPolicy.delete = _delete_managed_policy
    Stack.get_cfn_attribute = _nested_output
    # the method reads a composite alarm's rule already, only the action's name is missing
    CloudWatchResponse.put_composite_alarm = CloudWatchResponse.put_metric_alarm
    # moto judges a request by the policy without its conditions, so that "deny without TLS" denies all
    FakeBucket.get_permission = lambda self, action, resource: PermissionResult.NEUTRAL
    _mend_macie()
    _mend_variants()
    _mend_scalable_dimensions()
    # without it a `Ref` is the object itself
    EventBus.physical_resource_id = property(lambda self: self.name)
    Permission.physical_resource_id = property(lambda self: f"permission-{id(self)}")


def resource_class(resource_type: str) -> type[CloudFormationModel] | None:
    """Who makes a type: moto where it can, else a class of ours, else the placeholder."""
    ours = custom_resource(resource_type) or EMULATED.get(resource_type)
    if ours:
        return ours
    if resource_type in parsing.NULL_MODELS:
        return None
    return parsing.get_model_map().get(resource_type, Skipped)


def moto_has_handler(resource_type: str) -> bool:
    return resource_type in parsing.get_model_map()


def _create_and_record(
    logical_id: str, resource_json: dict[str, Any], resources_map: parsing.ResourceMap, account_id: str, region_name: str
) -> Any:
    resource_type = resource_json["Type"]
    stack = str(resources_map["AWS::StackName"])
    try:
        resource = _moto_create(logical_id, resource_json, resources_map, account_id, region_name)
    except ValidationError:
        raise
    except Exception as error:
        # moto would answer with an HTTP 500, which the CLI repeats and then reports as "already exists"
        message = f"{stack}/{logical_id} ({resource_type}): {error or type(error).__name__}"
        logger.error(message, exc_info=not isinstance(error, DeployError))
        report.fail(message)
        raise ValidationError(message=message) from error
    if resource is not None and resource_type not in NOT_RESOURCES:
        report.add(
            Entry(
                stack=stack,
                region=region_name,
                logical_id=logical_id,
                type=resource_type,
                outcome=_outcome(resource),
                physical_id=str(getattr(resource, "physical_resource_id", "")),
                retained=resource_json.get("DeletionPolicy") in RETAINED,
                note=getattr(resource, "note", "") if isinstance(resource, Emulated) else "",
            )
        )
    return resource


def _outcome(resource: CloudFormationModel) -> Outcome:
    if isinstance(resource, Skipped):
        return Outcome.SKIPPED
    return Outcome.EMULATED if isinstance(resource, Emulated) else Outcome.CREATED


def _delete(resources: parsing.ResourceMap) -> None:
    """
    Remove what a stack made, the last first: moto goes through a set, until nothing gives way any more. A resource comes into the map
    after all that it refers to. And it stays there: the outputs of a deleted stack, which the CLI asks for, would make it anew.
    """
    templates = resources._resource_json_map
    made = [name for name in resources._parsed_resources if name in templates]
    try:
        for logical_id in reversed(made):
            if templates[logical_id].get("DeletionPolicy") in RETAINED:
                continue
            resources._delete_resource(resources._parsed_resources[logical_id], templates[logical_id])
    except Exception as error:
        # the stack is off moto's list already, and the CLI would say "destroyed"
        message = f"{resources['AWS::StackName']} was not deleted: {logical_id}: {error or type(error).__name__}"
        logger.error(message, exc_info=not isinstance(error, DeployError))
        report.fail(message)
        raise ValidationError(message=message) from error


def _mend_properties(model: type[CloudFormationModel], mend: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    original = model.create_from_cloudformation_json

    def create(cls: type, resource_name: str, cloudformation_json: dict[str, Any], account_id: str, region_name: str, **kwargs: Any) -> Any:
        mended = {**cloudformation_json, "Properties": mend(cloudformation_json["Properties"])}
        return original(resource_name, mended, account_id, region_name, **kwargs)

    model.create_from_cloudformation_json = classmethod(create)


def _key_properties(given: dict[str, Any]) -> dict[str, Any]:
    """Tags in the words of KMS, and the policy as text: the API takes both apart."""
    policy = given.get("KeyPolicy")
    return {
        **given,
        "KeyPolicy": policy if isinstance(policy, str | None) else json.dumps(policy),
        "Tags": [{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in given.get("Tags", [])],
    }


def _endpoint_properties(given: dict[str, Any]) -> dict[str, Any]:
    """A gateway endpoint may name no route table."""
    policy = given.get("PolicyDocument")
    return {
        **given,
        "RouteTableIds": given.get("RouteTableIds", []),
        "PolicyDocument": policy if isinstance(policy, str | None) else json.dumps(policy),
    }


def _mend_macie() -> None:
    """In a new account Macie is off."""
    original = MacieBackend.__init__

    def init(self: MacieBackend, region_name: str, account_id: str) -> None:
        original(self, region_name, account_id)
        self.macie_session = None

    MacieBackend.__init__ = init


def _mend_variants() -> None:
    """A variant that inference components will run on names no model."""
    original = SageMakerModelBackend.validate_production_variants

    def validate(self: SageMakerModelBackend, variants: list[dict[str, Any]]) -> None:
        original(self, [variant for variant in variants if "ModelName" in variant])

    SageMakerModelBackend.validate_production_variants = validate


def _mend_scalable_dimensions() -> None:
    """Copies of an inference component are scaled too."""
    known = {member.name: member.value for member in scaling_models.ScalableDimensionValueSet}
    added = {"SAGEMAKER_INFERENCE_COMPONENT_DESIRED_COPY_COUNT": "sagemaker:inference-component:DesiredCopyCount"}
    dimensions = Enum("ScalableDimensionValueSet", {**known, **added})
    scaling_models.ScalableDimensionValueSet = dimensions
    scaling_responses.ScalableDimensionValueSet = dimensions


def _delete_endpoint(endpoint: VPCEndPoint, account_id: str, region_name: str) -> None:
    client("ec2", region_name).delete_vpc_endpoints(VpcEndpointIds=[endpoint.id])
    endpoint.ec2_backend.vpc_end_points.pop(endpoint.id, None)


def _delete_flow_log(flow_log: FlowLogs, account_id: str, region_name: str) -> None:
    client("ec2", region_name).delete_flow_logs(FlowLogIds=[flow_log.id])


def _delete_route_table(table: RouteTable, account_id: str, region_name: str) -> None:
    ec2 = client("ec2", region_name)
    [found] = ec2.describe_route_tables(RouteTableIds=[table.id])["RouteTables"]
    for association in found["Associations"]:
        ec2.disassociate_route_table(AssociationId=association["RouteTableAssociationId"])
    ec2.delete_route_table(RouteTableId=table.id)


def _delete_managed_policy(policy: ManagedPolicy, account_id: str, region_name: str) -> None:
    iam = client("iam", region_name)
    attached = iam.list_entities_for_policy(PolicyArn=policy.arn)
    for role in attached["PolicyRoles"]:
        iam.detach_role_policy(RoleName=role["RoleName"], PolicyArn=policy.arn)
    iam.delete_policy(PolicyArn=policy.arn)


def _nested_output(stack: Stack, attribute_name: str) -> Any:
    name = attribute_name.removeprefix("Outputs.")
    output = stack.output_map[name]
    if output is None:
        raise ValidationError(message=f"nested stack {stack.name} has no output '{name}'")
    return output.value
