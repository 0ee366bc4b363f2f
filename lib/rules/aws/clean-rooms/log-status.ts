import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import type { Resource } from '../../resource';
import { COMPLIANT, nonCompliant, type Verdict } from '../../verdict';

export default rule({
  name: 'CleanRoomsLogs',
  title: 'Queries and jobs of a clean room are logged',
  severity: 'error',
  control: Control.AUDIT_LOGGING,
  resources: ['AWS::CleanRooms::Collaboration', 'AWS::CleanRooms::Membership'],
  why: 'what another party asked of your data is known only from these logs',
  fix: 'set QueryLogStatus to ENABLED, and JobLogStatus where members run jobs',
  properties: ['QueryLogStatus', 'JobLogStatus'],
  sources: ['https://docs.aws.amazon.com/clean-rooms/latest/userguide/query-logs.html'],
  good: { Name: 'study', Description: 'x', CreatorDisplayName: 'x', QueryLogStatus: 'ENABLED', JobLogStatus: 'ENABLED' },
  bad: { Name: 'study', Description: 'x', CreatorDisplayName: 'x', QueryLogStatus: 'DISABLED' },
  check: (room) => [enabled(room, 'QueryLogStatus'), ...(room.at('JobLogStatus').isAbsent ? [] : [enabled(room, 'JobLogStatus')])],
});

function enabled(room: Resource, property: string): Verdict {
  return room.at(property).judge((status) => (status === 'ENABLED' ? COMPLIANT : nonCompliant(`${property} is ${String(status ?? 'not set')}`)));
}
