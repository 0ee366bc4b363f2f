"""Topics, queues, buses and schedules."""

import json
from contextlib import suppress
from typing import Any

from ..model import DeployError, Emulated, emulates


@emulates("AWS::SNS::Subscription")
class Subscription(Emulated):
    def create(self) -> None:
        answer = self.call(
            "sns",
            "subscribe",
            TopicArn=self.properties["TopicArn"],
            Protocol=self.properties["Protocol"],
            Endpoint=self.properties.get("Endpoint"),
            Attributes=self._attributes(),
            ReturnSubscriptionArn=True,
        )
        self.reference = answer["SubscriptionArn"]
        self.attributes = {"Arn": self.reference}

    def _attributes(self) -> dict[str, str]:
        given = self.properties_without("TopicArn", "Protocol", "Endpoint", "Region")
        return {key: value if isinstance(value, str) else json.dumps(value) for key, value in given.items()}

    def remove(self) -> None:
        # a topic takes its subscriptions along
        with suppress(DeployError):
            self.call("sns", "unsubscribe", SubscriptionArn=self.reference)


@emulates("AWS::SNS::TopicPolicy")
class TopicPolicy(Emulated):
    def create(self) -> None:
        for topic in self.properties["Topics"]:
            self.call(
                "sns",
                "set_topic_attributes",
                TopicArn=topic,
                AttributeName="Policy",
                AttributeValue=json.dumps(self.properties["PolicyDocument"]),
            )

    def remove(self) -> None:
        pass  # a topic always has a policy


@emulates("AWS::SQS::QueuePolicy")
class QueuePolicy(Emulated):
    def create(self) -> None:
        for queue in self.properties["Queues"]:
            self._set(queue, json.dumps(self.properties["PolicyDocument"]))

    def remove(self) -> None:
        for queue in self.properties["Queues"]:
            # the queue may have gone first
            with suppress(DeployError):
                self._set(queue, "")

    def _set(self, queue: str, policy: str) -> None:
        self.call("sqs", "set_queue_attributes", QueueUrl=queue, Attributes={"Policy": policy})


@emulates("AWS::Events::EventBusPolicy")
class EventBusPolicy(Emulated):
    def create(self) -> None:
        statement: dict[str, Any] = {"StatementId": self.properties["StatementId"]}
        if "Statement" in self.properties:
            policy = {"Version": "2012-10-17", "Statement": [{"Sid": statement["StatementId"], **self.properties["Statement"]}]}
            self.call("events", "put_permission", EventBusName=self._bus, Policy=json.dumps(policy))
        else:
            self.call("events", "put_permission", EventBusName=self._bus, **self.properties_without("EventBusName"))

    def remove(self) -> None:
        with suppress(DeployError):
            self.call("events", "remove_permission", EventBusName=self._bus, StatementId=self.properties["StatementId"])

    @property
    def _bus(self) -> str:
        return self.properties.get("EventBusName", "default")


@emulates("AWS::Scheduler::Schedule")
class Schedule(Emulated):
    name_property = "Name"

    def create(self) -> None:
        answer = self.call("scheduler", "create_schedule", Name=self.name, **self.properties_without("Name"))
        self.attributes = {"Arn": answer["ScheduleArn"]}

    def remove(self) -> None:
        self.call("scheduler", "delete_schedule", Name=self.name, GroupName=self.properties.get("GroupName"))


@emulates("AWS::Scheduler::ScheduleGroup")
class ScheduleGroup(Emulated):
    name_property = "Name"

    def create(self) -> None:
        answer = self.call("scheduler", "create_schedule_group", Name=self.name, **self.properties_without("Name"))
        self.attributes = {"Arn": answer["ScheduleGroupArn"], "State": "ACTIVE"}

    def remove(self) -> None:
        self.call("scheduler", "delete_schedule_group", Name=self.name)
