"""What a VPC needs besides what moto's handlers make."""

from contextlib import suppress
from typing import Any

from ..model import DeployError, Emulated, emulates


@emulates("AWS::EC2::SecurityGroupEgress")
class SecurityGroupEgress(Emulated):
    def create(self) -> None:
        self.call("ec2", "authorize_security_group_egress", **self._rule())

    def remove(self) -> None:
        # the group may have gone first
        with suppress(DeployError):
            self.call("ec2", "revoke_security_group_egress", **self._rule())

    def _rule(self) -> dict[str, Any]:
        given = self.properties
        described = {"Description": given["Description"]} if "Description" in given else {}
        permission: dict[str, Any] = {"IpProtocol": str(given["IpProtocol"])}
        for port in ("FromPort", "ToPort"):
            if port in given:
                permission[port] = int(given[port])
        if "CidrIp" in given:
            permission["IpRanges"] = [{"CidrIp": given["CidrIp"], **described}]
        if "CidrIpv6" in given:
            permission["Ipv6Ranges"] = [{"CidrIpv6": given["CidrIpv6"], **described}]
        if "DestinationSecurityGroupId" in given:
            permission["UserIdGroupPairs"] = [{"GroupId": given["DestinationSecurityGroupId"], **described}]
        if "DestinationPrefixListId" in given:
            permission["PrefixListIds"] = [{"PrefixListId": given["DestinationPrefixListId"], **described}]
        return {"GroupId": given["GroupId"], "IpPermissions": [permission]}
