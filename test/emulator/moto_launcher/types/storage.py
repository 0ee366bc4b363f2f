"""S3 and secrets."""

import json
from contextlib import suppress

from ..model import DeployError, Emulated, emulates


@emulates("AWS::S3::BucketPolicy")
class BucketPolicy(Emulated):
    def create(self) -> None:
        self.call("s3", "put_bucket_policy", Bucket=self.properties["Bucket"], Policy=json.dumps(self.properties["PolicyDocument"]))
        self.reference = self.properties["Bucket"]

    def remove(self) -> None:
        # the bucket may have gone first
        with suppress(DeployError):
            self.call("s3", "delete_bucket_policy", Bucket=self.properties["Bucket"])


@emulates("AWS::SecretsManager::Secret")
class Secret(Emulated):
    name_property = "Name"
    note = "a generated value is the word 'emulated'"

    def create(self) -> None:
        answer = self.call(
            "secretsmanager",
            "create_secret",
            Name=self.name,
            SecretString=self.properties.get("SecretString", "emulated"),
            **self.properties_without("Name", "SecretString", "GenerateSecretString", "ReplicaRegions"),
        )
        self.reference = answer["ARN"]
        self.attributes = {"Id": self.reference}

    def remove(self) -> None:
        self.call("secretsmanager", "delete_secret", SecretId=self.reference, ForceDeleteWithoutRecovery=True)
