import { Control } from '../../../policy/control';
import { Unknown } from '../../resolved';
import { rule, STEP } from '../../rule';
import { all, COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown } from '../../verdict';

export default rule({
  name: 'SageMakerPublicWorkforce',
  title: 'Data is shown to people under contract, and not to the public workforce',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: [STEP],
  why: 'the public work team is Mechanical Turk: anybody in the world, bound by nothing; and AWS announced its end for 30 September 2026',
  fix: 'set WorkteamArn to a private work team, or to one of a vendor that you have a contract with',
  properties: ['HumanTaskConfig.WorkteamArn', 'HumanLoopConfig.WorkteamArn'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/dg/sms-workforce-management-public.html'],
  good: 'A labelling job whose HumanTaskConfig.WorkteamArn is arn:aws:sagemaker:eu-central-1:123456789012:workteam/private-crowd/radiologists',
  bad: 'A labelling job whose HumanTaskConfig.WorkteamArn is arn:aws:sagemaker:eu-central-1:394669845002:workteam/public-crowd/default',
  check: (step) => {
    const team = TEAMS[step.within?.kind ?? ''];
    if (team === undefined) return NOT_APPLICABLE;
    const value = step.at(team);
    return all(...value.alternatives.map((one) => {
      const text = one instanceof Unknown ? one.pattern : String(one ?? '');
      if (text.includes(':workteam/public-crowd/')) return nonCompliant(`${value.name} is the public workforce`, value.location);
      const named = !(one instanceof Unknown) || one.kind === 'reference' || /:workteam\/(?:private|vendor)-crowd\//.test(text);
      return named ? COMPLIANT : unknown(`${value.name} is ${one.reason}`, value.location);
    }));
  },
});

const TEAMS: Readonly<Record<string, string>> = { Labeling: 'HumanTaskConfig.WorkteamArn', FlowDefinition: 'HumanLoopConfig.WorkteamArn' };
