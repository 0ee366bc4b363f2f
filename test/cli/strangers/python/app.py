from aws_cdk import Acknowledgment, App, Environment, Stack, Validations
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sagemaker as sagemaker


class Training(Stack):
    def __init__(self, scope, id, **kwargs):
        super().__init__(scope, id, **kwargs)
        key = kms.Key(self, "Key", enable_key_rotation=False)
        s3.Bucket(self, "Data", encryption_key=key)
        model = sagemaker.CfnModel(
            self,
            "Model",
            execution_role_arn="arn:aws:iam::123456789012:role/training",
            primary_container={"image": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/model@sha256:" + "0" * 64},
        )
        Validations.of(model).acknowledge(Acknowledgment(id="RegulatedML::RegulatedML-SageMakerModelVpc", reason="serves synthetic data"))


app = App()
Training(app, "Training", env=Environment(account="123456789012", region="eu-central-1"))
app.synth()
