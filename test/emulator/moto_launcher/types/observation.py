"""Alarms, what is read out of logs, and the trail."""

from ..model import Emulated, emulates


@emulates("AWS::CloudWatch::Alarm")
class Alarm(Emulated):
    name_property = "AlarmName"

    def create(self) -> None:
        self.call("cloudwatch", "put_metric_alarm", AlarmName=self.name, **self.properties_without("AlarmName"))
        self.attributes = {"Arn": f"arn:aws:cloudwatch:{self.region_name}:{self.account_id}:alarm:{self.name}"}

    def remove(self) -> None:
        self.call("cloudwatch", "delete_alarms", AlarmNames=[self.name])


@emulates("AWS::CloudWatch::CompositeAlarm")
class CompositeAlarm(Emulated):
    name_property = "AlarmName"

    def create(self) -> None:
        self.call("cloudwatch", "put_composite_alarm", AlarmName=self.name, **self.properties_without("AlarmName"))
        self.attributes = {"Arn": f"arn:aws:cloudwatch:{self.region_name}:{self.account_id}:alarm:{self.name}"}

    def remove(self) -> None:
        self.call("cloudwatch", "delete_alarms", AlarmNames=[self.name])


@emulates("AWS::Logs::MetricFilter")
class MetricFilter(Emulated):
    name_property = "FilterName"

    def create(self) -> None:
        self.call(
            "logs",
            "put_metric_filter",
            logGroupName=self.properties["LogGroupName"],
            filterName=self.name,
            filterPattern=self.properties["FilterPattern"],
            metricTransformations=[
                {
                    "metricName": given["MetricName"],
                    "metricNamespace": given["MetricNamespace"],
                    "metricValue": str(given["MetricValue"]),
                    **({"defaultValue": given["DefaultValue"]} if "DefaultValue" in given else {}),
                }
                for given in self.properties["MetricTransformations"]
            ],
        )

    def remove(self) -> None:
        self.call("logs", "delete_metric_filter", logGroupName=self.properties["LogGroupName"], filterName=self.name)


@emulates("AWS::CloudTrail::Trail")
class Trail(Emulated):
    name_property = "TrailName"

    def create(self) -> None:
        given = self.properties
        answer = self.call(
            "cloudtrail",
            "create_trail",
            Name=self.name,
            KmsKeyId=given.get("KMSKeyId"),
            TagsList=given.get("Tags"),
            **self.properties_without(
                "TrailName", "KMSKeyId", "Tags", "IsLogging", "EventSelectors", "AdvancedEventSelectors", "InsightSelectors"
            ),
        )
        if "EventSelectors" in given or "AdvancedEventSelectors" in given:
            self.call(
                "cloudtrail",
                "put_event_selectors",
                TrailName=self.name,
                EventSelectors=given.get("EventSelectors"),
                AdvancedEventSelectors=given.get("AdvancedEventSelectors"),
            )
        if "InsightSelectors" in given:
            self.call("cloudtrail", "put_insight_selectors", TrailName=self.name, InsightSelectors=given["InsightSelectors"])
        if given["IsLogging"]:
            self.call("cloudtrail", "start_logging", Name=self.name)
        self.attributes = {"Arn": answer["TrailARN"], "SnsTopicArn": answer.get("SnsTopicARN", "")}

    def remove(self) -> None:
        self.call("cloudtrail", "delete_trail", Name=self.name)
