"""
Custom resources. Their Lambda would need Docker, so CloudFormation is answered with success, and what the Lambda does is done here
where that matters to the rest of the deploy; everywhere else only the answer is given.
"""

from contextlib import suppress
from typing import Any

from .model import DeployError, Emulated


class CustomResource(Emulated):
    """Any custom resource: success, and an attribute for whoever asks."""

    note = "its Lambda did not run"

    def create(self) -> None:
        if "ServiceToken" not in self.properties:
            raise DeployError("no ServiceToken")
        function = self.properties["ServiceToken"]
        if ":lambda:" in function:
            self.call("lambda", "get_function", FunctionName=function)

    def remove(self) -> None:
        pass

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        if attribute_name.lower().endswith("arn"):
            return f"arn:aws:emulated:{self.region_name}:{self.account_id}:{self.logical_id}"
        return self.attributes.get(attribute_name, f"emulated-{attribute_name}")


class RestrictDefaultSecurityGroup(CustomResource):
    """Takes all rules from a VPC's default security group, as the Lambda of the CDK does."""

    note = "done by the launcher: its Lambda did not run"

    def create(self) -> None:
        super().create()
        group_id = self.properties["DefaultSecurityGroupId"]
        group = self.call("ec2", "describe_security_groups", GroupIds=[group_id])["SecurityGroups"][0]
        if group["IpPermissions"]:
            self.call("ec2", "revoke_security_group_ingress", GroupId=group_id, IpPermissions=group["IpPermissions"])
        if group["IpPermissionsEgress"]:
            self.call("ec2", "revoke_security_group_egress", GroupId=group_id, IpPermissions=group["IpPermissionsEgress"])


class AutoDeleteObjects(CustomResource):
    """Empties a bucket when the stack goes, as the Lambda of the CDK does."""

    note = "done by the launcher: its Lambda did not run"

    def remove(self) -> None:
        bucket = self.properties["BucketName"]
        # the bucket may have gone first
        with suppress(DeployError):
            versions = self.call("s3", "list_object_versions", Bucket=bucket)
            for found in [*versions.get("Versions", []), *versions.get("DeleteMarkers", [])]:
                self.call("s3", "delete_object", Bucket=bucket, Key=found["Key"], VersionId=found["VersionId"])


KNOWN: dict[str, type[CustomResource]] = {
    "Custom::VpcRestrictDefaultSG": RestrictDefaultSecurityGroup,
    "Custom::S3AutoDeleteObjects": AutoDeleteObjects,
}


def custom_resource(resource_type: str) -> type[CustomResource] | None:
    """What answers for a type; none for a type that is no custom resource."""
    if resource_type in KNOWN:
        return KNOWN[resource_type]
    is_custom = resource_type.startswith("Custom::") or resource_type == "AWS::CloudFormation::CustomResource"
    return CustomResource if is_custom else None
