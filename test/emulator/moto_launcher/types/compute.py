"""Lambda beside its functions, and EMR Serverless."""

from contextlib import suppress

from ..model import DeployError, Emulated, emulates


@emulates("AWS::Lambda::Version")
class Version(Emulated):
    """moto has a handler, but one that gives no attributes."""

    def create(self) -> None:
        answer = self.call(
            "lambda",
            "publish_version",
            FunctionName=self.properties["FunctionName"],
            CodeSha256=self.properties.get("CodeSha256"),
            Description=self.properties.get("Description"),
        )
        self.reference = answer["FunctionArn"]
        self.attributes = {"FunctionArn": self.reference, "Version": answer["Version"]}

    def remove(self) -> None:
        pass  # a function takes its versions along


@emulates("AWS::Lambda::Alias")
class Alias(Emulated):
    name_property = "Name"
    note = "provisioned concurrency is dropped"

    def create(self) -> None:
        answer = self.call("lambda", "create_alias", **self.properties_without("ProvisionedConcurrencyConfig"))
        self.reference = answer["AliasArn"]
        self.attributes = {"AliasArn": self.reference}

    def remove(self) -> None:
        # a function takes its aliases along
        with suppress(DeployError):
            self.call("lambda", "delete_alias", FunctionName=self.properties["FunctionName"], Name=self.name)


@emulates("AWS::Lambda::EventInvokeConfig")
class EventInvokeConfig(Emulated):
    def create(self) -> None:
        # moto keeps one configuration per function, whatever the qualifier
        self.call("lambda", "put_function_event_invoke_config", **self.properties_without("Qualifier"))

    def remove(self) -> None:
        with suppress(DeployError):
            self.call("lambda", "delete_function_event_invoke_config", FunctionName=self.properties["FunctionName"])


@emulates("AWS::EMRServerless::Application")
class EmrServerlessApplication(Emulated):
    name_property = "Name"

    def create(self) -> None:
        capacity = self.properties.get("InitialCapacity")
        answer = self.call(
            "emr-serverless",
            "create_application",
            name=self.name,
            releaseLabel=self.properties["ReleaseLabel"],
            # CloudFormation takes "Spark" and "SPARK", moto one of them
            type=self.properties["Type"].upper(),
            clientToken=f"emulated-{self.logical_id}"[:64],
            initialCapacity={entry["Key"]: _lower(entry["Value"]) for entry in capacity} if capacity else None,
            maximumCapacity=_lower(self.properties.get("MaximumCapacity")),
            networkConfiguration=_lower(self.properties.get("NetworkConfiguration")),
            autoStartConfiguration=_lower(self.properties.get("AutoStartConfiguration")),
            autoStopConfiguration=_lower(self.properties.get("AutoStopConfiguration")),
        )
        self.reference = answer["applicationId"]
        self.attributes = {"ApplicationId": self.reference, "Arn": answer["arn"]}

    def remove(self) -> None:
        self.call("emr-serverless", "stop_application", applicationId=self.reference)
        self.call("emr-serverless", "delete_application", applicationId=self.reference)


def _lower(value: object) -> object:
    """CloudFormation writes members with a capital letter, this API without."""
    if isinstance(value, dict):
        return {key[0].lower() + key[1:]: _lower(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_lower(inner) for inner in value]
    return value
