import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { stated } from '../sagemaker/stated';

export default rule({
  name: 'GlueJobSecurityConfiguration',
  title: 'Glue jobs, crawlers, sessions and endpoints have a security configuration',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::Glue::Job', 'AWS::Glue::Crawler', 'AWS::Glue::DevEndpoint', 'AWS::Glue::Session'],
  why: 'without one, what they write, log and remember is encrypted with keys of the cloud\'s own or not at all',
  fix: 'set SecurityConfiguration, of a crawler CrawlerSecurityConfiguration',
  properties: ['SecurityConfiguration', 'CrawlerSecurityConfiguration'],
  sources: ['Checkov CKV_AWS_195', 'Prowler glue_development_endpoints_s3_encryption_enabled'],
  good: { Command: { Name: 'glueetl' }, Role: 'arn:aws:iam::123456789012:role/prepare', SecurityConfiguration: 'ml' },
  bad: { Command: { Name: 'glueetl' }, Role: 'arn:aws:iam::123456789012:role/prepare' },
  check: (job) => stated(job.at(job.type === 'AWS::Glue::Crawler' ? 'CrawlerSecurityConfiguration' : 'SecurityConfiguration')),
});
