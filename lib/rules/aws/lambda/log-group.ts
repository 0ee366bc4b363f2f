import { Control } from '../../../policy/control';
import { Answer } from '../../../policy/finding';
import type { Relations } from '../../relations';
import { Unknown } from '../../resolved';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import { scalarText } from '../../value';
import { COMPLIANT, nonCompliant } from '../../verdict';
import { ofMlData } from '../ml-data';

export default rule({
  name: 'LambdaLogGroup',
  title: 'Functions that handle ML data write to a log group that somebody made',
  severity: 'warning',
  control: Control.RETENTION_LIMIT,
  resources: ['AWS::Lambda::Function'],
  why: 'the group that Lambda makes by itself has no key and no end',
  fix: 'set LoggingConfig.LogGroup to a log group with a key and a retention (logGroup)',
  properties: ['LoggingConfig'],
  sources: ['https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html'],
  good: { LoggingConfig: { LogGroup: 'predictions' } },
  bad: {},
  check: (handler) => ofMlData(handler, () => {
    const group = handler.at('LoggingConfig.LogGroup');
    if (handler.relations.targets(group).length > 0) return COMPLIANT;
    const named = group.present();
    if (named.answer !== Answer.NON_COMPLIANT) return named;
    return handler.ask(hasOwnGroup) ? COMPLIANT : nonCompliant('the function names no log group', named.location);
  }),
});

const PREFIX = '/aws/lambda/';

// a group with the name that Lambda would give it, written out, or made of the function or of what its name is made of
function hasOwnGroup(handler: Resource): boolean {
  const { functions, names } = handler.relations.once(groupsOfFunctions);
  return functions.has(handler) || handler.at('FunctionName').given.alternatives.some((name) => names.has(`${handler.stack} ${PREFIX}${spelt(name)}`) || names.has(`${PREFIX}${scalarText(name)}`));
}

function groupsOfFunctions(relations: Relations): { readonly functions: ReadonlySet<Resource>; readonly names: ReadonlySet<string> } {
  const functions = new Set<Resource>();
  const names = new Set<string>();
  for (const group of relations.ofType('AWS::Logs::LogGroup')) {
    for (const name of group.at('LogGroupName').given.alternatives) {
      const [first, second, ...rest] = name instanceof Unknown ? name.parts ?? [] : [];
      const target = first === PREFIX && second instanceof Unknown && rest.length === 0 ? relations.target(second) : undefined;
      if (target) functions.add(target);
      names.add(name instanceof Unknown ? `${group.stack} ${spelt(name)}` : scalarText(name));
    }
  }
  return { functions, names };
}

// what is not known stands for itself: in one stack the same words mean the same
function spelt(name: unknown): string {
  if (!(name instanceof Unknown)) return scalarText(name);
  return name.parts ? name.parts.map(spelt).join('') : `\0${name.reason}\0`;
}
