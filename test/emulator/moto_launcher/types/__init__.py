"""Types that moto has a backend for and no CloudFormation handler. Importing this registers them all."""

from . import account, compute, messaging, network, observation, sagemaker, storage

__all__ = ["account", "compute", "messaging", "network", "observation", "sagemaker", "storage"]
