import { App, Stack } from 'aws-cdk-lib';
import { Workspace } from 'cdk-regulated-ml/aws';
import { env, profile } from '../../support/workspace';

test.each([
  ['a session', 'arn:aws:sts::123456789012:assumed-role/Admin/me', /is a session.*give the role/],
  ['the root user', 'arn:aws:iam::123456789012:root', /the root user alone, not the account/],
  ['everybody', 'arn:aws:iam::123456789012:role/*', /is everybody: name the roles/],
  ['no ARN', 'Admin', /is no ARN of a principal/],
])('fails for %s as administrator', (_what, administrator, message) => {
  expect(() => new Workspace(new Stack(new App(), 'S', { env }), 'W', { profile, administrators: [administrator] })).toThrow(message);
});

test('fails for administrators that are no list', () => {
  expect(() => new Workspace(new Stack(new App(), 'S', { env }), 'W', { profile, administrators: 'arn:aws:iam::123456789012:role/A' as never })).toThrow(/are no list: give ARNs/);
});

test('takes roles, with a wildcard for a part of the name', () => {
  expect(() => new Workspace(new Stack(new App(), 'S', { env }), 'W', { profile, administrators: ['arn:aws:iam::123456789012:role/*DataSteward'] })).not.toThrow();
});
