import { MonitorActionGroup } from '@cdktf/provider-azurerm/lib/monitor-action-group';
import { Annotations } from 'cdktf';
import type { Construct } from 'constructs';
import { shown } from '../../policy/given';
import { nameOf } from '../private/names';
import { tagsOf } from '../private/tags';

/**
 * The action group of a workspace; its id.
 *
 * @throws an error when an address is none
 */
export function alarms(ground: Construct & { readonly resourceGroupName: string }, emails: string[]): string {
  const owner = `workspace '${ground.node.path}'`;
  if (!Array.isArray(emails)) throw new Error(`alarmEmails of ${owner} is ${shown(emails)}: give a list of addresses`);
  const wrong = emails.find((address) => typeof address !== 'string' || !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(address));
  if (wrong !== undefined) throw new Error(`alarmEmails of ${owner} has ${shown(wrong)}: give addresses such as 'security@example.org'`);
  if (emails.length === 0) Annotations.of(ground).addWarning(`alarms of ${owner} reach nobody: give alarmEmails, or alarmsId of an action group that exists`);
  return new MonitorActionGroup(ground, 'Alarms', {
    name: nameOf(ground, 'resource', 'Alarms'), resourceGroupName: ground.resourceGroupName, shortName: 'ml-alarms', location: 'global',
    emailReceiver: emails.length === 0 ? undefined : emails.map((emailAddress, index) => ({ name: `email-${index + 1}`, emailAddress, useCommonAlertSchema: true })),
    tags: tagsOf(ground),
  }).id;
}
