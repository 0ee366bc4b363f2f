import { CONFIG_RULES, isOffered } from './data/config-rules';

/** AWS Config takes no more of a template that is not in S3. */
const MAXIMUM_TEMPLATE = 51_200;

/** The template of a conformance pack, as JSON: the managed rules of AWS Config that a region has. */
export function conformanceTemplate(region: string): string {
  const offered = CONFIG_RULES.filter((rule) => isOffered(rule, region));
  const template = JSON.stringify({
    Resources: Object.fromEntries(offered.map(({ identifier, parameters }) => [logicalId(identifier), {
      Type: 'AWS::Config::ConfigRule',
      Properties: {
        ConfigRuleName: identifier.toLowerCase().replace(/_/g, '-'),
        Source: { Owner: 'AWS', SourceIdentifier: identifier },
        ...(parameters ? { InputParameters: parameters } : {}),
      },
    }])),
  });
  if (template.length > MAXIMUM_TEMPLATE) throw new Error(`the conformance pack would have ${template.length} characters, and AWS Config takes ${MAXIMUM_TEMPLATE}`);
  return template;
}

function logicalId(identifier: string): string {
  return identifier.split('_').map((word) => word.charAt(0) + word.slice(1).toLowerCase()).join('');
}
