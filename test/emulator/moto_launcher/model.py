"""What CloudFormation needs of a resource that moto does not make by itself."""

from collections.abc import Callable
from typing import Any, ClassVar

from botocore.exceptions import BotoCoreError, ClientError
from moto.core.common_models import CloudFormationModel
from moto.moto_api._internal import mock_random

from .aws import client


class DeployError(Exception):
    """A resource could not be made; the message is what CloudFormation would say."""


class Emulated(CloudFormationModel):
    """A type that moto has a backend for and no handler. A subclass says what to call."""

    name_property: ClassVar[str] = ""
    """The property that names the resource; without it, or without a value, a name is made up."""
    name_limit: ClassVar[int] = 63
    note: ClassVar[str] = ""

    def __init__(
        self,
        resource_type: str,
        logical_id: str,
        stack_id: str,
        generated_name: str,
        properties: dict[str, Any],
        account_id: str,
        region_name: str,
    ):
        self.resource_type = resource_type
        self.logical_id = logical_id
        self.stack_id = stack_id
        self.properties = properties
        self.account_id = account_id
        self.region_name = region_name
        self.name = str(properties.get(self.name_property) or self._shorten(generated_name))
        self.attributes: dict[str, Any] = {}
        self.reference = self.name

    def _shorten(self, generated: str) -> str:
        # the random end keeps the name unique
        overflow = len(generated) - self.name_limit
        return generated if overflow <= 0 else generated[: -overflow - 13] + generated[-13:]

    def create(self) -> None:
        """Make the resource; set `reference` and `attributes`."""
        raise NotImplementedError

    def remove(self) -> None:
        """Remove the resource."""
        raise NotImplementedError

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """
        Call the emulator's API.

        :raises DeployError: when botocore or the backend refuses
        """
        given = {key: value for key, value in parameters.items() if value is not None}
        try:
            return getattr(client(service, self.region_name), operation)(**given)
        except (ClientError, BotoCoreError) as error:
            raise DeployError(f"{operation}: {error}") from error

    def properties_without(self, *left_out: str) -> dict[str, Any]:
        return {key: value for key, value in self.properties.items() if key not in left_out}

    @property
    def physical_resource_id(self) -> str:
        return self.reference

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        if attribute_name not in self.attributes:
            raise DeployError(f"{self.resource_type} {self.logical_id}: no attribute '{attribute_name}' here")
        return self.attributes[attribute_name]

    def delete(self, account_id: str, region_name: str) -> None:
        try:
            self.remove()
        except (TypeError, AttributeError) as error:
            # moto takes these two for "has no delete" and goes on as if all were well
            raise DeployError(f"{self.resource_type} {self.logical_id}: {error}") from error

    @staticmethod
    def cloudformation_type() -> str:
        # never looked up: parsing asks the registry, see mends.py
        return "RegulatedML::Emulated::Resource"

    @staticmethod
    def cloudformation_name_type() -> str:
        return ""

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return True

    @classmethod
    def create_from_cloudformation_json(  # type: ignore[misc]
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
        **kwargs: Any,
    ) -> "Emulated":
        resource = cls(
            kwargs["ResourceType"],
            kwargs["LogicalId"],
            kwargs["StackId"],
            resource_name,
            cloudformation_json["Properties"],
            account_id,
            region_name,
        )
        resource.create()
        return resource

    @classmethod
    def update_from_cloudformation_json(  # type: ignore[misc]
        cls,
        original_resource: "Emulated",
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> "Emulated":
        original_resource.remove()
        return cls.create_from_cloudformation_json(
            original_resource.name,
            cloudformation_json,
            account_id,
            region_name,
            ResourceType=original_resource.resource_type,
            LogicalId=original_resource.logical_id,
            StackId=original_resource.stack_id,
        )


class Skipped(Emulated):
    """
    A type that nothing is behind. moto would leave references to it out of the properties of others, silently; here they get a
    placeholder of the right form.
    """

    note = "references to it get a placeholder"

    ARN_REFERENCES: ClassVar[dict[str, str]] = {
        "AWS::SageMaker::MonitoringSchedule": "sagemaker:{region}:{account}:monitoring-schedule/{name}",
        "AWS::SageMaker::InferenceComponent": "sagemaker:{region}:{account}:inference-component/{name}",
        "AWS::SageMaker::ModelPackage": "sagemaker:{region}:{account}:model-package/{name}",
    }
    NAME_PROPERTIES: ClassVar[tuple[str, ...]] = ("Name", "MonitoringScheduleName", "InferenceComponentName")

    def create(self) -> None:
        given = next((self.properties[key] for key in self.NAME_PROPERTIES if self.properties.get(key)), None)
        self.name = str(given or self.name)
        form = self.ARN_REFERENCES.get(self.resource_type)
        self.reference = self._arn(form) if form else self.name

    def remove(self) -> None:
        pass

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        if attribute_name.lower().endswith("arn"):
            service = self.resource_type.split("::")[1].lower()
            return self._arn(self.ARN_REFERENCES.get(self.resource_type, service + ":{region}:{account}:{name}"))
        return f"skipped-{attribute_name}-{mock_random.get_random_hex(8)}"

    def _arn(self, form: str) -> str:
        return "arn:aws:" + form.format(region=self.region_name, account=self.account_id, name=self.name)


EMULATED: dict[str, type[Emulated]] = {}


def emulates(*resource_types: str) -> Callable[[type[Emulated]], type[Emulated]]:
    """Register a class for the types that it makes."""

    def register(emulated: type[Emulated]) -> type[Emulated]:
        for resource_type in resource_types:
            if resource_type in EMULATED:
                raise ValueError(f"{resource_type} is emulated twice: {EMULATED[resource_type]} and {emulated}")
            EMULATED[resource_type] = emulated
        return emulated

    return register
