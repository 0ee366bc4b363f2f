"""What exists once in an account: Macie's switch, budgets."""

from ..aws import client
from ..model import DeployError, Emulated, emulates


@emulates("AWS::Macie::Session")
class MacieSession(Emulated):
    def create(self) -> None:
        macie = client("macie2", self.region_name)
        # moto lets a second one replace the first; Macie refuses it
        if self._enabled(macie):
            raise DeployError("Macie has already been enabled")
        self.call(
            "macie2",
            "enable_macie",
            findingPublishingFrequency=self.properties.get("FindingPublishingFrequency"),
            status=self.properties.get("Status"),
        )
        self.reference = self.account_id
        self.attributes = {
            "AwsAccountId": self.account_id,
            "ServiceRole": macie.get_macie_session()["serviceRole"],
            "AutomatedDiscoveryStatus": "DISABLED",
        }

    def _enabled(self, macie: object) -> bool:
        try:
            macie.get_macie_session()  # type: ignore[attr-defined]
        except macie.exceptions.ResourceNotFoundException:  # type: ignore[attr-defined]
            return False
        return True

    def remove(self) -> None:
        self.call("macie2", "disable_macie")


@emulates("AWS::Budgets::Budget")
class Budget(Emulated):
    def create(self) -> None:
        budget = dict(self.properties["Budget"])
        self.name = self.reference = budget.setdefault("BudgetName", self.name)
        if "BudgetLimit" in budget:
            budget["BudgetLimit"] = {**budget["BudgetLimit"], "Amount": str(budget["BudgetLimit"]["Amount"])}
        self.call(
            "budgets",
            "create_budget",
            AccountId=self.account_id,
            Budget=budget,
            NotificationsWithSubscribers=self.properties.get("NotificationsWithSubscribers"),
        )

    def remove(self) -> None:
        self.call("budgets", "delete_budget", AccountId=self.account_id, BudgetName=self.name)
